import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PoolServerEvent } from '../../../pool/domain/events.js';
import { NodeLines } from '../../../pool/report/node-lines.js';
import { describePoolEvent } from '../../../pool/report/words.js';

class Lab {
  nowMs = 0;
  readonly lines: NodeLines;
  readonly events: PoolServerEvent[] = [];

  constructor() {
    this.lines = new NodeLines({ now: () => this.nowMs, tell: (event) => this.events.push(event) });
  }

  /** Lines since the last call. */
  get told(): string[] {
    return this.events.splice(0).map((event) => describePoolEvent(event).text);
  }
}

const away = (name: string, reason: string): PoolServerEvent & { type: 'notice' } => ({
  type: 'notice',
  level: 'warn',
  name,
  message: reason,
});

test('a node that comes and goes every second for an hour is a few lines a minute, with counts', () => {
  const lab = new Lab();
  let lines = 0;
  let stoodFor = 0;
  for (; lab.nowMs < 3_600_000; lab.nowMs += 1_000) {
    lab.lines.note({ type: 'node', name: 'a:1', awayMs: undefined });
    lab.lines.note(away('a:1', `connection cut; trying again in ${(lab.nowMs % 997) / 100} s`));
    lab.lines.tick();
    for (const event of lab.events.splice(0)) {
      lines++;
      stoodFor += ('gathered' in event ? event.gathered?.count : undefined) ?? 1;
    }
  }
  lab.lines.close();
  for (const event of lab.events) stoodFor += ('gathered' in event ? event.gathered?.count : undefined) ?? 1;
  assert.ok(lines < 2 * (5 + 121), `${lines} lines`);
  assert.equal(stoodFor, 7_200, 'every event is in a line or in its count');
  assert.match(lab.told[0]!, /^jobs come from a:1 \(the last of \d+ such in \d+ s\)$/);
});

test('the first of each node and kind are told at once, the last of those beyond when the time is over', () => {
  const lab = new Lab();
  for (let i = 1; i <= 7; i++) {
    lab.lines.note(away('a:1', `chain 0-${i % 4} has had no template for ${i} s`));
    lab.lines.note(away('b:1', 'connection refused'));
  }
  lab.lines.note({ type: 'noNode' });
  assert.deepEqual(
    lab.told.filter((line) => !line.startsWith('b:1')),
    [
      ...[1, 2, 3, 4, 5].map((i) => `a:1: chain 0-${i % 4} has had no template for ${i} s`),
      'no node leads: miners get no jobs',
    ],
  );
  lab.nowMs = 30_000;
  lab.lines.tick();
  assert.deepEqual(lab.told, [
    'a:1: chain 0-3 has had no template for 7 s (the last of 2 such in 30 s)',
    'b:1: connection refused (the last of 2 such in 30 s)',
  ]);
});

test('what is held when the pool ends is told', () => {
  const lab = new Lab();
  for (let i = 0; i < 6; i++) lab.lines.note({ type: 'noNode' });
  assert.equal(lab.told.length, 5);
  lab.lines.close();
  assert.deepEqual(lab.told, ['no node leads: miners get no jobs']);
});

test('a node whose words differ each time fills no log either', () => {
  const lab = new Lab();
  for (let i = 0; i < 10_000; i++)
    lab.lines.note(
      away(
        'a:1',
        `not used: it is on network ${String.fromCharCode(97 + (i % 26), 97 + (i % 25), 97 + (i % 24))}`,
      ),
    );
  assert.ok(lab.told.length < 1_500);
});

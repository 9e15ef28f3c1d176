import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventGatherer, type Gathered } from '../../protocol/event-gatherer.js';

interface Told {
  readonly event: string;
  readonly gathered: Gathered | undefined;
}

/** Events are `KIND WORDS`; those of kind `always` are never gathered. */
function gather(alone = 2, windowMs = 1_000) {
  const told: Told[] = [];
  const gatherer = new EventGatherer<string>(
    (event) => {
      const kind = event.split(' ')[0]!;
      return kind === 'always' ? undefined : { kind, alone, windowMs };
    },
    (event, gathered) => told.push({ event, gathered }),
  );
  return { gatherer, told, events: () => told.splice(0).map(({ event }) => event) };
}

test('few are told one by one, the others as one line with their number and the last of them', () => {
  const { gatherer, told } = gather();
  for (let i = 1; i <= 100; i++) gatherer.take(`share ${i}`, i);
  assert.deepEqual(told.splice(0), [
    { event: 'share 1', gathered: undefined },
    { event: 'share 2', gathered: undefined },
  ]);
  gatherer.tick(1_000);
  assert.deepEqual(told, [], 'the window began with its first event');
  gatherer.tick(1_001);
  assert.deepEqual(told, [{ event: 'share 100', gathered: { count: 98, overMs: 1_000 } }]);
});

test('a flood that goes on is one line a window; when it has ebbed, events are told one by one again', () => {
  const { gatherer, told, events } = gather();
  for (let ms = 0; ms < 10_000; ms++) {
    gatherer.take(`share ${ms}`, ms);
    if (ms % 250 === 0) gatherer.tick(ms);
  }
  gatherer.tick(10_000);
  assert.deepEqual(
    told.slice(2).map(({ gathered }) => gathered!.count > 900),
    new Array(10).fill(true),
  );
  events();
  gatherer.tick(11_000);
  assert.deepEqual(events(), []);
  gatherer.take('share a', 11_500);
  gatherer.take('share b', 11_600);
  assert.deepEqual(events(), ['share a', 'share b']);
});

test('a single one that was held is told as it is', () => {
  const { gatherer, told } = gather();
  for (const word of ['a', 'b', 'c']) gatherer.take(`share ${word}`, 0);
  gatherer.flush(10);
  assert.deepEqual(told.at(-1), { event: 'share c', gathered: undefined });
});

test('kinds are kept apart, and some are never gathered', () => {
  const { gatherer, events } = gather(1);
  for (let i = 0; i < 3; i++) for (const kind of ['a', 'b', 'always']) gatherer.take(`${kind} ${i}`, 0);
  assert.deepEqual(events(), ['a 0', 'b 0', 'always 0', 'always 1', 'always 2']);
  gatherer.flush(1);
  assert.deepEqual(events(), ['a 2', 'b 2']);
});

test('a next event ends a window that nobody has ended', () => {
  const { gatherer, events } = gather(1);
  for (const [word, ms] of [
    ['a', 0],
    ['b', 1],
    ['c', 1_000],
  ] as const)
    gatherer.take(`share ${word}`, ms);
  assert.deepEqual(events(), ['share a', 'share b', 'share c']);
});

test('very many kinds are gathered together', () => {
  const { gatherer, told } = gather(1);
  for (let i = 0; i < 100_000; i++) gatherer.take(`kind${i} x`, i % 900);
  assert.equal(told.length, 257);
  gatherer.flush(1_000);
  assert.equal(told.length, 258);
  assert.equal(told.at(-1)!.gathered!.count, 100_000 - 257);
});

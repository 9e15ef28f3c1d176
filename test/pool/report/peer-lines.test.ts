import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PoolServerEvent } from '../../../pool/domain/events.js';
import type { PeerEvent } from '../../../pool/domain/peer-events.js';
import { PeerLines } from '../../../pool/report/peer-lines.js';
import { RefusedLogins, refusedLoginsTogether } from '../../../pool/report/refused-logins.js';
import { describePoolEvent } from '../../../pool/report/words.js';

class Lab {
  nowMs = 0;
  readonly events: PoolServerEvent[] = [];
  readonly lines: PeerLines;

  constructor(detailed = false) {
    this.lines = new PeerLines({
      detailed,
      now: () => this.nowMs,
      tell: (event) => this.events.push(event),
    });
  }

  /** Lines since the last call. */
  get told(): string[] {
    return this.events.splice(0).map((event) => describePoolEvent(event).text);
  }
}

const refused = (address: string, sent = 'rig1'): PeerEvent & { what: 'loginRefused' } => ({
  what: 'loginRefused',
  address,
  listener: 'main',
  agent: 'asic/1',
  sent,
  reason: 'noAddress',
});

const unknownMethod = (method: string): PeerEvent => ({
  what: 'unknownMethod',
  address: '192.0.2.1',
  listener: 'main',
  agent: '',
  method,
});

test('a refused login is told at once, with the address, what was sent, why, and what helps', () => {
  const lab = new Lab();
  lab.lines.note(refused('203.0.113.9'));
  assert.deepEqual(lab.told, [
    'login refused: 203.0.113.9 (asic/1) on main sent "rig1": no address that can be paid: expected ADDRESS.WORKER. What helps: set the miner\'s user to ADDRESS.WORKER, with a payable Alephium address',
  ]);
});

test('one address is told once in ten seconds, with the count and the last of them', () => {
  const lab = new Lab();
  for (let i = 0; i < 1_000; i++) lab.lines.note(refused('203.0.113.9', `rig${i}`));
  assert.equal(lab.told.length, 1);
  lab.nowMs = 9_999;
  lab.lines.tick();
  assert.deepEqual(lab.told, []);
  lab.nowMs = 10_000;
  lab.lines.tick();
  const [line, ...others] = lab.told;
  assert.match(line!, /sent "rig999".* \(the last of 999 such in 10 s\)$/);
  assert.deepEqual(others, []);
  lab.lines.tick();
  assert.deepEqual(lab.told, []);
});

test('what goes on is told ever more seldom, and at once again after it has ended', () => {
  const lab = new Lab();
  let lines = 0;
  // A health check in the wrong protocol every two seconds, for a day.
  for (; lab.nowMs < 86_400_000; lab.nowMs += 2_000) {
    lab.lines.note(refused('203.0.113.9'));
    lab.lines.tick();
    lines += lab.told.length;
  }
  assert.ok(lines > 140 && lines < 160, `${lines}`);
  for (const end = lab.nowMs + 1_300_000; lab.nowMs < end; lab.nowMs += 1_000) lab.lines.tick();
  lab.told;
  lab.lines.note(refused('203.0.113.9', 'again'));
  assert.match(lab.told.join(), /sent "again"/);
});

test('other addresses are told, but no more than ten lines in ten seconds whoever asks', () => {
  const lab = new Lab();
  for (let i = 0; i < 100_000; i++) lab.lines.note(refused(`203.0.113.${i % 256}`));
  assert.equal(lab.told.length, 10);
  lab.nowMs = 20_000;
  lab.lines.note(refused('198.51.100.1'));
  assert.equal(lab.told.length, 2);
  // Of those that go on no second line is told beside their sum.
  for (let i = 0; i < 10; i++) lab.lines.note(refused(`203.0.113.${i}`));
  assert.equal(lab.told.length, 0);
});

test('each kind and reason has lines of its own', () => {
  const lab = new Lab();
  for (let i = 0; i < 100; i++) {
    lab.lines.note(refused('203.0.113.9'));
    lab.lines.note({ ...refused('203.0.113.9'), reason: 'addressFull' });
  }
  assert.equal(lab.told.length, 2);
});

test('events of level debug are told where they are wanted, and gathered, too', () => {
  const lab = new Lab(true);
  let made = 0;
  for (let i = 0; i < 10_000; i++)
    lab.lines.detail('unknownMethod', '', () => {
      made++;
      return unknownMethod(`mining.${i}`);
    });
  assert.deepEqual([lab.told.length, made], [20, 20]);
  lab.lines.close();
  assert.deepEqual(lab.told, [
    '192.0.2.1 on main asked for the unknown method "mining.9999" (the last of 9980 such in 10 s)',
  ]);
  const quiet = new Lab();
  quiet.lines.note(unknownMethod('mining.dance'));
  quiet.lines.detail('unknownMethod', '', () => assert.fail('nobody wants it'));
  quiet.lines.close();
  assert.deepEqual(quiet.told, []);
});

test('shares that could not be recorded are summed', () => {
  const lab = new Lab();
  for (let i = 0; i < 1_000; i++) lab.lines.noteUnrecorded(3);
  lab.nowMs = 10_000;
  lab.lines.tick();
  assert.deepEqual(lab.told, [
    '3 shares refused: they could not be recorded',
    '2997 shares refused: they could not be recorded',
  ]);
});

test('each event has words of its own', () => {
  const peer = { address: '203.0.113.9', listener: 'main', agent: 'asic/1' };
  const as = { account: '1abc', worker: 'rig' };
  const cases: readonly (readonly [PeerEvent, string])[] = [
    [
      { ...peer, what: 'loginChanged', sent: '1abc/rig#1', account: '1abc', worker: 'rig_1' },
      '203.0.113.9 (asic/1) on main logs in as "1abc/rig#1", and mines as 1abc.rig_1',
    ],
    [
      { ...peer, what: 'authorized', ...as, difficulty: 0.23283 },
      '203.0.113.9 (asic/1) on main authorized 1abc.rig at difficulty 0.2328',
    ],
    [
      { ...peer, what: 'firstJob', ...as, worker: '', chain: 6, height: 9, difficulty: 4 },
      '203.0.113.9 (asic/1) on main has its first job as 1abc: chain 1-2, height 9, difficulty 4',
    ],
    [
      { ...peer, what: 'left', reason: 'client', ...as, connectedMs: 61_000, accepted: 5, rejected: 1 },
      '203.0.113.9 (asic/1) on main left (1abc.rig): client, after 1m 01s, shares 5, refused 1',
    ],
    [
      { ...peer, what: 'otherProtocol', spoken: 'http', expected: 'tcp' },
      '203.0.113.9 (asic/1) on main speaks HTTP, and this listener plain stratum (stratum+tcp://): it was told so',
    ],
    [
      { ...peer, agent: '', what: 'connectionRefused', reason: 'tlsFailed', detail: 'no shared cipher' },
      'connection of 203.0.113.9 on main refused: tlsFailed: no shared cipher',
    ],
    [
      { ...peer, listener: '', agent: '', what: 'banned', untilMs: 1, forMs: 600_000, reason: 'flood' },
      '203.0.113.9 is banned for 10m 00s: flood (DELETE /admin/bans/203.0.113.9 ends it)',
    ],
  ];
  for (const [event, text] of cases) {
    const lab = new Lab(true);
    lab.lines.note(event);
    assert.deepEqual(lab.told, [text]);
  }
});

test('the logins that were refused lately are remembered, by address and reason, for a day', () => {
  const logins = new RefusedLogins();
  for (let i = 0; i < 3; i++) logins.note(refused('203.0.113.9', `rig${i}`), 1_000 + i);
  logins.note(refused('198.51.100.1'), 2_000);
  assert.deepEqual(
    logins.recent(3_000).map(({ address, sent, count, lastMs }) => [address, sent, count, lastMs]),
    [
      ['198.51.100.1', 'rig1', 1, 2_000],
      ['203.0.113.9', 'rig2', 3, 1_002],
    ],
  );
  assert.equal(logins.recent(1_500 + 86_400_000).length, 1);
  for (let i = 0; i < 1_000; i++) logins.note(refused(`192.0.2.${i % 250}`), 3_000 + i);
  assert.equal(logins.recent(4_000).length, 50);
  const [first] = refusedLoginsTogether([
    logins.recent(4_000),
    [{ ...logins.recent(4_000)[0]!, lastMs: 9_000 }],
  ]);
  assert.equal(first?.lastMs, 9_000);
});

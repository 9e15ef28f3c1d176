import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PoolServerEvent, PoolStatus } from '../../../pool/domain/events.js';
import { statusTogether } from '../../../pool/process/workers/status-together.js';
import { createPoolLog, type PoolLogOptions, poolLogsTogether } from '../../../pool/report/pool-log.js';
import { createStatusReader } from '../../../pool/report/status-reader.js';
import { poolStatusParts } from '../../../pool/report/words.js';
import { makeJobs } from '../../support/jobs.js';
import { TestPool } from '../../support/test-pool.js';

const NOW = Date.UTC(2026, 2, 1, 9, 5, 7);
/** As the log has it: in the zone of the machine. */
const STAMP = /^\d{4}-\d\d-\d\d \d\d:\d\d:07 /;

const STATUS: PoolStatus = {
  node: 'a:10973',
  nodes: [
    { name: 'a:10973', state: 'leading' },
    { name: 'b:10973', state: 'ready' },
    { name: 'c:10973', state: 'away' },
  ],
  uptimeMs: 3_900_000,
  connections: 514,
  miners: 512,
  workers: 620,
  accepted: 1_988,
  rejected: 12,
  rejectedBy: { lowDifficulty: 2, stale: 10 },
  hashesPerSecond: 1.234e12,
  hashrateOverMs: 600_000,
  blocksFound: 3,
  blocksAccepted: 2,
};

const UNRECORDED: PoolServerEvent = { type: 'unrecorded', count: 2 };

function started(options: Partial<PoolLogOptions> = {}, columns = 200) {
  const told: string[] = [];
  const output = { write: (text: string) => told.push(text), writableLength: 0, columns };
  const log = createPoolLog(output, { json: false, level: 'info', now: () => NOW, ...options });
  return { log, output, told: () => told.splice(0).join('') };
}

test('a log that nobody reads is silent until somebody does', () => {
  for (const json of [false, true]) {
    const { log, output, told } = started({ json });
    output.writableLength = 2 * 1024 * 1024;
    log.event({ type: 'unrecorded', count: 1 });
    log.stopping(1_000);
    assert.equal(told(), '');
    output.writableLength = 0;
    log.event(UNRECORDED);
    assert.match(told(), json ? /^{.*"count":2/ : /warning: 2 shares refused/);
  }
});

test('each line has date and time, and the number of its process where there are several', () => {
  const { log, told } = started();
  log.event(UNRECORDED);
  assert.match(told(), STAMP);
  log.event(UNRECORDED, 3);
  assert.match(told(), / \[3\] warning: 2 shares/);
  const json = started({ json: true });
  json.log.event(UNRECORDED, 3);
  assert.deepEqual(JSON.parse(json.told()), { ...UNRECORDED, process: 3, time: NOW });
});

test('the line of each minute says all that matters', () => {
  const { log, told } = started();
  for (let second = 1; second < 60; second++) log.status(STATUS);
  assert.equal(told(), '');
  log.status(STATUS);
  assert.equal(
    told().replace(STAMP, ''),
    'a:10973 | 2 of 3 nodes | 1.23 TH/s over 10m 00s | 512 miners and 2 without a login | 620 workers | shares 1988 | refused 12 (0.6 %: stale 10, lowDifficulty 2) | blocks 2 of 3 | up 1h 05m\n',
  );
  const json = started({ json: true });
  for (let second = 0; second < 60; second++) json.log.status(STATUS);
  assert.deepEqual(JSON.parse(json.told()), { type: 'status', ...STATUS, time: NOW });
  const quiet = started({ level: 'warn' });
  for (let second = 0; second < 60; second++) quiet.log.status(STATUS);
  assert.equal(quiet.told(), '');
});

test('a pool that has nothing says so', () => {
  const nothing = { ...STATUS, node: undefined, nodes: [], connections: 0, miners: 0, workers: 0 };
  const none = { accepted: 0, rejected: 0, rejectedBy: {}, blocksFound: 0, blocksAccepted: 0 };
  const text = poolStatusParts({ ...nothing, ...none })
    .map((part) => part.text)
    .join(' | ');
  assert.match(
    text,
    /^no node leads \| 0 of 0 nodes \| .* \| 0 miners \| 0 workers \| shares 0 \| none refused \| no block \| up/,
  );
});

test('on a terminal the status lives below the lines, and fits', () => {
  for (const columns of [200, 80, 40, 20]) {
    const { log, told } = started({ traits: { live: true, colour: false } }, columns);
    log.status(STATUS);
    const line = told().replace('\r\x1b[2K', '');
    assert.ok(line.length < columns, line);
    assert.match(line, /1\.23 TH\/s/);
    log.event(UNRECORDED);
    assert.ok(told().endsWith(`could not be recorded\n${line}`));
    log.stopping(1_000);
    assert.ok(told().endsWith('a second Ctrl-C or signal stops it at once\n'));
  }
});

test('several logs tell the same', () => {
  const [one, two] = [started(), started({ json: true })];
  const log = poolLogsTogether([one.log, two.log]);
  log.event(UNRECORDED, 1);
  log.stopping(10_000);
  assert.equal(one.told().split('\n').length, 3);
  assert.equal(two.told().split('\n').length, 3);
});

test('the hashrate is over ten minutes, or the time since the start, and says which', () => {
  const pool = new TestPool();
  pool.upstream.lead(makeJobs());
  const read = createStatusReader(
    pool.pool,
    () => [],
    () => pool.nowMs,
  );
  // A share of 60,000 hashes each minute.
  const { counters } = pool.pool;
  const minute = (): PoolStatus => {
    for (let second = 0; second < 60; second++) {
      pool.nowMs += 1_000;
      if (second === 30) {
        counters.accepted++;
        counters.workLow += 60_000;
      }
      read();
    }
    return read();
  };
  const first = minute();
  assert.deepEqual([first.hashesPerSecond, first.hashrateOverMs], [1_000, 60_000]);
  for (let i = 0; i < 30; i++) minute();
  const later = minute();
  assert.equal(later.hashesPerSecond, 1_000);
  assert.ok(later.hashrateOverMs >= 600_000 && later.hashrateOverMs < 610_000, `${later.hashrateOverMs}`);
  // What has ended is forgotten after ten minutes.
  pool.nowMs += 1_000;
  for (let second = 0; second < 620; second++) {
    pool.nowMs += 1_000;
    read();
  }
  assert.equal(read().hashesPerSecond, 0);
});

test('a status has the reasons of refusals, and those of several processes are one', () => {
  const pool = new TestPool();
  pool.upstream.lead(makeJobs());
  const nodes = [{ name: 'a', state: 'leading' }] as const;
  const read = createStatusReader(
    pool.pool,
    () => nodes,
    () => pool.nowMs,
  );
  const miner = pool.connect();
  miner.authorize();
  pool.connect();
  miner.submit('00'.repeat(24));
  const status = read();
  assert.deepEqual(
    [status.connections, status.miners, status.rejectedBy, status.nodes],
    [2, 1, { foreignExtranonce: 1 }, nodes],
  );
  const together = statusTogether([
    status,
    { ...status, rejectedBy: { stale: 2, foreignExtranonce: 1 } },
    STATUS,
  ]);
  assert.equal(together.miners, 514);
  assert.deepEqual(together.rejectedBy, { foreignExtranonce: 2, stale: 12, lowDifficulty: 2 });
  assert.deepEqual(
    together.nodes.map(({ name }) => name),
    ['a', 'a:10973', 'b:10973', 'c:10973'],
  );
});

test('the end result is one line, also where only warnings are told; with --json it is an object', () => {
  const ended = (options: Partial<PoolLogOptions>, status: Partial<PoolStatus> = {}): string => {
    const { log, told } = started(options);
    log.ended({ ...STATUS, ...status });
    return told();
  };
  assert.match(
    ended({ level: 'warn' }),
    /^\S+ \S+ stopped after 1h 05m: 1988 shares accepted, refused 12 \(0\.6 %: stale 10, lowDifficulty 2\); 3 blocks found, 2 accepted by a node\n$/,
  );
  const little = { accepted: 1, rejected: 0, rejectedBy: {}, blocksFound: 0, blocksAccepted: 0 };
  assert.match(ended({}, little), /: 1 share accepted, none refused; no block found\n$/);
  assert.match(ended({}, { ...little, accepted: 0 }), /: no share; no block found\n$/);
  assert.equal(ended({ level: 'error' }), '');
  const { type, accepted, blocksFound, time } = JSON.parse(ended({ json: true, level: 'warn' }));
  assert.deepEqual([type, accepted, blocksFound, time], ['stopped', 1_988, 3, NOW]);
});

test('one miner and one worker are not miners and workers', () => {
  const texts = poolStatusParts({ ...STATUS, connections: 1, miners: 1, workers: 1 }).map(({ text }) => text);
  assert.ok(texts.includes('1 miner') && texts.includes('1 worker'), texts.join());
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoredSlice, StoredWorker } from '../../../pool/ports/store.js';
import { HashrateBoard } from '../../../pool/statistics/hashrate-board.js';

const T = 1_750_000_200_000;

function worker(id: number, account: string): StoredWorker {
  return {
    id,
    identity: { account, name: `w${id}` },
    address: `1${account}`,
    firstShareMs: T,
    lastShareMs: T,
    bestHash: new Uint8Array(32),
    lastWork: 1n,
    shares: 1,
    work: 1n,
    rejects: {},
  };
}

function slice(startMs: number, workers: readonly number[]): StoredSlice {
  const entries = workers.map((id) => ({
    worker: id,
    chain: id,
    shares: 1,
    work: 10n ** BigInt(id),
    workSquared: 10n ** BigInt(2 * id),
  }));
  return { startMs, journal: 'a', number: 1, entries, targets: [] };
}

test('beyond its bounds work counts where it still can', () => {
  const board = new HashrateBoard({ meteredWorkers: 1, knownWorkers: 3, accounts: 1 });
  const slices = [slice(T, [1, 2, 3, 4])];
  assert.deepEqual(board.unknownIn(slices), [1, 2, 3, 4]);
  board.learn([worker(1, 'aa'), worker(2, 'aa'), worker(3, 'bb'), worker(4, 'aa')]);
  board.add(slices);
  const until = T + 10_000;
  assert.equal(board.pool.figures(until).minute.work, 11_110n);
  assert.equal(board.chains[4]!.figures(until).minute.work, 10_000n);
  assert.deepEqual([...board.accounts.keys()], ['aa']);
  const account = board.accounts.get('aa')!;
  assert.equal(account.meter.figures(until).minute.work, 110n, 'the fourth is not known');
  assert.equal(account.workers.get('w1')!.meter!.figures(until).minute.work, 10n);
  assert.equal(account.workers.get('w2'), undefined);
  assert.deepEqual(board.unknownIn([slice(T, [9])]), [], 'there is no place for more');
});

test('sums of an hour are measured from their first slice, like single slices', () => {
  const [single, summed] = [new HashrateBoard(), new HashrateBoard()];
  const slices = [slice(T + 20_000, [1]), slice(T + 1_800_000, [1, 2])];
  for (const board of [single, summed]) board.learn([worker(1, 'aa'), worker(2, 'bb')]);
  for (const part of slices) single.add([part]);
  summed.add(slices, 3_600_000);
  const until = T + 20 * 3_600_000;
  const day = (board: HashrateBoard) =>
    [board.pool, board.chains[2]!, ...[...board.accounts.values()].map(({ meter }) => meter)].map(
      (meter) => meter.figures(until).day,
    );
  assert.deepEqual(day(summed), day(single));
  assert.deepEqual(
    day(single).map(({ seconds }) => seconds),
    [71_980, 70_200, 71_980, 70_200],
  );
});

test('places come back with time', () => {
  const board = new HashrateBoard({ meteredWorkers: 1, knownWorkers: 1, accounts: 1 });
  board.learn([worker(1, 'aa')]);
  board.add([slice(T, [1])]);
  board.forgetBefore(T);
  assert.equal(board.workers, 1);
  board.forgetBefore(T + 1);
  assert.equal(board.workers, 0);
  assert.equal(board.accounts.size, 0);
  board.learn([worker(2, 'bb')]);
  board.add([slice(T + 10_000, [2])]);
  assert.equal(
    board.accounts
      .get('bb')!
      .workers.get('w2')!
      .meter!.figures(T + 20_000).minute.work,
    100n,
  );
});

test('old slices that are counted together count the same in the long windows', () => {
  const one = new HashrateBoard();
  const together = new HashrateBoard();
  const slices = Array.from({ length: 360 }, (_, i) => slice(T + i * 10_000, [1, 2]));
  for (const board of [one, together]) board.learn([worker(1, 'aa'), worker(2, 'aa')]);
  one.add(slices);
  together.add(slices, 300_000);
  const until = T + 3_600_000;
  for (const window of ['hour', 'day'] as const) {
    assert.deepEqual(one.pool.figures(until)[window], together.pool.figures(until)[window]);
    assert.deepEqual(
      one.accounts.get('aa')!.meter.figures(until)[window],
      together.accounts.get('aa')!.meter.figures(until)[window],
    );
  }
  assert.ok(one.pool.figures(until).day.work > 0n);
});

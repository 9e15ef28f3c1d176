import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DemoBlockEnds } from '../../cli/demo-block-ends.js';
import { DemoBlockLines } from '../../cli/demo-block-lines.js';
import type { MinerEvent } from '../../miner/core/events.js';
import type { FateState } from '../../pool/domain/block-fate.js';
import type { PoolServerEvent } from '../../pool/domain/events.js';
import type { ChainIndex } from '../../protocol/chain.js';

const place = (chain: number) => ({ chain: chain as ChainIndex, height: 1 });

const found = (hash: string, chain = 0): PoolServerEvent => ({
  type: 'block',
  hash,
  nonce: '',
  ...place(chain),
  account: undefined,
  worker: undefined,
  stale: false,
});

const became = (hash: string, state: 'accepted' | 'refused', chain = 0): PoolServerEvent => ({
  type: 'blockState',
  hash,
  state,
  surplus: false,
  ...place(chain),
});

const fate = (hash: string, state: FateState, pays?: string): PoolServerEvent => ({
  type: 'blockFate',
  hash,
  ...place(0),
  state,
  isNews: true,
  final: false,
  matured: false,
  earned: '1',
  pays,
});

const share = (hash: string, block: boolean, verdict: 'accepted' | 'rejected'): MinerEvent => ({
  type: 'share',
  ...place(0),
  hash,
  pool: 'pool:1',
  difficulty: 1,
  work: 2n ** 34n,
  block,
  verdict,
  answerMs: 1,
  late: false,
});

test('the first block is told step by step, those after it together', () => {
  const lines = new DemoBlockLines();
  assert.equal(lines.line(5_000), undefined);
  assert.equal(lines.isOwnLine(found('a')), true);
  assert.equal(lines.isOwnMinerLine(share('a', true, 'accepted')), true);
  assert.equal(lines.isOwnLine(found('b', 3)), false);
  assert.equal(lines.isOwnMinerLine(share('b', true, 'accepted')), false);
  assert.equal(lines.isOwnLine(became('a', 'accepted')), true);
  assert.equal(lines.isOwnLine(became('b', 'accepted', 3)), false);
  assert.equal(
    lines.line(5_000),
    '2 blocks found in 5 s, 2 accepted by the node; 2 in all, on 2 of 16 chains',
  );
  assert.equal(lines.line(5_000), undefined, 'nothing since then');
  lines.isOwnLine(found('c', 3));
  lines.isOwnLine(became('c', 'accepted', 3));
  assert.equal(
    lines.line(5_000),
    '1 block found in 5 s, 1 accepted by the node; 3 in all, on 2 of 16 chains',
  );
});

test('what became of blocks is told of the first one by itself, and of all together', () => {
  const lines = new DemoBlockLines();
  const ends = new DemoBlockEnds();
  for (const hash of ['a', 'b', 'c', 'd']) {
    lines.isOwnLine(found(hash));
    lines.isOwnLine(became(hash, 'accepted'));
  }
  assert.equal(ends.sums(), undefined);
  const own = ([hash, state, pays]: readonly [string, FateState, string?]): boolean => {
    const event = fate(hash, state, pays);
    ends.take(event);
    return lines.isOwnLine(event);
  };
  const told = [
    ['a', 'main'],
    ['b', 'main'],
    ['b', 'uncle'],
    ['c', 'void'],
    ['d', 'main', '1x'],
  ] as const;
  assert.deepEqual(told.map(own), [true, false, false, true, true]);
  assert.deepEqual(ends.sums(), { main: 2, uncle: 1, orphan: 0, void: 1 });
  assert.match(lines.line(5_000, ends.sums())!, /of 16 chains; so far 2 on the main chain, 1 uncle, 1 void$/);
  own(['c', 'accepted']);
  assert.deepEqual(ends.sums(), { main: 2, uncle: 1, orphan: 0, void: 0 });
});

test('what goes wrong, and what is no block, is always a line of its own', () => {
  const lines = new DemoBlockLines();
  for (const hash of ['a', 'b']) lines.isOwnLine(found(hash));
  assert.equal(lines.isOwnLine(became('b', 'refused')), true);
  assert.equal(lines.isOwnMinerLine(share('b', true, 'rejected')), true);
  assert.equal(lines.isOwnMinerLine(share('b', false, 'accepted')), true);
  assert.equal(lines.isOwnLine({ type: 'unrecorded', count: 1 }), true);
});

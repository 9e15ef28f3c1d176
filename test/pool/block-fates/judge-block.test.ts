import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CoinbaseEntry } from '../../../node/coinbase-entry.js';
import {
  type CoinbaseStanding,
  judgeBlock,
  matureFate,
  needsStanding,
} from '../../../pool/block-fates/judge-block.js';
import { type BlockFate, earnedBy } from '../../../pool/domain/block-fate.js';
import { FINAL_DEPTH } from '../../../protocol/block-end.js';
import { ALPH, MAINNET_EMISSION } from '../../../protocol/emission.js';
import { bitsOfTarget } from '../../../protocol/target.js';
import { readVectors } from '../../support/vectors.js';

/** A coinbase that the node's own code made. */
interface RecordedCoinbase {
  readonly timestamp: string;
  readonly targetBits: string;
  readonly burnt: string;
  readonly outputs: readonly { readonly attoAlphAmount: string }[];
}

const HASH = 'a0'.repeat(32);
const PAYER = 'b0'.repeat(32);
const PLACE = { hash: HASH, chain: 0, height: 100 };
const FOUND_MS = 1_760_000_000_000;
const LOCKED_MS = FOUND_MS + 30_000_000;
const OURS = '1ours';
const terms = {
  depth: FINAL_DEPTH,
  emission: MAINNET_EMISSION,
  isOurs: (address: string) => address === OURS,
  nowMs: FOUND_MS + 5,
};

const output = (amount: bigint, address = OURS, key = 'd1'.repeat(32)) => ({
  hint: 7,
  key,
  address,
  amount,
  lockTimeMs: LOCKED_MS,
});

const entryOf = (extras: Partial<CoinbaseEntry> = {}): CoinbaseEntry => ({
  hash: HASH,
  chain: 0,
  height: 100,
  timestampMs: FOUND_MS,
  targetBits: bitsOfTarget(2n ** 200n),
  txId: 'c1'.repeat(32),
  spends: false,
  outputs: [output(3n * ALPH)],
  uncles: [],
  ...extras,
});

const deep = FINAL_DEPTH + 1;
const standing = (
  chainConfirmations: number,
  fromGroupConfirmations = chainConfirmations,
  kind: CoinbaseStanding['kind'] = 'confirmed',
): CoinbaseStanding => ({ kind, chainConfirmations, fromGroupConfirmations });

const onMain = (tipHeight: number, known?: CoinbaseStanding, entry = entryOf()) => ({
  tipHeight,
  own: { entry, standing: known },
  payer: undefined,
});
const beside = (tipHeight: number) => ({ tipHeight, own: undefined, payer: undefined });
const asUncle = (known?: CoinbaseStanding, entry: Partial<CoinbaseEntry> = {}) => ({
  tipHeight: 110,
  own: undefined,
  payer: {
    entry: entryOf({
      hash: PAYER,
      height: 103,
      uncles: ['e1'.repeat(32), HASH],
      outputs: [output(3n, 'other', 'f0'.repeat(32)), output(2n, 'x', 'f1'.repeat(32)), output(ALPH)],
      ...entry,
    }),
    standing: known,
  },
});

/** States of sights in turn. */
function statesOf(...sights: Parameters<typeof judgeBlock>[2][]): string[] {
  let fate: BlockFate | undefined;
  return sights.map((sight) => {
    const before = fate;
    fate = judgeBlock(PLACE, fate, sight, terms) ?? fate;
    const same = fate === before ? ' same' : '';
    return `${fate?.state ?? 'accepted'}${fate?.final ? ' final' : ''}${same}`;
  });
}

test('a block on the main chain is final once it, and the block that took it in, lie deep', () => {
  assert.deepEqual(
    statesOf(
      onMain(100),
      onMain(159),
      onMain(160, standing(deep - 1, deep - 1)),
      onMain(160, standing(deep, deep - 1)),
      onMain(160, standing(deep, 0)),
      onMain(160),
      onMain(160, standing(deep)),
      onMain(161, standing(deep + 1)),
    ),
    [
      'main',
      'main same',
      'main same',
      'main same',
      'main same',
      'main same',
      'main final',
      'main final same',
    ],
  );
});

test('no block is an orphan before 7 others follow, and none for good before it lies deep', () => {
  assert.deepEqual(
    statesOf(beside(99), beside(106), beside(107), beside(107 + FINAL_DEPTH - 1), beside(107 + FINAL_DEPTH)),
    ['accepted same', 'accepted same', 'orphan', 'orphan same', 'orphan final'],
  );
});

test('reorganisations change a state and back, each with a number of its own', () => {
  const sights = [onMain(100), beside(101), beside(108), asUncle(), onMain(109), beside(105), asUncle()];
  assert.deepEqual(statesOf(...sights), ['main', 'accepted', 'orphan', 'uncle', 'main', 'accepted', 'uncle']);
  let fate: BlockFate | undefined;
  for (const [i, sight] of sights.entries()) {
    fate = judgeBlock(PLACE, fate, sight, { ...terms, nowMs: FOUND_MS + i });
    assert.deepEqual([fate?.number, fate?.stateMs], [i + 1, FOUND_MS + i]);
  }
});

test('an uncle is paid by its own output of the block that names it', () => {
  const fate = judgeBlock(PLACE, undefined, asUncle(standing(deep)), terms)!;
  assert.deepEqual(
    [fate.state, fate.final, fate.reward?.index, fate.reward?.block],
    ['uncle', true, 2, PAYER],
  );
  assert.equal(earnedBy(fate), ALPH);
  assert.equal(fate.reward?.ownCoins, 0n);
  // Another block names it after a reorganisation.
  const other = 'b9'.repeat(32);
  const sight = asUncle(undefined, {
    hash: other,
    outputs: [output(1n), output(2n), output(5n, OURS, '09'.repeat(32))],
  });
  const again = judgeBlock(PLACE, { ...fate, final: false }, sight, terms);
  assert.deepEqual([again?.number, again?.reward?.block, again?.reward?.amount], [2, other, 5n]);
});

test('an uncle whose block is void is paid by nobody', () => {
  const sight = asUncle(standing(8, 8, 'conflicted'), { spends: true });
  assert.deepEqual(statesOf(asUncle(), sight), ['uncle', 'orphan']);
});

test('a coinbase without effect makes its block void, and that may change', () => {
  const entry = entryOf({ spends: true });
  assert.deepEqual(
    statesOf(
      onMain(100, standing(1, 0), entry),
      onMain(103, standing(4, 1, 'conflicted'), entry),
      onMain(104, standing(5, 2), entry),
      onMain(105, standing(6, 3, 'conflicted'), entry),
      onMain(170, standing(71, 68, 'conflicted'), entry),
    ),
    ['main', 'void', 'main', 'void', 'void final'],
  );
  const fate = judgeBlock(PLACE, undefined, onMain(103, standing(4, 1, 'conflicted'), entry), terms)!;
  assert.equal(earnedBy(fate), 0n);
  assert.ok(fate.reward !== undefined);
});

test('what a block burnt is in its output, and no earning', () => {
  const { coinbases } = readVectors<{ coinbases: readonly RecordedCoinbase[] }>('polw');
  assert.ok(coinbases.length > 10);
  for (const { timestamp, targetBits, burnt, outputs } of coinbases) {
    const amount = BigInt(outputs[0]!.attoAlphAmount);
    const entry = entryOf({
      spends: true,
      targetBits: Number.parseInt(targetBits, 16),
      timestampMs: Number(timestamp),
      outputs: [output(amount)],
    });
    const fate = judgeBlock(PLACE, undefined, onMain(100, undefined, entry), terms)!;
    assert.equal(fate.reward?.ownCoins, BigInt(burnt));
    assert.equal(earnedBy(fate), amount - BigInt(burnt));
    // A coinbase that spends nothing burns nothing.
    const plain = judgeBlock(PLACE, undefined, onMain(100, undefined, { ...entry, spends: false }), terms)!;
    assert.equal(earnedBy(plain), amount);
  }
});

test('a block that pays somebody else earns nothing, whatever its end', () => {
  for (const sight of [onMain(100, undefined, entryOf({ outputs: [output(ALPH, 'theirs')] })), asUncle()]) {
    const fate = judgeBlock(PLACE, undefined, sight, { ...terms, isOurs: () => false })!;
    assert.equal(fate.reward?.ours, false);
    assert.equal(earnedBy(fate), 0n);
  }
});

test('a reward matures with its own lock, and not before its block is final', () => {
  const late = { ...terms, nowMs: LOCKED_MS };
  assert.equal(judgeBlock(PLACE, undefined, onMain(100), late)?.matured, false);
  assert.equal(judgeBlock(PLACE, undefined, onMain(160, standing(deep)), late)?.matured, true);
  const fate = judgeBlock(PLACE, undefined, onMain(160, standing(deep)), terms)!;
  assert.equal(fate.matured, false);
  assert.equal(matureFate(fate, LOCKED_MS - 1), undefined);
  assert.deepEqual(matureFate(fate, LOCKED_MS), { ...fate, number: 2, matured: true });
  const orphan = judgeBlock(PLACE, undefined, beside(200), late)!;
  assert.deepEqual([orphan.final, matureFate(orphan, LOCKED_MS)], [true, undefined]);
});

test('a network whose blocks are final sooner says how many must follow', () => {
  const shallow = { ...terms, depth: 8 };
  assert.equal(judgeBlock(PLACE, undefined, onMain(108, standing(8)), shallow)?.final, false);
  assert.equal(judgeBlock(PLACE, undefined, onMain(109, standing(9)), shallow)?.final, true);
  assert.equal(judgeBlock(PLACE, undefined, beside(107), shallow)?.final ?? false, false);
});

test('only coinbases that may be without effect, or lie deep, are asked about', () => {
  assert.equal(needsStanding(entryOf(), 159, FINAL_DEPTH), false);
  assert.equal(needsStanding(entryOf(), 160, FINAL_DEPTH), true);
  assert.equal(needsStanding(entryOf({ spends: true }), 100, FINAL_DEPTH), true);
});

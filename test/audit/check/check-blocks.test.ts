import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { auditMiner, type MinerAudit } from '../../../audit/check/audit-miner.js';
import { auditBlocks, type BlockTerms } from '../../../audit/check/check-blocks.js';
import { AuditReader } from '../../../pool/audit/audit-reader.js';
import { auditSourceOf } from '../../support/audit-source.js';
import { type PaidBlocks, paidBlock, paidBlocks, witnessOf } from '../../support/paying-node.js';
import { EXPECTED, LOCK_MS, type SettledWorld, settledWorld } from '../../support/settled-world.js';
import { accountKey, noTurns } from '../../support/settlement-world.js';

const LATE_MS = 60_000;
const [HIDDEN, ELSEWHERE] = ['ab', 'cd'].map((byte) => byte.repeat(32)) as [string, string];

let settled: SettledWorld;
let miner: MinerAudit;

before(async () => {
  settled = await settledWorld({ runs: 2 });
  const account = accountKey(1);
  miner = await auditMiner(auditSourceOf(new AuditReader(settled.world.books, 'test', noTurns()), account), {
    account,
    sinceMs: 0,
    shares: undefined,
    toleranceMs: 0,
    known: undefined,
    onProgress: () => {},
  });
});

/** @param change - what the node says otherwise */
function audit(change: (blocks: PaidBlocks) => void = () => {}, terms: Partial<BlockTerms> = {}) {
  const blocks = paidBlocks(settled);
  change(blocks);
  return auditBlocks(miner.runs, miner.together, witnessOf(blocks), {
    own: [],
    lateMs: LATE_MS,
    nowMs: settled.world.nowMs,
    searchMs: Number.POSITIVE_INFINITY,
    isSettled: async () => false,
    onProgress: () => {},
    ...terms,
  });
}

const kindsAndBlocks = ({ faults }: Awaited<ReturnType<typeof audit>>) =>
  faults.map(({ kind, block }) => [kind, block]);

test('blocks that brought what they are shared out as, by windows of the right size, are right', async () => {
  const own = [{ hash: settled.hashes[2]!, atMs: settled.foundMs[2]! }];
  const right = await audit(undefined, { own });
  assert.deepEqual(right.faults, []);
  assert.deepEqual([right.blocks, right.windows, right.own], [10, 10, 1]);
  assert.ok(right.searchedMs > 1_000_000);
});

test('a block that brought more or less, or nothing, is told', async () => {
  const [one, two, three] = settled.hashes as [string, string, string];
  const wrong = await audit((blocks) => {
    blocks.set(one, { ...blocks.get(one)!, amount: blocks.get(one)!.amount + 1n });
    blocks.set(two, { ...blocks.get(two)!, amount: 0n });
    blocks.delete(three);
  });
  assert.deepEqual(
    new Set(kindsAndBlocks(wrong).map(String)),
    new Set([one, two, three].map((hash) => `reward,${hash}`)),
  );
});

test('a block that paid the pool and is in no run is told once its reward could be spent for long enough', async () => {
  const amount = 10n ** 18n;
  const atMs = settled.foundMs[3]! + 1;
  const hide = (blocks: PaidBlocks): void => {
    blocks.set(HIDDEN, paidBlock(HIDDEN, atMs, amount));
  };
  assert.deepEqual(kindsAndBlocks(await audit(hide)), [['hidden', HIDDEN]]);
  assert.deepEqual((await audit(hide, { nowMs: atMs + LOCK_MS + LATE_MS })).faults, []);
  assert.deepEqual(kindsAndBlocks(await audit(hide, { nowMs: atMs + LOCK_MS + LATE_MS + 1 })), [
    ['hidden', HIDDEN],
  ]);
  assert.deepEqual((await audit(hide, { isSettled: async (hash) => hash === HIDDEN })).faults, []);
  // Not looked for there.
  assert.deepEqual((await audit(hide, { searchMs: 60_000 })).faults, []);
  // An address that no block of a run paid is not known to be the pool's: but who found the block knows of it.
  const elsewhere = (blocks: PaidBlocks): void => {
    blocks.set(ELSEWHERE, { ...paidBlock(ELSEWHERE, atMs, amount), address: '1elsewhere' });
  };
  assert.deepEqual((await audit(elsewhere)).faults, []);
  const own = [
    { hash: ELSEWHERE, atMs },
    { hash: 'ef'.repeat(32), atMs },
  ];
  assert.deepEqual(kindsAndBlocks(await audit(elsewhere, { own })), [['hidden', ELSEWHERE]]);
});

test('of many hidden blocks some are named, and the rest counted', async () => {
  const { faults } = await audit((blocks) => {
    for (let i = 0; i < 25; i++) {
      const hash = `${10 + i}`.repeat(32);
      blocks.set(hash, paidBlock(hash, settled.foundMs[3]! + i, 1n));
    }
  });
  assert.equal(faults.length, 21);
  assert.match(faults.at(-1)!.message, /^5 more blocks/);
});

test('a window that holds more or less than its block’s target says is told', async () => {
  const hash = settled.hashes.at(-1)!;
  for (const expectedHashes of [2n * EXPECTED, EXPECTED / 2n]) {
    const { faults } = await audit((blocks) => {
      blocks.set(hash, { ...blocks.get(hash)!, expectedHashes });
    });
    assert.deepEqual(
      faults.map(({ kind, run }) => [kind, run]),
      [['window', 2]],
    );
  }
});

import assert from 'node:assert/strict';
import type { BlockFate, BlockListing, BlockReward } from '../../pool/domain/block-fate.js';
import type { Store } from '../../pool/ports/store.js';
import { batchOf, blockOf } from '../support/batches.js';
import type { StoreCase } from './store-conformance.js';

const A = '00000000000000a1';
const ALL = { offset: 0, limit: 1000 };
const DAY = 86_400_000;
const FENCE = 1;

const REWARD: BlockReward = {
  block: 'b1'.repeat(32),
  txId: 'c1'.repeat(32),
  index: 0,
  hint: -7,
  key: 'd1'.repeat(32),
  address: '1payee',
  amount: 10n ** 27n + 1n,
  ownCoins: 10n ** 26n + 3n,
  lockTimeMs: 1_750_000_600_000,
  ours: true,
};

const fateOf = (number: number, extras: Partial<BlockFate> = {}): BlockFate => ({
  number,
  state: 'main',
  stateMs: 50_000 + number,
  final: false,
  reward: REWARD,
  matured: false,
  credited: false,
  luck: undefined,
  ...extras,
});

const numbers = (blocks: readonly { readonly hash: string }[]): number[] =>
  blocks.map(({ hash }) => Number.parseInt(hash, 16));

/** Blocks by number, found at so many thousand ms, all accepted. */
async function accept(store: Store, ...found: readonly (readonly [number, number])[]): Promise<string[]> {
  const blocksFound = found.map(([number, seconds]) => blockOf(number, seconds * 1000));
  const blockStates = blocksFound.map(({ hash }) => ({ hash, state: 'accepted' as const, atMs: 1 }));
  await store.apply(batchOf(A, 1, [], { blocksFound, blockStates }));
  return blocksFound.map(({ hash }) => hash);
}

/** What became of blocks. */
export const fateCases: readonly StoreCase[] = [
  [
    'what became of a block is given back, to the atto',
    async (_lab, store) => {
      const [hash] = await accept(store, [1, 10]);
      const fate = fateOf(1, { luck: { work: 2n ** 100n + 1n, expected: 7n } });
      assert.equal(await store.noteFate(hash!, fate, FENCE), 'noted');
      const block = await store.block(hash!);
      assert.deepEqual([block?.state, block?.stateMs, block?.fate], ['main', 50_001, fate]);
      assert.deepEqual(await store.blocks(ALL), [block]);
      assert.deepEqual(await store.followed('open', ALL), [{ hash, foundMs: 10_000, state: 'main', fate }]);
      assert.equal(await store.noteFate('ff'.repeat(32), fate, FENCE), 'unknown');
    },
  ],
  [
    'a fate counts by its number, in whatever order it comes',
    async (_lab, store) => {
      const [hash] = await accept(store, [1, 10]);
      const note = (number: number, extras?: Partial<BlockFate>): Promise<string> =>
        store.noteFate(hash!, fateOf(number, extras), FENCE);
      assert.equal(await note(2, { state: 'uncle' }), 'noted');
      assert.equal(await note(1), 'old');
      assert.equal(await note(2), 'old');
      assert.equal((await store.block(hash!))?.state, 'uncle');
      const back = { state: 'accepted', reward: undefined } as const;
      for (const [number, extras] of [
        [3, { state: 'orphan', reward: undefined }],
        [4, { state: 'void' }],
        [5, back],
        [9, {}],
      ] as const) {
        assert.equal(await note(number, extras), 'noted');
        const { state, fate } = (await store.block(hash!))!;
        assert.deepEqual([state, fate], [fateOf(number, extras).state, fateOf(number, extras)]);
        assert.deepEqual(numbers(await store.blocks(ALL, [state as BlockListing])), [1]);
        assert.equal(await store.countBlocks(), 1);
      }
      assert.equal(await store.countBlocks(['uncle', 'orphan', 'void', 'accepted']), 0);
    },
  ],
  [
    'no journal changes a state that the chains told',
    async (_lab, store) => {
      const hashes = await accept(store, [1, 10], [2, 11]);
      await store.noteFate(hashes[0]!, fateOf(1), FENCE);
      await store.noteFate(hashes[1]!, fateOf(1, { state: 'accepted', reward: undefined }), FENCE);
      for (const [i, state] of (['refused', 'missing', 'unanswered', 'accepted'] as const).entries())
        await store.apply(
          batchOf(A, 2 + i, [], { blockStates: hashes.map((hash) => ({ hash, state, atMs: 99 })) }),
        );
      assert.deepEqual(
        (await store.blocks(ALL)).map(({ state, stateMs }) => [state, stateMs]),
        [
          ['accepted', 50_001],
          ['main', 50_001],
        ],
      );
      // One that a node refused and another had all the same.
      await store.apply(batchOf(A, 6, [], { blocksFound: [blockOf(3, 12_000)] }));
      await store.noteFate(blockOf(3, 0).hash, fateOf(1), FENCE);
      assert.equal((await store.block(blockOf(3, 0).hash))?.state, 'main');
    },
  ],
  [
    'blocks are followed by what is to be done about them, the oldest first',
    async (_lab, store) => {
      const [a, b, c, d, e, f, g] = await accept(
        store,
        [1, 30],
        [2, 20],
        [3, 20],
        [4, 40],
        [5, 10],
        [6, 15],
        [7, 50],
      );
      const note = (hash: string, extras: Partial<BlockFate>): Promise<string> =>
        store.noteFate(hash, fateOf(1, extras), FENCE);
      await note(a!, {});
      await note(b!, { state: 'accepted', reward: undefined });
      await note(d!, { final: true });
      await note(e!, { state: 'uncle', final: true, matured: true });
      await note(f!, { state: 'void', final: true });
      await note(g!, { final: true, matured: true, reward: { ...REWARD, ours: false } });
      const followed = async (stage: 'open' | 'final' | 'earned', page = ALL): Promise<number[]> =>
        numbers(await store.followed(stage, page));
      assert.deepEqual(await followed('open'), [2, 3, 1]);
      assert.deepEqual(await followed('open', { offset: 1, limit: 1 }), [3]);
      assert.deepEqual(await followed('open', { offset: 2, limit: 5 }), [1]);
      assert.deepEqual(await followed('final'), [4]);
      assert.deepEqual(await followed('earned'), [5]);
      assert.deepEqual(numbers(await store.blocks(ALL, ['main'])), [4, 1]);
      assert.deepEqual(numbers(await store.blocks(ALL, ['mainMatured', 'uncleMatured'])), [7, 5]);
      assert.equal(await store.countBlocks(['uncleMatured', 'void']), 2);
      assert.equal((await store.block(e!))?.state, 'uncle');
      // Credited: nothing is left to do. Not final any more after all: it is followed again.
      const credited = { state: 'uncle', final: true, matured: true, credited: true } as const;
      await store.noteFate(e!, fateOf(2, credited), FENCE);
      await store.noteFate(d!, fateOf(2), FENCE);
      assert.deepEqual(await followed('earned'), []);
      assert.deepEqual(await followed('final'), []);
      assert.deepEqual(await followed('open'), [2, 3, 1, 4]);
      assert.deepEqual(numbers([{ hash: c! }]), [3]);
      await assert.rejects(followed('open', { offset: 0, limit: 1001 }), RangeError);
    },
  ],
  [
    'blocks that were found before a time come newest first',
    async (_lab, store) => {
      const hashes = await accept(store, [1, 30], [2, 20], [3, 20], [4, 40]);
      await store.noteFate(hashes[1]!, fateOf(1), FENCE);
      const before = (seconds: number, limit = 9): Promise<number[]> =>
        store.foundBefore(seconds * 1000, limit).then(numbers);
      assert.deepEqual(await before(40), [1, 3, 2]);
      assert.deepEqual(await before(40.001, 2), [4, 1]);
      assert.deepEqual(await before(20), []);
      const [, second] = await store.foundBefore(30_000, 2);
      assert.deepEqual([second?.state, second?.fate, second?.foundMs], ['main', fateOf(1), 20_000]);
      await assert.rejects(before(1, 0), RangeError);
    },
  ],
  [
    'blocks that were found between two times come oldest first',
    async (_lab, store) => {
      const hashes = await accept(store, [1, 30], [2, 20], [3, 20], [4, 40]);
      await store.noteFate(hashes[1]!, fateOf(1), FENCE);
      const between = (from: number, to: number, page = ALL): Promise<number[]> =>
        store.foundBetween(from * 1000, to * 1000, page).then(numbers);
      assert.deepEqual(await between(20, 40), [2, 3, 1]);
      assert.deepEqual(await between(20.001, 40.001), [1, 4]);
      assert.deepEqual(await between(0, 99, { offset: 1, limit: 2 }), [3, 1]);
      assert.deepEqual(await between(40, 40), []);
      const [first] = await store.foundBetween(20_000, 30_000, ALL);
      assert.deepEqual([first?.state, first?.fate, first?.foundMs], ['main', fateOf(1), 20_000]);
      await assert.rejects(store.foundBetween(0, 1, { offset: 0, limit: 1001 }), RangeError);
    },
  ],
  [
    'an earlier owner of the lease notes nothing any more',
    async (_lab, store) => {
      const [hash] = await accept(store, [1, 10]);
      const before = (await store.takeLease('settlement', 'one', 1000))!;
      assert.equal(await store.noteFate(hash!, fateOf(1), before.fence), 'noted');
      const after = (await store.takeLease('settlement', 'one', 1000))!;
      assert.equal(await store.noteFate(hash!, fateOf(2), before.fence), 'fenced');
      assert.equal(await store.noteFate(hash!, fateOf(2), after.fence), 'noted');
      await store.releaseLease('settlement', after.fence);
      assert.equal(await store.noteFate(hash!, fateOf(3), before.fence), 'fenced');
      assert.equal((await store.block(hash!))?.fate?.number, 2);
    },
  ],
  [
    'a fate whose parts do not fit together is refused',
    async (_lab, store) => {
      const [hash] = await accept(store, [1, 10]);
      const strange: readonly Partial<BlockFate>[] = [
        { number: 0 },
        { number: 1.5 },
        { stateMs: -1 },
        { state: 'sent' as never },
        { state: 'accepted', final: true },
        { reward: undefined },
        { matured: true },
        { state: 'void', final: true, matured: true },
        { final: true, credited: true },
        { final: true, matured: true, credited: true, reward: { ...REWARD, ours: false } },
        { reward: { ...REWARD, amount: -1n } },
        { reward: { ...REWARD, ownCoins: REWARD.amount + 1n } },
        { reward: { ...REWARD, ownCoins: -1n } },
        { reward: { ...REWARD, lockTimeMs: 0.5 } },
      ];
      for (const extras of strange)
        await assert.rejects(store.noteFate(hash!, fateOf(1, extras), FENCE), RangeError);
      assert.equal((await store.block(hash!))?.fate, undefined);
    },
  ],
  [
    'blocks go with what became of them; those whose end is not final hold slices',
    async (lab) => {
      const store = await lab.open({ retention: { blocksMs: 10 * DAY, slicesMs: DAY } });
      const hashes = await accept(store, [1, 86_400], [2, 86_401]);
      const share = { account: 'aa', timeMs: DAY / 2, work: 16n };
      await store.apply(batchOf(A, 2, [share]));
      await store.noteFate(hashes[0]!, fateOf(1), FENCE);
      await store.noteFate(hashes[1]!, fateOf(1, { final: true }), FENCE);
      const slices = async (): Promise<number> => (await store.slices(0, 10 * DAY)).length;
      await store.prune(3 * DAY);
      assert.equal(await slices(), 1);
      await store.noteFate(hashes[0]!, fateOf(2, { state: 'orphan', final: true }), FENCE);
      await store.prune(3 * DAY);
      assert.equal(await slices(), 0);
      await store.prune(12 * DAY);
      assert.deepEqual(await store.blocks(ALL), []);
      for (const stage of ['open', 'final', 'earned'] as const)
        assert.deepEqual(await store.followed(stage, ALL), []);
      // Found again, as a journal of long ago may tell, it has no fate.
      await store.apply(batchOf(A, 3, [], { blocksFound: [blockOf(2, 86_401_000)] }));
      assert.equal((await store.block(hashes[1]!))?.fate, undefined);
    },
  ],
  [
    'what became of blocks outlasts a restart',
    async (lab, first) => {
      const [hash] = await accept(first, [1, 10]);
      await first.noteFate(hash!, fateOf(3), FENCE);
      await first.close();
      const store = await lab.open();
      assert.deepEqual((await store.block(hash!))?.fate, fateOf(3));
      assert.equal(await store.noteFate(hash!, fateOf(3), FENCE), 'old');
    },
  ],
];

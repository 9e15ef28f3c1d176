import assert from 'node:assert/strict';
import type { BlockState, NodeVerdict } from '../../pool/domain/block-record.js';
import { batchOf, blockOf } from '../support/batches.js';
import type { StoreCase } from './store-conformance.js';

const A = '00000000000000a1';
const B = '00000000000000b2';
type End = Exclude<NodeVerdict, 'sent'>;

/** Blocks and their states. */
export const blockCases: readonly StoreCase[] = [
  [
    'a block is given back as it was found',
    async (_lab, store) => {
      const block = blockOf(1, 1_750_000_000_123);
      await store.apply(batchOf(A, 1, [], { blocksFound: [block] }));
      const stored = { ...block, state: 'sent', stateMs: block.foundMs, fate: undefined };
      assert.deepEqual(await store.block(block.hash), stored);
      assert.deepEqual(await store.blocks({ offset: 0, limit: 10 }), [stored]);
      assert.equal(await store.block('ff'), undefined);
      // Told again, by whomever, it is the same block.
      await store.apply(batchOf(B, 1, [], { blocksFound: [{ ...block, node: 'other', foundMs: 5 }] }));
      assert.deepEqual(await store.blocks({ offset: 0, limit: 10 }), [stored]);
    },
  ],
  [
    'its state goes forward only, and never from accepted, which outweighs the other ends',
    async (_lab, store) => {
      let number = 0;
      for (const [states, expected] of [
        [['accepted'], 'accepted'],
        [['refused'], 'refused'],
        [['missing'], 'missing'],
        [['unanswered'], 'unanswered'],
        [['unanswered', 'accepted'], 'accepted'],
        [['unanswered', 'missing', 'unanswered'], 'missing'],
        [['accepted', 'unanswered'], 'accepted'],
        [['accepted', 'refused'], 'accepted'],
        [['refused', 'accepted'], 'accepted'],
        [['refused', 'missing'], 'refused'],
        [['missing', 'accepted'], 'accepted'],
      ] as const) {
        const block = blockOf(++number, 10_000);
        const changes = states.map((state: End, i) => ({ hash: block.hash, state, atMs: 20_000 + i }));
        // In the find's own batch, and one batch each.
        await store.apply(batchOf(A, number, [], { blocksFound: [block], blockStates: changes }));
        const apart = blockOf(100 + number, 10_000);
        const journal = number.toString(16).padStart(16, '0');
        await store.apply(batchOf(journal, 1, [], { blocksFound: [apart] }));
        for (const [i, { state, atMs }] of changes.entries())
          await store.apply(
            batchOf(journal, 2 + i, [], { blockStates: [{ hash: apart.hash, state, atMs }] }),
          );
        const atMs = changes.find(({ state }) => state === expected)!.atMs;
        for (const { hash } of [block, apart]) {
          const { state, stateMs } = (await store.block(hash))!;
          assert.deepEqual([state, stateMs], [expected, atMs], `${states}`);
        }
      }
    },
  ],
  [
    'a state that comes before its block is kept for it',
    async (_lab, store) => {
      const block = blockOf(1, 10_000);
      const state = (name: End, atMs: number): object => ({ hash: block.hash, state: name, atMs });
      const bring = (number: number, ...blockStates: object[]): Promise<unknown> =>
        store.apply(batchOf(B, number, [], { blockStates: blockStates as never }));
      await bring(1, state('unanswered', 1));
      await bring(2, state('accepted', 2), state('missing', 3));
      assert.equal(await store.block(block.hash), undefined);
      assert.deepEqual(await store.blocks({ offset: 0, limit: 10 }), []);
      await store.apply(batchOf(A, 1, [], { blocksFound: [block] }));
      assert.deepEqual(await store.block(block.hash), {
        ...block,
        state: 'accepted',
        stateMs: 2,
        fate: undefined,
      });
      assert.equal((await store.blocks({ offset: 0, limit: 10 }, ['accepted'])).length, 1);
      assert.equal((await store.blocks({ offset: 0, limit: 10 }, ['sent'])).length, 0);
    },
  ],
  [
    'blocks come newest first, in pages, by their states',
    async (_lab, store) => {
      const times = [50, 10, 40, 20, 30, 30];
      const blocksFound = times.map((time, i) => blockOf(i, time * 1000));
      const states: readonly (End | undefined)[] = [
        'accepted',
        undefined,
        'refused',
        'accepted',
        'unanswered',
        'missing',
      ];
      const blockStates = states.flatMap((state, i) =>
        state === undefined ? [] : [{ hash: blocksFound[i]!.hash, state, atMs: 60_000 }],
      );
      await store.apply(batchOf(A, 1, [], { blocksFound, blockStates }));
      const list = async (offset: number, limit: number, only?: readonly BlockState[]): Promise<number[]> =>
        (await store.blocks({ offset, limit }, only)).map(({ height }) => height - 1000);
      assert.deepEqual(await list(0, 10), [0, 2, 5, 4, 3, 1]);
      assert.deepEqual(await list(1, 2), [2, 5]);
      assert.deepEqual(await list(4, 10), [3, 1]);
      assert.deepEqual(await list(9, 10), []);
      assert.deepEqual(await list(0, 10, ['accepted']), [0, 3]);
      assert.deepEqual(await list(1, 10, ['accepted']), [3]);
      assert.deepEqual(await list(0, 10, ['sent', 'unanswered']), [4, 1]);
      assert.deepEqual(await list(1, 2, ['accepted', 'refused', 'missing']), [2, 5]);
      assert.deepEqual(await list(0, 10, []), []);
      assert.equal(await store.countBlocks(), 6);
      assert.equal(await store.countBlocks(['accepted']), 2);
      assert.equal(await store.countBlocks(['sent', 'unanswered', 'missing']), 3);
      assert.equal(await store.countBlocks([]), 0);
      await assert.rejects(list(0, 1001), RangeError);
    },
  ],
];

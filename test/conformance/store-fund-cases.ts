import assert from 'node:assert/strict';
import type { Store } from '../../pool/ports/store.js';
import type { StoreCase } from './store-conformance.js';

const NOTHING = { finds: [], reservations: [] };

async function keep(
  { fund }: Store,
  id: string,
  rank: number,
  of = 'a',
  pieces = ['x', 'y'],
): Promise<string> {
  for (const [i, text] of pieces.entries()) await fund.putPiece(id, i, text);
  return fund.keepSnapshot({ id, pieces: pieces.length, of, rank }, NOTHING);
}

/** What is kept of the fund of Proof of Less Work. */
export const fundCases: readonly StoreCase[] = [
  [
    'fund: of two front ends the newer snapshot is kept, whoever comes last; its pieces are its own',
    async (lab, store) => {
      const other = await lab.openBeside(store);
      assert.deepEqual(await store.fund.load(), { snapshot: undefined, reservations: [], finds: [] });
      assert.equal(await keep(store, 's-1', 7), 'kept');
      assert.equal(await keep(other, 's-2', 6), 'older');
      assert.equal((await other.fund.load()).snapshot?.id, 's-1');
      assert.equal(await other.fund.piece('s-1', 1), 'y');
      assert.equal(await keep(other, 's-3', 7, 'a', ['z']), 'kept');
      assert.deepEqual((await store.fund.load()).snapshot, { id: 's-3', pieces: 1, of: 'a', rank: 7 });
      assert.equal(await store.fund.piece('s-3', 0), 'z');
      assert.equal(await store.fund.piece('s-1', 0), undefined);
      assert.equal(await store.fund.piece('s-2', 0), undefined);
    },
  ],
  [
    'fund: a snapshot of something else takes the place of a newer one; one without all its pieces of none',
    async (_lab, store) => {
      await keep(store, 's-1', 7);
      await store.fund.putPiece('s-2', 0, 'x');
      const head = { id: 's-2', pieces: 2, of: 'a', rank: 9 };
      assert.equal(await store.fund.keepSnapshot(head, { finds: ['f'], reservations: [] }), 'incomplete');
      assert.equal((await store.fund.load()).snapshot?.id, 's-1');
      assert.equal(await keep(store, 's-3', 1, 'b'), 'kept');
      assert.equal((await store.fund.load()).snapshot?.of, 'b');
    },
  ],
  [
    'fund: an entry is kept once by its key, from whoever it came first, in order',
    async (lab, store) => {
      const other = await lab.openBeside(store);
      await store.fund.addEntries([]);
      await store.fund.addEntries(['1', '2'].map((key) => ({ key, text: `a${key}` })));
      await other.fund.addEntries(['2', '1', '3'].map((key) => ({ key, text: `b${key}` })));
      await store.fund.addEntries(['3', '4', '4'].map((key) => ({ key, text: `a${key}` })));
      assert.deepEqual(await other.fund.entries(0, 10), ['a1', 'a2', 'b3', 'a4']);
      assert.deepEqual(await store.fund.entries(1, 2), ['a2', 'b3']);
      assert.deepEqual(await store.fund.entries(4, 2), []);
      await assert.rejects(store.fund.entries(-1, 2), RangeError);
      await assert.rejects(store.fund.entries(0, 1001), RangeError);
    },
  ],
  [
    'fund: of two reservations at once one gets a coin, until it is given back or ends',
    async (lab, store) => {
      const other = await lab.openBeside(store);
      const outcomes = await Promise.all([
        store.fund.reserve({ key: 'w-1', text: '1', coins: ['c1', 'c2'] }),
        other.fund.reserve({ key: 'w-2', text: '2', coins: ['c2', 'c3'] }),
      ]);
      assert.equal(outcomes.filter((reserved) => reserved).length, 1);
      const [won, lost] = outcomes[0] ? ['w-1', 'w-2'] : ['w-2', 'w-1'];
      assert.deepEqual(
        (await other.fund.load()).reservations.map(({ key }) => key),
        [won],
      );
      await store.fund.release(lost);
      assert.equal(await other.fund.reserve({ key: lost, text: '3', coins: ['c2'] }), false);
      await store.fund.release(won);
      assert.equal(await other.fund.reserve({ key: lost, text: '3', coins: ['c2'] }), true);
      await keep(store, 's-1', 7);
      await store.fund.putPiece('s-2', 0, 'x');
      const ended = { finds: [], reservations: [lost] };
      // With a snapshot that is older nothing ends.
      assert.equal(await store.fund.keepSnapshot({ id: 's-2', pieces: 1, of: 'a', rank: 6 }, ended), 'older');
      assert.equal(await other.fund.reserve({ key: won, text: '1', coins: ['c2'] }), false);
      await store.fund.putPiece('s-3', 0, 'x');
      assert.equal(await store.fund.keepSnapshot({ id: 's-3', pieces: 1, of: 'a', rank: 8 }, ended), 'kept');
      assert.deepEqual((await other.fund.load()).reservations, []);
      assert.equal(await other.fund.reserve({ key: won, text: '1', coins: ['c2'] }), true);
      assert.equal(await other.fund.reserve({ key: won, text: '4', coins: ['c9'] }), true);
      assert.equal(await other.fund.reserve({ key: 'w-9', text: '9', coins: ['c2'] }), true);
    },
  ],
  [
    'fund: finds stay until they end',
    async (lab, store) => {
      await store.fund.addFind({ key: 'f1', text: 'one' });
      await store.fund.addFind({ key: 'f2', text: 'two' });
      await store.fund.addFind({ key: 'f1', text: 'again' });
      await store.fund.putPiece('s-1', 0, 'x');
      const head = { id: 's-1', pieces: 1, of: 'a', rank: 1 };
      assert.equal(await store.fund.keepSnapshot(head, { finds: ['f2', 'none'], reservations: [] }), 'kept');
      assert.deepEqual((await (await lab.open()).fund.load()).finds, [{ key: 'f1', text: 'one' }]);
    },
  ],
];

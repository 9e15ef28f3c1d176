import assert from 'node:assert/strict';
import type { BookOutcome, BookWrite } from '../../pool/ports/books.js';
import { type BooksCase, contentOf, FENCE, writeOf } from './books-lab.js';

/** What a commit does, and what it refuses. */
export const commitCases: readonly BooksCase[] = [
  [
    'new books have nothing',
    async (books) => {
      assert.deepEqual(await contentOf(books), { pages: [[]], log: [], end: 0, start: 0 });
      assert.deepEqual(await books.get('account', ['a', 'b']), [undefined, undefined]);
      assert.deepEqual(await books.logKeys(['a']), [undefined]);
    },
  ],
  [
    'what was committed is there for everyone: records with their versions, the log in its order',
    async (books, lab) => {
      assert.equal(await books.commit(writeOf([['a', 0, 'one']], ['x', 'y'])), 'done');
      const next = writeOf(
        [
          ['a', 1, 'two'],
          ['b', 0, ''],
        ],
        ['z'],
      );
      assert.equal(await books.commit(next), 'done');
      const other = await lab.open();
      assert.deepEqual(await other.get('account', ['b', 'none', 'a']), [
        { key: 'b', version: 1, text: '' },
        undefined,
        { key: 'a', version: 2, text: 'two' },
      ]);
      assert.deepEqual(await other.log(0, 10), [
        { number: 0, key: 'x', text: 'text of x' },
        { number: 1, key: 'y', text: 'text of y' },
        { number: 2, key: 'z', text: 'text of z' },
      ]);
      assert.deepEqual(await other.logKeys(['z', 'none', 'x']), [2, undefined, 0]);
      assert.equal(await other.logEnd(), 3);
    },
  ],
  [
    'tables do not meet',
    async (books) => {
      const record = { key: 'k', version: 0, text: 't' };
      const write = {
        fence: FENCE,
        append: [],
        records: [
          { ...record, table: 'account' },
          { ...record, table: 'utxo', text: 'u' },
        ],
      } as const;
      assert.equal(await books.commit(write), 'done');
      assert.equal((await books.get('account', ['k']))[0]?.text, 't');
      assert.equal((await books.get('utxo', ['k']))[0]?.text, 'u');
      assert.deepEqual(await books.get('intent', ['k']), [undefined]);
      assert.deepEqual(await books.logKeys(['k']), [undefined], 'nor does the log');
    },
  ],
  [
    'a key that the log has makes a write "already", wherever it stands; nothing is changed',
    async (books) => {
      await books.commit(writeOf([['a', 0, 'one']], ['x']));
      const before = await contentOf(books);
      for (const log of [['x'], ['new', 'x'], ['x', 'new']])
        assert.equal(await books.commit(writeOf([['a', 1, 'two']], log)), 'already');
      // The write that was done, made again since its answer was lost: its versions are those of before.
      assert.equal(await books.commit(writeOf([['a', 0, 'one']], ['x'])), 'already');
      assert.deepEqual(await contentOf(books), before);
    },
  ],
  [
    'a version that differs makes a write "changed", wherever it stands; nothing is changed',
    async (books) => {
      await books.commit(
        writeOf([
          ['a', 0, 'one'],
          ['b', 0, 'one'],
        ]),
      );
      await books.commit(writeOf([['b', 1, 'two']]));
      const before = await contentOf(books);
      const wrong: readonly BookWrite[] = [
        writeOf([['b', 1, 'three']], ['x']),
        writeOf([['b', 3, 'three']], ['x']),
        writeOf([['b', 0, 'three']], ['x']),
        writeOf([['none', 1, 'text']], ['x']),
        writeOf([['none', 1, undefined]], ['x']),
        writeOf([['b', 1, undefined]], ['x']),
        writeOf([['b', 0, undefined]], ['x']),
        writeOf(
          [
            ['a', 1, 'two'],
            ['b', 1, 'three'],
            ['c', 0, 'one'],
          ],
          ['x', 'y'],
        ),
        writeOf(
          [
            ['a', 1, undefined],
            ['c', 0, 'one'],
            ['b', 1, 'three'],
          ],
          ['x'],
        ),
      ];
      for (const write of wrong) assert.equal(await books.commit(write), 'changed');
      assert.deepEqual(await contentOf(books), before);
    },
  ],
  [
    'of several outcomes "fenced" comes before "already", and that before "changed"',
    async (books) => {
      const fence = { name: 'settlement', number: 5 } as const;
      await books.commit({ ...writeOf([['a', 0, 'one']], ['x']), fence });
      const outcomes: readonly [number, number, string, BookOutcome][] = [
        [4, 7, 'x', 'fenced'],
        [4, 1, 'x', 'fenced'],
        [4, 7, 'new', 'fenced'],
        [4, 1, 'new', 'fenced'],
        [5, 7, 'x', 'already'],
        [6, 1, 'x', 'already'],
        [6, 7, 'new', 'changed'],
        [5, 1, 'new', 'done'],
      ];
      for (const [number, version, key, outcome] of outcomes) {
        const write = writeOf([['a', version, 'two']], [key]);
        assert.equal(await books.commit({ ...write, fence: { ...fence, number } }), outcome);
      }
    },
  ],
  [
    'a record that was removed is gone; with version 0 it must not be there',
    async (books) => {
      await books.commit(writeOf([['a', 0, 'one']]));
      assert.equal(await books.commit(writeOf([['a', 1, undefined]])), 'done');
      assert.deepEqual(await books.page('account', { limit: 10 }), []);
      assert.equal(await books.commit(writeOf([['a', 1, undefined]])), 'changed');
      assert.equal(await books.commit(writeOf([['a', 0, undefined]], ['x'])), 'done');
      assert.equal(await books.logEnd(), 1);
      assert.deepEqual(await books.get('account', ['a']), [undefined]);
    },
  ],
  [
    'a record that is made again has a version that none of its key had before',
    async (books) => {
      for (const round of [1, 2, 3, 4]) {
        assert.equal(await books.commit(writeOf([['a', 0, 'made']])), 'done');
        const { version } = (await books.get('account', ['a']))[0]!;
        assert.equal(await books.commit(writeOf([['a', version, 'used']])), 'done');
        assert.equal(await books.commit(writeOf([['a', version + 1, undefined]])), 'done');
        await books.commit(writeOf([['a', 0, 'made']]));
        // Whoever read the one before must not take it for this one.
        for (let old = 1; old <= version + 1; old++)
          assert.equal(await books.commit(writeOf([['a', old, 'wrong']])), 'changed', `round ${round}`);
        const again = (await books.get('account', ['a']))[0]!;
        assert.equal(again.text, 'made');
        assert.equal(await books.commit(writeOf([['a', again.version, undefined]])), 'done');
      }
    },
  ],
  [
    'one write makes, changes and removes; only its own table has greater versions after a removal',
    async (books) => {
      await books.commit(
        writeOf([
          ['a', 0, '1'],
          ['b', 0, '1'],
        ]),
      );
      await books.commit(writeOf([['a', 1, '2']]));
      const write = writeOf([
        ['a', 2, undefined],
        ['b', 1, '2'],
        ['c', 0, '1'],
      ]);
      assert.equal(await books.commit(write), 'done');
      assert.deepEqual(await books.page('account', { limit: 10 }), [
        { key: 'b', version: 2, text: '2' },
        { key: 'c', version: 1, text: '1' },
      ]);
      await books.commit(writeOf([['d', 0, '1']]));
      assert.equal((await books.get('account', ['d']))[0]?.version, 3);
      await books.commit({
        ...writeOf([]),
        records: [{ table: 'note', key: 'd', version: 0, text: '1' }],
      });
      assert.equal((await books.get('note', ['d']))[0]?.version, 1);
    },
  ],
  [
    'a write of nothing is done',
    async (books) => {
      assert.equal(await books.commit(writeOf([])), 'done');
      assert.equal(await books.commit({ ...writeOf([]), durable: true }), 'done');
      assert.deepEqual(await contentOf(books), { pages: [[]], log: [], end: 0, start: 0 });
    },
  ],
  [
    'a durable write says the same as one that is not',
    async (books) => {
      const write = { ...writeOf([['a', 0, 'one']], ['x']), durable: true };
      assert.equal(await books.commit(write), 'done');
      assert.equal(await books.commit(write), 'already');
      assert.equal(await books.commit({ ...writeOf([['a', 0, 'two']]), durable: true }), 'changed');
      assert.equal((await books.get('account', ['a']))[0]?.text, 'one');
    },
  ],
  [
    'writers at once: of those that read the same version one succeeds, and no number of the log is left out',
    async (books, lab) => {
      const clients = [books, await lab.open(), await lab.open()];
      await books.commit(writeOf([['n', 0, '0']]));
      const addOne = async (writer: number, i: number): Promise<void> => {
        for (;;) {
          const client = clients[writer % clients.length]!;
          const { version, text } = (await client.get('account', ['n']))[0]!;
          const next = String(BigInt(text) + 1n);
          const outcome = await client.commit(writeOf([['n', version, next]], [`${writer}/${i}`]));
          if (outcome === 'done') return;
          assert.equal(outcome, 'changed');
        }
      };
      await Promise.all(
        Array.from({ length: 6 }, async (_, writer) => {
          for (let i = 0; i < 5; i++) await addOne(writer, i);
        }),
      );
      assert.deepEqual(await books.get('account', ['n']), [{ key: 'n', version: 31, text: '30' }]);
      const log = await clients[1]!.log(0, 1000);
      assert.deepEqual(
        log.map(({ number }) => number),
        Array.from({ length: 30 }, (_, i) => i),
      );
      for (const writer of [0, 5])
        assert.deepEqual(
          log.map(({ key }) => key).filter((key) => key.startsWith(`${writer}/`)),
          [0, 1, 2, 3, 4].map((i) => `${writer}/${i}`),
        );
    },
  ],
  [
    'of writers at once with the same key one is done, the others hear "already"',
    async (books, lab) => {
      const clients = [books, await lab.open()];
      const outcomes = await Promise.all(
        Array.from({ length: 12 }, (_, i) =>
          clients[i % 2]!.commit(writeOf([['a', 0, `by ${i}`]], ['once', `by ${i}`])),
        ),
      );
      assert.deepEqual(outcomes.toSorted(), [...new Array<string>(11).fill('already'), 'done']);
      const winner = outcomes.indexOf('done');
      assert.equal((await books.get('account', ['a']))[0]?.text, `by ${winner}`);
      assert.equal(await books.logEnd(), 2);
    },
  ],
];

import assert from 'node:assert/strict';
import type { BookTable, BookWrite } from '../../pool/ports/books.js';
import type { LeaseName } from '../../pool/ports/task-leases.js';
import { type BooksCase, contentOf, FENCE, writeOf } from './books-lab.js';

const MIB = 1_048_576;

/** What is in range is kept as it is; what is not is refused before anything is written. */
export const rangeCases: readonly BooksCase[] = [
  [
    'texts are kept as they are: great amounts, negative ones, all of Unicode',
    async (books, lab) => {
      const texts = [
        String(10n ** 27n),
        String(-(10n ** 27n)),
        String(2n ** 63n),
        '-1',
        '007',
        '1e3',
        '',
        ' ',
        ' a 1 b ',
        '12 starts like a version',
        'a\nb\r\n\tc',
        'é €  😀 \u2028 \uFEFF \uFFFF',
        '{"a":"\\"\'%;--"}',
      ];
      await books.commit({
        fence: FENCE,
        append: texts.map((text, i) => ({ key: `l${i}`, text })),
        records: texts.map((text, i) => ({
          table: 'note',
          key: `k${String(i).padStart(2, '0')}`,
          version: 0,
          text,
        })),
      });
      const other = await lab.open();
      const textsOf = (found: readonly { readonly text: string }[]) => found.map(({ text }) => text);
      assert.deepEqual(textsOf(await other.page('note', { limit: 100 })), texts);
      assert.deepEqual(textsOf(await other.log(0, 100)), texts);
      const [first, second] = await other.get('note', ['k00', 'k09']);
      assert.deepEqual([first?.text, second?.text], [texts[0], texts[9]]);
    },
  ],
  [
    'the longest keys and texts are kept',
    async (books) => {
      const key = `${'k'.repeat(159)}~`;
      const text = 'é'.repeat(MIB / 2);
      const append = [{ key, text: '€'.repeat(65_535 / 3) }];
      const records = [{ table: 'work', key, version: 0, text }] as const;
      assert.equal(await books.commit({ fence: FENCE, append, records }), 'done');
      assert.deepEqual(await books.get('work', [key]), [{ key, version: 1, text }]);
      assert.equal((await books.page('work', { prefix: key, limit: 1 }))[0]?.text.length, MIB / 2);
      assert.deepEqual(await books.log(0, 1), [{ number: 0, ...append[0]! }]);
    },
  ],
  [
    'the largest write, and the largest reads',
    async (books) => {
      const log = Array.from({ length: 1000 }, (_, i) => `l${i}`);
      const records = Array.from({ length: 5000 }, (_, i) => [`k${i}`, 0, String(i)] as const);
      assert.equal(await books.commit(writeOf(records, log)), 'done');
      assert.equal(await books.logEnd(), 1000);
      const keys = records.slice(4000).map(([key]) => key);
      assert.deepEqual(
        (await books.get('account', keys)).map((record) => record?.text),
        records.slice(4000).map(([, , text]) => text),
      );
      assert.equal((await books.page('account', { limit: 1000 })).length, 1000);
      assert.deepEqual(
        await books.logKeys(log),
        log.map((_, i) => i),
      );
      assert.deepEqual(await books.get('account', []), []);
      assert.deepEqual(await books.logKeys([]), []);
    },
  ],
  [
    'a write that is out of range is refused, and nothing of it is kept',
    async (books) => {
      await books.commit(writeOf([['a', 0, 'one']], ['x']));
      const before = await contentOf(books);
      const good = writeOf([['a', 1, 'two']], ['y']);
      const record = { table: 'account', key: 'b', version: 0, text: 't' } as const;
      const withRecord = (part: object): BookWrite => ({
        ...good,
        records: [...good.records, { ...record, ...part }],
      });
      const withEntry = (part: object): BookWrite => ({
        ...good,
        append: [...good.append, { key: 'z', text: 't', ...part }],
      });
      const withFence = (name: string, number: number): BookWrite => ({
        ...good,
        fence: { name: name as LeaseName, number },
      });
      const keys = ['', 'k'.repeat(161), 'é', 'a\nb', 'a\0', '\x7f'];
      const texts = ['a\0b', '\ud800', 'a\udc00'];
      const versions = [-1, 1.5, Number.NaN, 2 ** 53];
      const wrong: readonly BookWrite[] = [
        ...keys.flatMap((key) => [withRecord({ key }), withEntry({ key })]),
        ...texts.flatMap((text) => [withRecord({ text }), withEntry({ text })]),
        ...versions.map((version) => withRecord({ version })),
        withRecord({ table: 'accounts' as BookTable }),
        withRecord({ key: 'a' }),
        withEntry({ key: 'y' }),
        withRecord({ text: `${'é'.repeat(MIB / 2)}x` }),
        withEntry({ text: 'é'.repeat(32_769) }),
        ...[0, -1, 0.5, Number.NaN, 2 ** 53].map((number) => withFence('payer', number)),
        withFence('nobody', 1),
        writeOf(Array.from({ length: 5001 }, (_, i) => [`k${i}`, 0, ''])),
        writeOf(
          [],
          Array.from({ length: 1001 }, (_, i) => `k${i}`),
        ),
        writeOf(Array.from({ length: 17 }, (_, i) => [`k${i}`, 0, 'x'.repeat(MIB)])),
      ];
      for (const write of wrong) await assert.rejects(books.commit(write), RangeError);
      assert.deepEqual(await contentOf(books), before);
      assert.equal(await books.commit(good), 'done');
    },
  ],
  [
    'reads that are out of range are refused',
    async (books) => {
      const many = new Array<string>(1001).fill('k');
      for (const keys of [many, [''], ['é'], ['k'.repeat(161)]]) {
        await assert.rejects(books.get('account', keys), RangeError);
        await assert.rejects(books.logKeys(keys), RangeError);
      }
      const table = 'nothing' as BookTable;
      await assert.rejects(books.get(table, ['k']), RangeError);
      await assert.rejects(books.page(table, { limit: 1 }), RangeError);
      for (const limit of [0, -1, 1.5, 1001, Number.NaN]) {
        await assert.rejects(books.page('account', { limit }), RangeError);
        await assert.rejects(books.log(0, limit), RangeError);
      }
      for (const prefix of ['é', '\n', 'k'.repeat(161)]) {
        await assert.rejects(books.page('account', { prefix, limit: 1 }), RangeError);
        await assert.rejects(books.page('account', { after: prefix, limit: 1 }), RangeError);
      }
      for (const number of [-1, 0.5, Number.NaN, 2 ** 53]) {
        await assert.rejects(books.log(number, 1), RangeError);
        await assert.rejects(books.trimLog(number, FENCE), RangeError);
      }
      await assert.rejects(books.trimLog(1, { name: 'payer', number: 0 }), RangeError);
    },
  ],
];

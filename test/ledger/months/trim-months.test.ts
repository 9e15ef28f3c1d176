import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { closeMonth } from '../../../ledger/months/close-month.js';
import { trimMonths } from '../../../ledger/months/trim-months.js';
import { type LedgerLab, labBlock, ledgerLab } from '../../support/ledger-lab.js';

const FENCE = { name: 'ledger', number: 1 } as const;
const JANUARY = Date.UTC(2026, 0, 15);
const FEBRUARY = Date.UTC(2026, 1, 15);
const LATER = Date.UTC(2026, 6, 1);

/** Three entries of January, two of February. */
async function filled(): Promise<LedgerLab> {
  const lab = ledgerLab();
  for (let number = 1; number <= 5; number++)
    await lab.post({ ...labBlock(number, 5n), timeMs: number <= 3 ? JANUARY : FEBRUARY });
  return lab;
}

async function closed(t: TestContext, months = 2): Promise<{ lab: LedgerLab; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'lesswork-trim-'));
  t.after(() => rm(folder, { recursive: true }));
  const lab = await filled();
  for (let month = 0; month < months; month++)
    await closeMonth({ books: lab.books, folder, fence: FENCE, nowMs: LATER });
  return { lab, folder };
}

const trim = ({ lab, folder }: { lab: LedgerLab; folder: string }) => trimMonths(lab.books, folder, FENCE);

test('what verified files hold is trimmed, and no more', async (t) => {
  const setting = await closed(t, 1);
  const { lab } = setting;
  assert.deepEqual(await trim(setting), { month: '2026-01', entries: 3 });
  assert.equal(await lab.books.logStart(), 3);
  assert.deepEqual(await trim(setting), { month: '2026-01', entries: 0 });
  await closeMonth({ books: lab.books, folder: setting.folder, fence: FENCE, nowMs: LATER });
  assert.deepEqual(await trim(setting), { month: '2026-02', entries: 2 });
  assert.equal(await lab.books.logStart(), 5);
});

test('nothing is closed, nothing is trimmed', async (t) => {
  const setting = await closed(t, 0);
  assert.equal(await trim(setting), undefined);
  assert.equal(await setting.lab.books.logStart(), 0);
});

for (const [what, spoil, words] of [
  [
    'the last file is not there',
    (folder: string) => rm(join(folder, 'ledger-2026-02.txt')),
    /expected the file of 2026-02/,
  ],
  [
    'the first file is not there',
    (folder: string) => rm(join(folder, 'ledger-2026-01.txt')),
    /one is missing/,
  ],
  [
    'a file is cut short',
    (folder: string) => writeFile(join(folder, 'ledger-2026-01.txt'), 'lesswork-ledger'),
    /damaged/,
  ],
] as const)
  test(`${what}: nothing is trimmed`, async (t) => {
    const setting = await closed(t);
    await spoil(setting.folder);
    await assert.rejects(trim(setting), words);
    assert.equal(await setting.lab.books.logStart(), 0);
  });

test('files of another pool, and books that say something else: nothing is trimmed', async (t) => {
  const setting = await closed(t);
  const other = await closed(t, 1);
  await assert.rejects(trimMonths(setting.lab.books, other.folder, FENCE), {
    code: 'ERR_LEDGER',
    fault: 'month',
  });
  // The same months by their record, and another log: as no program writes it.
  const strange = ledgerLab();
  for (let number = 1; number <= 5; number++)
    await strange.post({ ...labBlock(number, 6n), timeMs: number <= 3 ? JANUARY : FEBRUARY });
  const [record] = await setting.lab.books.get('note', ['ledger-month']);
  const note = { table: 'note', key: 'ledger-month', version: 0, text: record!.text } as const;
  await strange.books.commit({ fence: FENCE, append: [], records: [note] });
  await assert.rejects(
    trimMonths(strange.books, setting.folder, FENCE),
    /entry 0 \(block\/.* is another one in the books/,
  );
  assert.equal(await strange.books.logStart(), 0);
});

test('who is no longer the owner of the task trims nothing', async (t) => {
  const setting = await closed(t);
  const { books } = setting.lab;
  await books.commit({ fence: { name: 'ledger', number: 9 }, append: [], records: [] });
  await assert.rejects(trim(setting), /somebody else is at work/);
  assert.equal(await books.logStart(), 0);
});

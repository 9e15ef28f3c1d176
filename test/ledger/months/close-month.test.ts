import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { checkLedger } from '../../../ledger/check.js';
import {
  CLOSE_AFTER_MS,
  closedMonth,
  closeMonth,
  lastMonthFile,
} from '../../../ledger/months/close-month.js';
import { entriesOf, openingOf, openMonthFile } from '../../../ledger/months/month-file.js';
import { monthEnd, monthOf } from '../../../ledger/months/month-text.js';
import { verifyMonths } from '../../../ledger/months/verify-months.js';
import { ownTransaction } from '../../../ledger/movements.js';
import { coinKey } from '../../support/ledger-arbitraries.js';
import { type LedgerLab, labBlock, labCoin, ledgerLab } from '../../support/ledger-lab.js';

const FENCE = { name: 'settlement', number: 1 } as const;
const JANUARY = Date.UTC(2026, 0, 15);
const FEBRUARY = Date.UTC(2026, 1, 15);
const APRIL = Date.UTC(2026, 3, 15);
const LATER = Date.UTC(2026, 6, 1);

async function makeFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lesswork-months-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

/** Blocks in January, February and April, an output joined in February, and a late entry. */
async function usedLab(): Promise<LedgerLab> {
  const lab = ledgerLab();
  for (let number = 1; number <= 20; number++)
    await lab.post({
      ...labBlock(number, BigInt(number) * 10n ** 26n, (number % 4) as 0),
      timeMs: JANUARY + number,
    });
  const spent = [labCoin(4, 4n * 10n ** 26n), labCoin(8, 8n * 10n ** 26n)];
  const made = [labCoin(50, 12n * 10n ** 26n - 5n)];
  await lab.post(ownTransaction(FEBRUARY, { txId: coinKey(9), group: 0, spent, made, fee: 5n }));
  await lab.post({ ...labBlock(21, 7n), timeMs: JANUARY });
  await lab.post({ ...labBlock(22, 8n), timeMs: APRIL });
  return lab;
}

const close = (lab: LedgerLab, folder: string, nowMs = LATER, room = 1000) =>
  closeMonth({ books: lab.books, folder, fence: FENCE, nowMs, room });

async function closeAll(lab: LedgerLab, folder: string): Promise<string[]> {
  const months: string[] = [];
  for (let file = await close(lab, folder); file !== undefined; file = await close(lab, folder))
    months.push(file.head.month);
  return months;
}

/** Rewrites a file. */
async function edit(path: string, change: (text: string) => string): Promise<void> {
  const text = await readFile(path, 'utf8');
  assert.notEqual(change(text), text);
  await writeFile(path, change(text));
}

test('months are closed one after the other, each naming the one before', async (t) => {
  const folder = await makeFolder(t);
  const lab = await usedLab();
  assert.deepEqual(await closeAll(lab, folder), ['2026-01', '2026-02', '2026-04']);
  assert.deepEqual((await readdir(folder)).sort(), [
    'ledger-2026-01.txt',
    'ledger-2026-02.txt',
    'ledger-2026-04.txt',
  ]);
  const { files, fault } = await verifyMonths(folder);
  assert.equal(fault, undefined);
  const [january, february, april] = files;
  assert.deepEqual(
    files.map(({ head: { number, from, end } }) => [number, from, end]),
    [
      [1, 0, 20],
      [2, 20, 22],
      [3, 22, 23],
    ],
  );
  const bytes = await readFile(january!.path);
  assert.equal(january!.hash, createHash('sha256').update(bytes).digest('hex'), 'as sha256sum says it');
  assert.equal(february!.head.before, january!.hash);
  assert.deepEqual(await closedMonth(lab.books), { number: 3, month: '2026-04', end: 23, hash: april!.hash });
  const entries = [];
  for await (const { number, text } of entriesOf(february!)) entries.push({ number, text });
  assert.deepEqual(
    entries,
    (await lab.books.log(20, 2)).map(({ number, text }) => ({ number, text })),
  );
});

test('balances carry over: the log is trimmed, and the check goes on from the file', async (t) => {
  const folder = await makeFolder(t);
  const lab = await usedLab();
  await closeAll(lab, folder);
  await lab.books.trimLog(22, FENCE);
  await lab.post({ ...labBlock(23, 9n), timeMs: LATER });
  const closed = (await closedMonth(lab.books))!;
  const opening = openingOf(await lastMonthFile(folder, closed));
  const found = await checkLedger({ books: lab.books, timeMs: LATER, opening });
  assert.deepEqual(found.faults, []);
  assert.equal(found.entries, 1);
  assert.equal(found.coins, 22);
  const blind = await checkLedger({ books: lab.books, timeMs: LATER });
  assert.ok(blind.faults.some(({ fault }) => fault === 'log'));
  const [row] = await lab.books.get('account', ['reward']);
  await lab.books.commit({
    fence: FENCE,
    append: [],
    records: [{ table: 'account', key: 'reward', version: row!.version, text: '-1' }],
  });
  const spoilt = await checkLedger({ books: lab.books, timeMs: LATER, opening });
  assert.deepEqual(
    spoilt.faults.map(({ fault }) => fault),
    ['balance'],
  );
});

test('with little room the same is said', async (t) => {
  const folder = await makeFolder(t);
  const lab = await usedLab();
  for (
    let file = await close(lab, folder, LATER, 12);
    file !== undefined;
    file = await close(lab, folder, LATER, 12)
  );
  assert.equal((await verifyMonths(folder, 10)).files.length, 3);
  const closed = (await closedMonth(lab.books))!;
  const opening = openingOf(await lastMonthFile(folder, closed));
  assert.deepEqual((await checkLedger({ books: lab.books, timeMs: LATER, opening, room: 11 })).faults, []);
});

test('a month is closed a day after its end at the earliest, and nothing where nothing happened', async (t) => {
  const folder = await makeFolder(t);
  const lab = await usedLab();
  const end = Date.UTC(2026, 1, 1);
  assert.equal(await close(ledgerLab(), folder), undefined);
  assert.equal(await close(lab, folder, end + CLOSE_AFTER_MS - 1), undefined);
  assert.equal((await close(lab, folder, end + CLOSE_AFTER_MS))!.head.month, '2026-01');
  assert.equal(await close(lab, folder, end + CLOSE_AFTER_MS), undefined);
  assert.deepEqual(
    [monthOf(end - 1), monthOf(end), monthEnd('2026-12')],
    ['2026-01', '2026-02', Date.UTC(2027, 0)],
  );
});

test('only late entries since: they are of the next month', async (t) => {
  const folder = await makeFolder(t);
  const lab = ledgerLab();
  await lab.post({ ...labBlock(1, 5n), timeMs: JANUARY });
  await close(lab, folder);
  await lab.post({ ...labBlock(2, 5n), timeMs: JANUARY });
  assert.equal((await close(lab, folder))!.head.month, '2026-02');
  assert.equal((await verifyMonths(folder)).fault, undefined);
});

test('ended between file and record: closed to its end by the next try; another file in its place is not touched', async (t) => {
  const folder = await makeFolder(t);
  const lab = await usedLab();
  lab.books.beforeCommit = () => {
    throw new Error('killed');
  };
  await assert.rejects(close(lab, folder), /killed/);
  lab.books.beforeCommit = undefined;
  const path = join(folder, 'ledger-2026-01.txt');
  const before = await readFile(path, 'utf8');
  assert.equal((await close(lab, folder))!.head.month, '2026-01');
  assert.equal(await readFile(path, 'utf8'), before);
  const other = join(folder, 'ledger-2026-02.txt');
  await writeFile(other, before);
  await assert.rejects(close(lab, folder), { code: 'ERR_LEDGER', fault: 'month' });
  assert.equal(await readFile(other, 'utf8'), before);
  await edit(path, (text) => text.replace('"2000', '"3000'));
  await assert.rejects(close(lab, folder), /expected the file of hash/);
  await rm(path);
  await assert.rejects(close(lab, folder), { code: 'ERR_STORED_FILE' });
});

test('two who close at a time: one of them is told', async (t) => {
  const folder = await makeFolder(t);
  const lab = await usedLab();
  lab.books.beforeCommit = async () => {
    lab.books.beforeCommit = undefined;
    await close(lab, folder);
  };
  await assert.rejects(close(lab, folder), /somebody else closes months/);
  assert.equal((await closedMonth(lab.books))!.month, '2026-01');
});

test('a log that is not right is not closed', async (t) => {
  const folder = await makeFolder(t);
  const lab = await usedLab();
  await lab.books.trimLog(3, FENCE);
  await assert.rejects(close(lab, folder), { code: 'ERR_LEDGER', fault: 'month' });
  const bad = ledgerLab();
  await bad.books.commit({ fence: FENCE, append: [{ key: 'x', text: 'nonsense' }], records: [] });
  await assert.rejects(close(bad, folder), { code: 'ERR_LEDGER', fault: 'month' });
  await bad.books.commit({
    fence: FENCE,
    append: [],
    records: [{ table: 'note', key: 'ledger-month', version: 0, text: '{}' }],
  });
  await assert.rejects(closedMonth(bad.books), { fault: 'row' });
  assert.deepEqual(await readdir(folder), []);
});

let closedOnce: Promise<string> | undefined;

/** Three closed months, to be copied. */
function closedFolder(): Promise<string> {
  closedOnce ??= (async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lesswork-months-'));
    await closeAll(await usedLab(), folder);
    return folder;
  })();
  return closedOnce;
}

after(async () => {
  if (closedOnce !== undefined) await rm(await closedOnce, { recursive: true });
});

const last = (text: string): string => text.trimEnd().split('\n').at(-1)!;

for (const [what, name, change, words] of [
  [
    'an amount',
    'ledger-2026-01.txt',
    (text) => text.replaceAll('"100000000000000000000000000"', '"100000000000000000000000001"'),
    /2026-01.txt: damaged: its postings sum to 1$/,
  ],
  [
    'a balance',
    'ledger-2026-01.txt',
    (text) => text.replace(/(balance":\["reward","-2)1/, '$12'),
    /reward has -22\d+, its entries come to -21/,
  ],
  [
    'an output',
    'ledger-2026-01.txt',
    (text) => text.replace(/\{"coin".*\n/, ''),
    /2026-01.txt: damaged: lines are missing/,
  ],
  [
    'an output and the count',
    'ledger-2026-01.txt',
    (text) => text.replace(/\{"coin".*\n/, '').replace(/,20\]\}/, ',19]}'),
    /output .* is not there/,
  ],
  [
    'an entry and the counts',
    'ledger-2026-01.txt',
    (text) => text.replace(/\{"key".*\n/, '').replace('[20,', '[19,'),
    /entries 19 to 19/,
  ],
  [
    'a balance and the count',
    'ledger-2026-02.txt',
    (text) => text.replace(/\{"balance":\["fees.*\n/, '').replace(/\[2,6,/, '[2,5,'),
    /fees has no balance/,
  ],
  ['its end', 'ledger-2026-04.txt', (text) => text.replace(`${last(text)}\n`, ''), /lines are missing/],
  [
    'more behind its end',
    'ledger-2026-04.txt',
    (text) => `${text}${last(text)}\n`,
    /more comes after its end/,
  ],
  [
    'a line of another form',
    'ledger-2026-04.txt',
    (text) => text.replace('{"end"', '{ "end"'),
    /a line is none of its form/,
  ],
  [
    'its first line',
    'ledger-2026-04.txt',
    (text) => text.replace('"number":3', '"number":4'),
    /expected file 3, got 4/,
  ],
  [
    'its month',
    'ledger-2026-04.txt',
    (text) => text.replace('"month":"2026-04"', '"month":"2026-01"'),
    /it is of 2026-01/,
  ],
  [
    'where it begins',
    'ledger-2026-04.txt',
    (text) => text.replace('"from":22', '"from":21'),
    /begins with entry 21/,
  ],
  [
    'a newer form',
    'ledger-2026-04.txt',
    (text) => text.replace('"version":1', '"version":2'),
    /a newer version wrote it/,
  ],
  ['another file', 'ledger-2026-04.txt', () => 'something else', /it does not begin|no JSON/],
  ['nothing', 'ledger-2026-04.txt', () => '', /no JSON/],
] as const satisfies readonly (readonly [string, string, (text: string) => string, RegExp])[]) {
  test(`changed: ${what}`, async (t) => {
    const folder = await makeFolder(t);
    await cp(await closedFolder(), folder, { recursive: true });
    await edit(join(folder, name), change);
    const { fault } = await verifyMonths(folder);
    assert.match(fault!, words);
  });
}

test('a file that was changed so that it is right in itself breaks the chain; so does one that is gone', async (t) => {
  const folder = await makeFolder(t);
  const lab = await usedLab();
  await closeAll(lab, folder);
  await edit(join(folder, 'ledger-2026-01.txt'), (text) =>
    text.replace(`"time":${JANUARY + 1}`, `"time":${JANUARY + 2}`),
  );
  const { files, fault } = await verifyMonths(folder);
  assert.equal(files.length, 1);
  assert.match(fault!, /2026-02.txt: it follows a file of hash/);
  await rm(join(folder, 'ledger-2026-02.txt'));
  assert.match((await verifyMonths(folder)).fault!, /ledger-2026-04.txt: expected file 2, got 3/);
  await assert.rejects(verifyMonths(join(folder, 'nowhere')), { code: 'ERR_STORED_FILE' });
  await assert.rejects(openMonthFile(join(folder, 'nowhere')), { code: 'ERR_STORED_FILE' });
});

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { SealedLog } from '../../../files/sealed-log.js';
import type { Intent } from '../../../payer/intents/intent.js';
import { IntentJournal, JOURNAL_FORM, type JournalLog } from '../../../payer/intents/intent-journal.js';
import { decodeIntent, encodeIntent, IntentTextError } from '../../../payer/intents/intent-text.js';
import { paymentChanges, paymentKeys } from '../../../payer/intents/payment-records.js';
import { blake2b256 } from '../../../protocol/blake2b.js';
import { bytesToHex, u32Bytes } from '../../../protocol/bytes.js';

const hash = (number: number): string => bytesToHex(blake2b256(u32Bytes(number)));

function intent(number: number, more: Partial<Intent> = {}): Intent {
  return {
    number,
    txId: hash(number),
    kind: 'payout',
    fromGroup: 1,
    toGroup: 3,
    timeMs: 1_780_000_000_000,
    unsignedTx: bytesToHex(u32Bytes(number)),
    signature: 'ab'.repeat(64),
    inputs: [{ group: 1, key: hash(number + 1000), amount: 10n ** 27n }],
    made: [{ group: 1, key: hash(number + 2000), amount: 5n, lockTimeMs: 0 }],
    fee: 2n * 10n ** 15n,
    payments: [{ account: `miner/00${hash(7)}`, address: 'somebody', owed: 12n, paid: 11n }],
    cancels: '',
    ...more,
  };
}

/** A log in memory. */
function memoryLog(lines: string[] = []): JournalLog & { readonly lines: string[] } {
  return {
    lines,
    append: async (texts) => void lines.push(...texts),
    replace: async (texts) => void lines.splice(0, lines.length, ...texts),
  };
}

test('an intent is kept to the last digit, and nothing else is one', () => {
  for (const each of [intent(1), intent(2, { kind: 'cancel', payments: [], cancels: hash(1) })])
    assert.deepEqual(decodeIntent(encodeIntent(each)), each);
  const text = encodeIntent(intent(1));
  for (const wrong of [
    '',
    '{}',
    'null',
    `${text} `,
    text.replace('"payout"', '"payment"'),
    text.replace('"number":1', '"number":0'),
    text.replace('[1,3]', '[1,4]'),
    text.replace('"12"', '"-12"'),
    text.replace('"12"', '"012"'),
    text.replace('"tx":"00000001"', '"tx":"00000002"'),
    text.replace('miner/', 'minor/'),
  ])
    assert.throws(() => decodeIntent(wrong), IntentTextError, wrong.slice(0, 60));
});

test('what is in the journal is what was noted, also after a start', async () => {
  const log = memoryLog();
  const journal = new IntentJournal(log, []);
  for (const number of [1, 2, 3, 4]) await journal.write(intent(number));
  await journal.sent([hash(1), hash(2), hash(4)]);
  await journal.dropped([hash(3)]);
  await journal.over([hash(1)]);
  await journal.over([hash(2)], 'gone');
  await journal.saw(9);
  await journal.take([intent(9)]);
  for (const each of [journal, new IntentJournal(log, log.lines)]) {
    assert.deepEqual(
      each.entries().map(({ number, standing }) => [number, standing]),
      [
        [1, 'over'],
        [2, 'gone'],
        [4, 'sent'],
        [9, 'sent'],
      ],
    );
    assert.deepEqual([each.seen, each.trimmed], [9, 0]);
    assert.equal(each.get(hash(3)), undefined);
    assert.deepEqual(each.intent(hash(4)), intent(4));
  }
  const end = log.lines.length;
  await journal.saw(9);
  await journal.over([hash(77)]);
  assert.equal(log.lines.length, end, 'nothing new, nothing written');
  for (const wrong of [`+${hash(5)}`, `?${hash(4)}`, '{}'])
    assert.throws(() => new IntentJournal(log, [...log.lines, wrong]), IntentTextError, wrong);
});

test('a line that can not be written counts for nothing', async () => {
  const journal = new IntentJournal(
    { append: () => Promise.reject(new Error('full')), replace: () => Promise.resolve() },
    [],
  );
  await assert.rejects(journal.write(intent(1)), /full/);
  assert.deepEqual(journal.entries(), []);
});

test('the oldest that are over go when it is long, never one that is followed', async () => {
  const log = memoryLog();
  const journal = new IntentJournal(log, [], 6_000);
  await journal.take([intent(1)]);
  for (let number = 2; number <= 40; number++) {
    await journal.write(intent(number));
    await journal.sent([hash(number)]);
    await journal.over([hash(number)]);
    assert.ok(log.lines.join('').length < 7_500);
  }
  const again = new IntentJournal(log, log.lines, 6_000);
  for (const each of [journal, again]) {
    const numbers = each.entries().map(({ number }) => number);
    assert.deepEqual([numbers[0], numbers.at(-1)], [1, 40]);
    assert.equal(each.get(hash(1))!.standing, 'sent');
    assert.ok(each.trimmed >= 30 && !numbers.includes(each.trimmed), `${each.trimmed}`);
    assert.ok(numbers.slice(1).every((number) => number > each.trimmed));
    assert.equal(each.seen, 40);
  }
});

test('it is kept in a sealed log', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lesswork-journal-'));
  try {
    const path = join(folder, 'payer.log');
    const first = await SealedLog.open(path, JOURNAL_FORM);
    const journal = new IntentJournal(first.log, first.entries);
    await journal.take([intent(1), intent(2)]);
    await journal.over([hash(1)]);
    await first.log.close();
    const { log, entries } = await SealedLog.open(path, JOURNAL_FORM);
    await log.close();
    assert.deepEqual(new IntentJournal(log, entries).entries(), journal.entries());
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('records of payments: newest first, one for all and one for each account', () => {
  const one = intent(1);
  const keys = paymentKeys(one);
  const end = `${999_999_999_999_999 - one.timeMs}`;
  const name = hash(1).slice(0, 16);
  assert.deepEqual(keys, [`*/${end}/${name}`, `00${hash(7)}/${end}/${name}`]);
  assert.ok(paymentKeys(intent(1, { timeMs: one.timeMs + 1 }))[1]! < keys[1]!);
  const records = keys.map((key, i) => ({ key, version: i + 4, text: '' }));
  const [all, each] = paymentChanges(one, records, { state: 'paid', paidMs: 5 });
  assert.deepEqual(
    [all!.version, JSON.parse(all!.text!)],
    [
      4,
      {
        txId: hash(1),
        timeMs: one.timeMs,
        accounts: 1,
        paid: '11',
        fee: '2000000000000000',
        state: 'paid',
        paidMs: 5,
        fromGroup: 1,
        toGroup: 3,
      },
    ],
  );
  assert.deepEqual(
    [each!.version, JSON.parse(each!.text!)],
    [
      5,
      {
        txId: hash(1),
        timeMs: one.timeMs,
        address: 'somebody',
        owed: '12',
        paid: '11',
        state: 'paid',
        paidMs: 5,
      },
    ],
  );
  assert.deepEqual(paymentChanges(one, [records[0], undefined], undefined), [
    { table: 'payment', key: keys[0], version: 4, text: undefined },
  ]);
  assert.deepEqual(paymentKeys(intent(1, { kind: 'merge', payments: [] })), []);
});

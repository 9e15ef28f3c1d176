import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minerAccount } from '../../ledger/accounts.js';
import { bookUnknown, MAX_BOOKED_AT_ONCE } from '../../ledger/book-unknown.js';
import type { BookTable } from '../../ledger/books-port.js';
import { checkLedger, type LedgerFindings } from '../../ledger/check.js';
import { type CheckFault, MAX_NAMED_FAULTS } from '../../ledger/check-faults.js';
import { type NodeOutputs, OVERDUE_MS } from '../../ledger/check-outputs.js';
import { payout, settlementClose, settlementPart } from '../../ledger/movements.js';
import type { MadeCoin } from '../../ledger/transaction.js';
import { coinKey, minerKey } from '../support/ledger-arbitraries.js';
import {
  LAB_TIME_MS,
  type LedgerLab,
  labBlock,
  labCoin,
  labMiners,
  ledgerLab,
} from '../support/ledger-lab.js';

/** When a block was made of which everything should be booked. */
const OLD_MS = LAB_TIME_MS - OVERDUE_MS;

const MINER = minerAccount(minerKey(0));
const TXID = coinKey(0xabc);

/** Three blocks in two groups, a settlement, a payout that is on its way. */
async function usedLab(): Promise<LedgerLab> {
  const lab = ledgerLab();
  await lab.post(labBlock(1, 100n));
  await lab.post(labBlock(2, 200n));
  await lab.post(labBlock(3, 300n, 1));
  const parts = { number: 1, closes: false };
  await lab.post(settlementPart(1, 0, LAB_TIME_MS, labMiners(250n, 100n)), { settlement: parts });
  const close = settlementClose(1, LAB_TIME_MS, { credits: 350n, fee: 40n, remainder: 10n });
  await lab.post(close, { settlement: { number: 1, closes: true } });
  const pay = payout('p1', LAB_TIME_MS, labMiners(90n), TXID);
  await lab.post(pay, { intent: 'p1', reserve: [labCoin(1, 100n)] });
  return lab;
}

/** What the node has if all is well. */
const OUTPUTS: readonly NodeOutputs[] = [
  { group: 0, outputs: [labCoin(1, 100n), labCoin(2, 200n)], complete: true, onChain: true },
  { group: 1, outputs: [labCoin(3, 300n, 1)], complete: true, onChain: true },
  { group: 2, outputs: [], complete: true, onChain: true },
  { group: 3, outputs: [], complete: true, onChain: true },
];

const check = (
  lab: LedgerLab,
  more: Partial<Parameters<typeof checkLedger>[0]> = {},
): Promise<LedgerFindings> =>
  checkLedger({ books: lab.books, timeMs: LAB_TIME_MS, outputs: OUTPUTS, ...more });

/** Puts a text into a record, past the ledger. */
async function put(lab: LedgerLab, table: BookTable, key: string, text: string | undefined): Promise<void> {
  const [record] = await lab.books.get(table, [key]);
  const version = record?.version ?? 0;
  const outcome = await lab.books.commit({
    fence: { name: 'settlement', number: 1 },
    append: [],
    records: [{ table, key, version, text }],
  });
  assert.equal(outcome, 'done');
}

/** Puts an entry into the log, past the ledger. */
async function append(lab: LedgerLab, key: string, text: string): Promise<void> {
  const fence = { name: 'settlement', number: 1 } as const;
  assert.equal(await lab.books.commit({ fence, append: [{ key, text }], records: [] }), 'done');
}

const withOutputs = (group: 0 | 1 | 2 | 3, change: Partial<NodeOutputs>): readonly NodeOutputs[] =>
  OUTPUTS.map((outputs) => (outputs.group === group ? { ...outputs, ...change } : outputs));

test('a ledger that is right', async () => {
  const found = await check(await usedLab());
  assert.deepEqual(found.faults, []);
  assert.ok(found.mayPay);
  assert.equal(found.entries, 6);
  assert.equal(found.coins, 3);
  assert.equal(found.assets, 600n);
  // 90 are on their way, 260 in balances; 200 are not shared out yet.
  assert.equal(found.debts, 350n);
  assert.deepEqual(found.groups[0]!.expected, { count: 2, amount: 300n });
  for (const { unknownSum, missingSum, coming, leaving } of found.groups)
    for (const sum of [unknownSum, missingSum, coming, leaving])
      assert.deepEqual(sum, { count: 0, amount: 0n });
});

test('an empty ledger is right', async () => {
  const found = await checkLedger({ books: ledgerLab().books, timeMs: 0 });
  assert.ok(found.mayPay);
  assert.deepEqual(found.groups, []);
});

const even = (more: object): string =>
  JSON.stringify({
    key: 'x',
    time: 0,
    kind: 'correction',
    post: [
      ['operator', '1'],
      ['loss', '-1'],
    ],
    ...more,
  });

/** Each fault that there is, by what is done to a ledger that is right. */
const INJURIES: readonly {
  readonly fault: CheckFault;
  readonly what: string;
  readonly words: RegExp;
  do(lab: LedgerLab): Promise<unknown>;
  readonly outputs?: readonly NodeOutputs[];
}[] = [
  {
    fault: 'entry',
    what: 'a text that is none',
    words: /^x: the text is no JSON$/,
    do: (lab) => append(lab, 'x', 'nonsense'),
  },
  {
    fault: 'entry',
    what: 'a transaction under another key',
    words: /^y holds transaction x$/,
    do: (lab) => append(lab, 'y', even({})),
  },
  {
    fault: 'unbalanced',
    what: 'postings that are not even',
    words: /^x: its postings sum to 1$/,
    do: (lab) =>
      append(
        lab,
        'x',
        even({
          post: [
            ['operator', '1'],
            ['loss', '-2'],
            ['fees', '2'],
          ],
        }),
      ),
  },
  {
    fault: 'unbalanced',
    what: 'outputs that are not posted',
    words: /^x: its coins of group 2/,
    do: (lab) => append(lab, 'x', even({ made: [[`2/${coinKey(9)}`, '5', 0]] })),
  },
  {
    fault: 'coin',
    what: 'an output that is spent and was never there',
    words: /^x spends output 0\/0+9 of 5, which is not there$/,
    do: (lab) =>
      append(
        lab,
        'x',
        even({
          post: [
            ['wallet/0/spendable', '-5'],
            ['loss', '5'],
          ],
          spent: [[`0/${coinKey(9)}`, '5']],
        }),
      ),
  },
  {
    fault: 'coin',
    what: 'an output that is made twice',
    words: /^x makes output 0\/0+1, which is there$/,
    do: (lab) =>
      append(
        lab,
        'x',
        even({
          post: [
            ['wallet/0/spendable', '5'],
            ['operator', '-5'],
          ],
          made: [[`0/${coinKey(1)}`, '5', 0]],
        }),
      ),
  },
  {
    fault: 'balance',
    what: 'a balance that somebody raised',
    words: /^miner\/00.* has -161, the log comes to -160$/,
    do: (lab) => put(lab, 'account', MINER, '-161'),
  },
  {
    fault: 'balance',
    what: 'a balance that somebody removed',
    words: /^miner\/00.* has none, the log comes to -160$/,
    do: (lab) => put(lab, 'account', MINER, undefined),
  },
  {
    fault: 'balance',
    what: 'a balance from nowhere',
    words: /^miner\/00.* has -5, the log comes to none$/,
    do: (lab) => put(lab, 'account', minerAccount(minerKey(99)), '-5'),
  },
  {
    fault: 'output',
    what: 'an expected output that somebody removed',
    words: /^0\/0+2 has none, the log comes to 200 until 0$/,
    do: (lab) => put(lab, 'utxo', `0/${coinKey(2)}`, undefined),
  },
  {
    fault: 'output',
    what: 'an expected output of another amount',
    words: /^0\/0+2 has 201 until 0, the log comes to 200 until 0$/,
    do: (lab) => put(lab, 'utxo', `0/${coinKey(2)}`, '["201",0,"",""]'),
  },
  {
    fault: 'record',
    what: 'a balance that can not be read',
    words: /^account miner\/00/,
    do: (lab) => put(lab, 'account', MINER, '-1e3'),
  },
  {
    fault: 'record',
    what: 'an account that is none',
    words: /^account minor: no account has that name$/,
    do: (lab) => put(lab, 'account', 'minor', '5'),
  },
  {
    fault: 'record',
    what: 'an expected output that can not be read',
    words: /^utxo 0\/0+2:/,
    do: (lab) => put(lab, 'utxo', `0/${coinKey(2)}`, '["200"]'),
  },
  {
    fault: 'wallet',
    what: 'accounts that hold more than the outputs',
    words: /^accounts of group 0 hold 305, its outputs 300$/,
    do: (lab) =>
      append(
        lab,
        'x',
        even({
          post: [
            ['wallet/0/spendable', '5'],
            ['operator', '-5'],
          ],
        }),
      ),
  },
  {
    fault: 'sum',
    what: 'a log that is not even',
    words: /^all balances come to 1$/,
    do: (lab) => append(lab, 'x', even({ post: [['operator', '1']] })),
  },
  {
    fault: 'debts',
    what: 'more owed than there is',
    words: /^651 are owed, 600 are there$/,
    do: (lab) =>
      append(
        lab,
        'x',
        even({
          post: [
            [MINER, '-301'],
            ['loss', '301'],
          ],
        }),
      ),
  },
  {
    fault: 'log',
    what: 'entries whose texts are gone',
    words: /^entries 0 to 1 of the log are not there$/,
    do: (lab) => lab.books.trimLog(2, { name: 'settlement', number: 1 }),
  },
  {
    fault: 'log',
    what: 'no entry left',
    words: /^entries 0 to 5 of the log are not there$/,
    do: (lab) => lab.books.trimLog(6, { name: 'settlement', number: 1 }),
  },
  {
    fault: 'missing',
    what: 'an output that the node has not',
    words: /^output 0\/0+2 of 200, made by block\/0+2$/,
    do: async () => {},
    outputs: withOutputs(0, { outputs: [labCoin(1, 100n)] }),
  },
  {
    fault: 'amount',
    what: 'an output of another amount at the node',
    words: /^output 0\/0+2 holds 199, expected are 200$/,
    do: async () => {},
    outputs: withOutputs(0, { outputs: [labCoin(1, 100n), labCoin(2, 199n)] }),
  },
  {
    fault: 'truncated',
    what: 'a list that was cut short',
    words: /^the node told of 0 outputs of group 1, not of all$/,
    do: async () => {},
    outputs: withOutputs(1, { outputs: [], complete: false }),
  },
];

for (const { fault, what, words, outputs = OUTPUTS, ...injury } of INJURIES) {
  test(`${fault}: ${what}`, async () => {
    const lab = await usedLab();
    await injury.do(lab);
    const found = await check(lab, { outputs });
    assert.ok(!found.mayPay);
    const named = found.faults.filter((one) => one.fault === fault);
    assert.ok(
      named.some((one) => words.test(one.words)),
      JSON.stringify(found.faults),
    );
    assert.equal(found.faultCount, found.faults.length);
  });
}

test('every fault that has a name is shown above', () => {
  const names: Record<CheckFault, true> = {
    log: true,
    entry: true,
    unbalanced: true,
    coin: true,
    balance: true,
    output: true,
    record: true,
    wallet: true,
    sum: true,
    debts: true,
    missing: true,
    amount: true,
    truncated: true,
  };
  assert.deepEqual([...new Set(INJURIES.map(({ fault }) => fault))].sort(), Object.keys(names).sort());
});

test('a cut list says nothing of what is missing', async () => {
  const found = await check(await usedLab(), { outputs: withOutputs(0, { outputs: [], complete: false }) });
  assert.deepEqual(
    found.faults.map(({ fault }) => fault),
    ['truncated'],
  );
  assert.equal(found.groups[0]!.missingSum.count, 0);
});

test('set aside and gone: on its way, not missing', async () => {
  const found = await check(await usedLab(), { outputs: withOutputs(0, { outputs: [labCoin(2, 200n)] }) });
  assert.ok(found.mayPay);
  assert.deepEqual(found.groups[0]!.leaving, { count: 1, amount: 100n });
});

test('an unknown output is told, stops nothing, and is right once it is booked as unexplained', async () => {
  const lab = await usedLab();
  const dust: MadeCoin = { ...labCoin(77, 5n, 2), lockTimeMs: OLD_MS };
  const outputs = withOutputs(2, { outputs: [dust] });
  const found = await check(lab, { outputs });
  assert.ok(found.mayPay);
  assert.deepEqual(found.groups[2]!.unknown, [dust]);
  const booking = { fence: { name: 'payer', number: 1 }, timeMs: LAB_TIME_MS } as const;
  assert.equal(await bookUnknown(lab.ledger, found, booking), 1);
  assert.equal(await bookUnknown(lab.ledger, found, booking), 0, 'once');
  const after = await check(lab, { outputs });
  assert.ok(after.mayPay);
  assert.deepEqual(after.groups[2]!.unknown, []);
  assert.equal(after.assets, found.assets + 5n);
});

test('much dust is booked by and by; what somebody else booked is left to that', async () => {
  const lab = await usedLab();
  const dust = Array.from({ length: MAX_BOOKED_AT_ONCE + 5 }, (_, number) => ({
    ...labCoin(1000 + number, 1n, 2),
    lockTimeMs: OLD_MS,
  }));
  const outputs = withOutputs(2, { outputs: dust });
  await lab.post(labBlock(1000, 1n, 2));
  const found = await check(lab, { outputs });
  assert.equal(found.groups[2]!.unknownSum.count, MAX_BOOKED_AT_ONCE + 4);
  await lab.post(labBlock(1001, 1n, 2));
  const booking = { fence: { name: 'payer', number: 1 }, timeMs: LAB_TIME_MS } as const;
  assert.equal(await bookUnknown(lab.ledger, found, booking), MAX_BOOKED_AT_ONCE - 1);
  const next = await check(lab, { outputs });
  assert.equal(await bookUnknown(lab.ledger, next, booking), 4);
  assert.ok((await check(lab, { outputs })).groups[2]!.unknown.length === 0);
});

test('what is in no block yet is no surprise, and gone it is missing all the same', async () => {
  const outputs = withOutputs(0, {
    outputs: [labCoin(1, 100n), { ...labCoin(77, 5n), lockTimeMs: OLD_MS }],
    onChain: false,
  });
  const found = await check(await usedLab(), { outputs });
  assert.deepEqual(found.groups[0]!.unknown, []);
  assert.deepEqual(found.groups[0]!.coming, { count: 1, amount: 5n });
  assert.equal(found.groups[0]!.missingSum.count, 1);
  assert.ok(!found.mayPay);
});

test('outputs that are locked, not taken in yet, still young, or of a transaction that is known, are no surprise', async () => {
  const coming = [LAB_TIME_MS + 1, 0, OLD_MS + 1].map((lockTimeMs, i) => ({
    ...labCoin(70 + i, 5n, 2),
    lockTimeMs,
  }));
  const known = { ...labCoin(78, 6n, 2), lockTimeMs: OLD_MS };
  const found = await check(await usedLab(), {
    outputs: withOutputs(2, { outputs: [...coming, known] }),
    isAwaited: (name) => name === `2/${known.key}`,
  });
  assert.deepEqual(found.groups[2]!.unknown, []);
  assert.deepEqual(found.groups[2]!.coming, { count: 4, amount: 21n });
});

test('the pool goes on posting while it is checked', async () => {
  const lab = await usedLab();
  let number = 100;
  const { page } = lab.books;
  lab.books.page = async (table, options) => {
    // Before and after each page, with accounts that were read and some that were not.
    await lab.post(labBlock(number++, 7n));
    const records = await page(table, options);
    await lab.post(labBlock(number++, 9n, 3));
    return records;
  };
  const found = await checkLedger({ books: lab.books, timeMs: LAB_TIME_MS });
  assert.ok(number > 103);
  assert.deepEqual(found.faults, []);
});

test('a balance that comes to 0 meanwhile is no fault', async () => {
  const lab = await usedLab();
  const { page } = lab.books;
  lab.books.page = async (table, options) => {
    lab.books.page = page;
    await lab.post(payout('p2', LAB_TIME_MS, labMiners(160n, 100n), TXID));
    return await page(table, options);
  };
  const found = await checkLedger({ books: lab.books, timeMs: LAB_TIME_MS });
  assert.deepEqual(found.faults, []);
});

test('and what was wrong before is not excused by that', async () => {
  const lab = await usedLab();
  await put(lab, 'account', 'reward', '-201');
  const { page } = lab.books;
  lab.books.page = async (table, options) => {
    const records = await page(table, options);
    lab.books.page = page;
    await lab.post(labBlock(100, 7n));
    return records;
  };
  const found = await checkLedger({ books: lab.books, timeMs: LAB_TIME_MS });
  assert.deepEqual(
    found.faults.map(({ fault }) => fault),
    ['balance'],
  );
});

test('with little room the log is read several times, and nothing else changes', async () => {
  const lab = await usedLab();
  for (let number = 10; number < 60; number++)
    await lab.post(labBlock(number, BigInt(number), (number % 4) as 0));
  const whole = await checkLedger({ books: lab.books, timeMs: LAB_TIME_MS });
  let reads = 0;
  const { log } = lab.books;
  lab.books.log = (from, limit) => {
    reads++;
    return log(from, limit);
  };
  const shared = await checkLedger({ books: lab.books, timeMs: LAB_TIME_MS, room: 12 });
  assert.ok(reads >= 8, `${reads}`);
  assert.deepEqual(shared, whole);
  // Whichever share it is in, it is found once.
  await put(lab, 'account', MINER, '-161');
  await put(lab, 'utxo', `1/${coinKey(3)}`, undefined);
  await append(lab, 'x', 'nonsense');
  const spoilt = await checkLedger({ books: lab.books, timeMs: LAB_TIME_MS, room: 12 });
  assert.deepEqual(spoilt.faults.map(({ fault }) => fault).sort(), ['balance', 'entry', 'output']);
});

test('many faults: the first by name, the others counted', async () => {
  const lab = await usedLab();
  for (let number = 0; number < MAX_NAMED_FAULTS + 20; number++) await append(lab, `x${number}`, 'nonsense');
  const found = await checkLedger({ books: lab.books, timeMs: LAB_TIME_MS });
  assert.equal(found.faults.length, MAX_NAMED_FAULTS);
  assert.equal(found.faultCount, MAX_NAMED_FAULTS + 20);
  assert.ok(found.faults.every(({ fault }) => fault === 'entry'));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { planCoins } from '../../../polw/builder/coin-plan.js';
import { type CoinbaseRule, checkCoinbase } from '../../../polw/builder/coinbase-check.js';
import { createFundedJob, type FundedJob, type FundedJobParts } from '../../../polw/builder/funded-job.js';
import { TermsReader } from '../../../polw/builder/polw-network.js';
import { walkTransactions } from '../../../polw/builder/transaction-list.js';
import { bytesToHex, concatBytes, hexToBytes } from '../../../protocol/bytes.js';
import { ALL_CHAINS, type ChainIndex } from '../../../protocol/chain.js';
import { coinbaseLockMs } from '../../../protocol/coinbase.js';
import { MAINNET_EMISSION, mainReward, uncleReward } from '../../../protocol/emission.js';
import { decodeHeader, joinHeader, timestampOfBlob } from '../../../protocol/header.js';
import { txsHashOf } from '../../../protocol/merkle.js';
import { polwGasFee } from '../../../protocol/polw-coinbase.js';
import { bitsOfHashrate } from '../../../protocol/target.js';
import { MIN_OUTPUT_AMOUNT, type Transaction } from '../../../protocol/transaction.js';
import { decodeTransactions, endOfScript } from '../../../protocol/transaction-decoder.js';
import {
  authorizationOf,
  makeCoins,
  makeTemplate,
  makeTransfer,
  makeTransfers,
  makeUncle,
  NETWORK_ID,
  SHIFTED,
  SOME_TIME_MS,
  type TemplateParts,
} from '../../support/polw-templates.js';
import { readVectors } from '../../support/vectors.js';

const MAINNET = new TermsReader(MAINNET_EMISSION);
const ALPH = 10n ** 18n;

/** Parts of a job, with coins enough and whatever the test says. */
function partsOf(
  template: TemplateParts,
  more: Partial<FundedJobParts> = {},
  reader: TermsReader = MAINNET,
): FundedJobParts {
  const job = makeTemplate(template);
  const terms = reader.termsOf(job.headerBlob)!;
  const coins = makeCoins(job.chain, [ALPH, ALPH / 10n, ALPH / 20n]);
  return {
    job,
    terms,
    list: walkTransactions(job.txsBlob[0]!, endOfScript).list,
    uncles: [],
    plan: planCoins(coins, { burnt: terms.burnt, uncles: 0 })!,
    coins,
    authorization: authorizationOf(job.chain),
    networkId: NETWORK_ID,
    minerData: new Uint8Array(0),
    ...more,
  };
}

function made(parts: FundedJobParts): FundedJob {
  const funded = createFundedJob(parts);
  if (typeof funded === 'string') throw new Error(funded);
  return funded;
}

/** Decodes the block with the SDK, and checks all that the network asks of it. */
function assertGood(parts: FundedJobParts, funded: FundedJob): void {
  const { job, terms, authorization, coins } = parts;
  const transactions = decodeTransactions(concatBytes(...funded.job.txsBlob));
  const header = decodeHeader(joinHeader(new Uint8Array(24), funded.job.headerBlob));
  assert.deepEqual(header.txsHash, txsHashOf(transactions));
  const { txsHash, ...rest } = decodeHeader(joinHeader(new Uint8Array(24), job.headerBlob));
  assert.deepEqual({ ...header, txsHash }, { ...rest, txsHash });
  const { unsigned, inputSignatures } = transactions.at(-1)!;
  assert.deepEqual(inputSignatures, [authorization.signature]);
  const used = unsigned.inputs.map(({ key }) => bytesToHex(key));
  assert.equal(new Set(used).size, used.length);
  const others = transactions
    .slice(0, -1)
    .flatMap((one) => one.unsigned.inputs.map(({ key }) => bytesToHex(key)));
  assert.ok(used.every((key) => !others.includes(key)));
  const spent = used.map((key) => coins.find((coin) => coin.key === key)!.amount).reduce((a, b) => a + b);
  const locked = unsigned.outputs.slice(0, 1 + funded.uncles);
  const change = unsigned.outputs.slice(1 + funded.uncles);
  const back = change.map(({ amount }) => amount).reduce((a, b) => a + b, 0n);
  assert.equal(spent, terms.burnt + polwGasFee(used.length, unsigned.outputs.length) + back);
  const main = mainReward(terms.netReward, 'danube');
  const uncleRewards = locked.slice(1).map(({ amount }) => amount);
  const sum = uncleRewards.reduce((a, b) => a + b, 0n);
  assert.equal(locked[0]!.amount, main + sum / 32n + terms.burnt);
  assert.deepEqual(locked[0]!.lockupScript, authorization.reward.lockupScript);
  const lockTimeMs = BigInt(timestampOfBlob(job.headerBlob)) + coinbaseLockMs(NETWORK_ID);
  assert.ok(locked.every((output) => output.lockTimeMs === lockTimeMs));
  for (const output of change) {
    assert.deepEqual(output.lockupScript, authorization.burn.lockupScript);
    assert.equal(output.lockTimeMs, 0n);
  }
  assert.ok(unsigned.outputs.every(({ amount }) => amount >= MIN_OUTPUT_AMOUNT));
}

const { coinbases } = readVectors<{
  coinbases: { targetBits: string; timestamp: string; uncles: { heightDiff: number }[] }[];
}>('polw');

for (const { targetBits, timestamp, uncles } of coinbases) {
  const differences = uncles.map(({ heightDiff }) => heightDiff);
  test(`a block at target ${targetBits}, uncles at ${differences.join(' and ') || 'no height'}`, () => {
    const chain = differences.length;
    const paid = differences.map((heightDifference, i) => ({ ...makeUncle(`${i}`), heightDifference }));
    const template = {
      chain,
      targetBits: Number.parseInt(targetBits, 16),
      timestampMs: Number(timestamp),
      transfers: makeTransfers(5),
    };
    const parts = partsOf(template, { uncles: paid, minerData: Uint8Array.of(1, 2) });
    const main = mainReward(parts.terms.netReward, 'danube');
    if (main + parts.terms.burnt < MIN_OUTPUT_AMOUNT) {
      assert.equal(createFundedJob(parts), 'reward');
      return;
    }
    const funded = made(parts);
    assertGood(parts, funded);
    const payable = differences.filter((k) => uncleReward(main, k) >= MIN_OUTPUT_AMOUNT);
    assert.equal(funded.uncles, payable.length);
  });
}

test('uncles that would be dust at 5, 8 and 12 EH/s are left out, and the others paid', () => {
  const paidAt = (exahashes: bigint): number[] =>
    [1, 2, 3, 4, 5, 6, 7].filter((heightDifference) => {
      const targetBits = bitsOfHashrate(exahashes * 2n ** 60n, 8_000);
      const uncles = [{ ...makeUncle('u'), heightDifference }];
      const parts = partsOf({ targetBits }, { uncles });
      const funded = made(parts);
      assertGood(parts, funded);
      return funded.uncles === 1;
    });
  assert.deepEqual(paidAt(3n), [1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual(paidAt(5n), [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(paidAt(8n), [1, 2, 3, 4, 5]);
  assert.deepEqual(paidAt(12n), [1, 2, 3]);
});

test('the network whose threshold a CPU passes, on all chains', () => {
  const reader = new TermsReader(SHIFTED);
  for (const chain of ALL_CHAINS) {
    const parts = partsOf({ chain, targetBits: 0x1e3fffff, transfers: makeTransfers(2) }, {}, reader);
    assertGood(parts, made(parts));
  }
  assert.equal(MAINNET.termsOf(makeTemplate({ targetBits: 0x1e3fffff }).headerBlob), undefined);
});

test('any list, uncles and coins make a good block or none', () => {
  const amount = fc.bigInt(MIN_OUTPUT_AMOUNT, ALPH);
  const anyParts = fc.record({
    chain: fc.integer({ min: 0, max: 15 }),
    exahashes: fc.integer({ min: 2, max: 60 }),
    transfers: fc.integer({ min: 0, max: 9 }),
    differences: fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 2 }),
    amounts: fc.array(amount, { minLength: 1, maxLength: 12 }),
    miner: fc.uint8Array({ maxLength: 20 }),
  });
  fc.assert(
    fc.property(anyParts, ({ chain, exahashes, transfers, differences, amounts, miner }) => {
      const targetBits = bitsOfHashrate(BigInt(exahashes) * 10n ** 18n, 8_000);
      const coins = makeCoins(chain, amounts);
      const uncles = differences.map((heightDifference, i) => ({ ...makeUncle(`${i}`), heightDifference }));
      const template = { chain, targetBits, transfers: makeTransfers(transfers) };
      const parts = partsOf(template, { uncles, coins, minerData: miner });
      const plan = planCoins(coins, { burnt: parts.terms.burnt, uncles: uncles.length });
      if (plan === undefined) return;
      const funded = createFundedJob({ ...parts, plan });
      if (typeof funded !== 'string') assertGood({ ...parts, plan }, funded);
    }),
    { numRuns: 60 },
  );
});

test('parts are shared with the template, which stays as it was', () => {
  const parts = partsOf({ transfers: makeTransfers(3) });
  const before = bytesToHex(parts.job.headerBlob);
  const [one, other] = [made(parts), made(parts)];
  assert.equal(one.job.txsBlob[0], parts.list.bytes);
  assert.equal(other.job.txsBlob[0], parts.list.bytes);
  assert.equal(bytesToHex(parts.job.headerBlob), before);
});

test('a plan that does not serve is told, and no job made', () => {
  const parts = partsOf({});
  const coins = makeCoins(0, [parts.terms.burnt + 1n]);
  assert.equal(createFundedJob({ ...parts, coins, plan: { inputs: coins, second: undefined } }), 'change');
});

const refusals: [CoinbaseRule, (parts: FundedJobParts, chain: ChainIndex) => Partial<FundedJobParts>][] = [
  ['inputs visible and unspent', () => ({ coins: [] })],
  [
    'inputs unlocked',
    ({ coins }) => ({ coins: coins.map((one) => ({ ...one, lockTimeMs: SOME_TIME_MS + 1 })) }),
  ],
  ['inputs ours', ({ coins }) => otherHint(coins)],
  [
    'inputs of this block alone',
    ({ plan }) => {
      const transfers = [makeTransfer('thief', { spends: hexToBytes(plan.inputs.at(-1)!.key) })];
      return { list: partsOf({ transfers }).list };
    },
  ],
  ['balance', ({ coins }) => ({ coins: coins.map((one) => ({ ...one, amount: one.amount + 1n })) })],
];

function otherHint(coins: FundedJobParts['coins']): Partial<FundedJobParts> {
  const others = coins.map((one) => ({ ...one, hint: one.hint + 2 }));
  return { coins: others, plan: { inputs: others.slice(0, 1), second: undefined } };
}

for (const [rule, change] of refusals) {
  test(`no job is made that breaks a rule: ${rule}`, () => {
    const parts = partsOf({});
    assert.throws(() => made({ ...parts, ...change(parts, 0) }), { code: 'ERR_POLW_COINBASE', rule });
  });
}

test('finished bytes that break a rule of the outputs are seen', () => {
  const parts = partsOf({});
  const { coinbase, uncles, burnt } = made(parts);
  const expected = {
    coins: parts.coins,
    list: parts.list,
    timestampMs: parts.terms.timestampMs,
    lockTimeMs: parts.terms.timestampMs + coinbaseLockMs(NETWORK_ID),
    burnt,
    burnLockupScript: parts.authorization.burn.lockupScript,
    rewardLockupScript: parts.authorization.reward.lockupScript,
    uncles,
  };
  const check = (more: Partial<typeof expected>, { bytes }: Transaction = coinbase) =>
    checkCoinbase(bytes, { ...expected, ...more });
  check({});
  const other = authorizationOf(1).reward.lockupScript;
  assert.throws(() => check({ rewardLockupScript: other }), { rule: 'reward to its address' });
  assert.throws(() => check({ lockTimeMs: expected.lockTimeMs + 1n }), { rule: 'reward locked' });
  assert.throws(() => check({ burnt: burnt + 1n }), { rule: 'balance' });
  // The first output taken for change, which goes to another address.
  assert.throws(() => check({ uncles: -1 }), { rule: 'change to the burn address' });
  const twice = { ...coinbase, bytes: withInputTwice(coinbase) };
  assert.throws(() => check({}, twice), { rule: 'inputs distinct' });
});

/** The same input twice, whatever the balance. */
function withInputTwice({ bytes, unsigned }: Transaction): Uint8Array {
  const start = 2 + 1 + 4 + 4;
  const [input] = unsigned.inputs;
  const length = 4 + 32 + input!.unlockScript.length;
  const doubled = [bytes.subarray(0, start), Uint8Array.of(unsigned.inputs.length + 1)];
  const first = bytes.subarray(start + 1, start + 1 + length);
  return concatBytes(...doubled, first, bytes.subarray(start + 1));
}

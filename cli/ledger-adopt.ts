/**
 * `lesswork ledger adopt`: the operator explains what a check can't.
 * @module
 */

import { ALL_GROUPS, type Group } from '../ledger/accounts.js';
import { type AdoptOptions, adoption, lostCoin } from '../ledger/adoption.js';
import { Ledger } from '../ledger/ledger.js';
import { unexplained } from '../ledger/movements.js';
import { type ExpectedCoin, expectedCoinOf } from '../ledger/rows.js';
import type { MadeCoin, Transaction } from '../ledger/transaction.js';
import { fetchTransactionDetails, type TransactionDetails } from '../node/rest-outputs.js';
import { fetchTransactionStatus } from '../node/rest-transactions.js';
import { hintOfLockupScript, P2PKH, parseAddress } from '../protocol/address.js';
import { alphText } from '../protocol/alph-text.js';
import { NODE_ANSWER_MS } from './first-node.js';
import {
  type FitNode,
  fitNode,
  groupOfWallet,
  type LedgerDesk,
  underLease,
  walletOutputs,
} from './ledger-desk.js';

/** Blocks of chain (from, from) that must have followed: as of a payout. */
export const ADOPT_CONFIRMATIONS = 20;

export interface AdoptTransactionOptions {
  /** 64 hex digits. */
  readonly txId: string;
  /** What it pays the wallet was paid in by the operator. */
  readonly deposit: boolean;
  /** Nobody will book what it spends of the wallet and the books do not have. */
  readonly unbooked: boolean;
}

/**
 * Books a transaction that is on the chain, and that nobody here made.
 * @throws Error with why it can't be booked
 */
export async function adoptOnDesk(
  desk: LedgerDesk,
  { txId, deposit, unbooked }: AdoptTransactionOptions,
): Promise<void> {
  const fit = await fitNode(desk);
  const options = { apiKey: fit.node.apiKey, timeoutMs: NODE_ANSWER_MS };
  const details = await fetchTransactionDetails(fit.node.endpoint, txId, options);
  if (details === undefined) throw new Error(`${txId}: the node has no such transaction`);
  if (details.inputs.length === 0) throw new Error(`${txId}: it is a block's, which settlement books`);
  const ours = details.outputs.flatMap(({ address, key, amount, lockTimeMs }): MadeCoin[] => {
    const group = groupOfWallet(fit, address);
    return group === undefined ? [] : [{ group, key, amount, lockTimeMs }];
  });
  const inputs = details.inputs.map(({ key }) => key);
  const keys = new Set([...inputs, ...ours.map(({ key }) => key)]);
  const expected = await expectedCoins(desk, [...keys]);
  if (!unbooked) await mustHaveInputs(desk, fit, txId, details, expected);
  const transaction = adoption(
    { txId, inputs, ours, fee: details.fee },
    {
      ...{ timeMs: desk.now(), expected, from: deposit ? 'operator' : 'unexplained' },
      ...(await bookedOf(desk, txId, ours)),
    },
  );
  if (transaction === undefined)
    throw new Error(`${txId}: it neither spends nor makes an output of the wallet that is to be explained`);
  await mustBeFinal(fit, txId, details, transaction);
  await book(desk, transaction, expected);
}

export interface AdoptLossOptions {
  /** `GROUP/KEY`, as check names it. */
  readonly output: string;
}

/** Books an output that is gone as a loss. @throws Error with why it can't be booked */
export async function adoptLoss(desk: LedgerDesk, { output }: AdoptLossOptions): Promise<void> {
  const [record] = await desk.books.get('utxo', [output]);
  if (record === undefined)
    throw new Error(`${output}: expected the name of an expected output, got another`);
  const coin = expectedCoinOf(record);
  const groups = await walletOutputs(await fitNode(desk));
  const { outputs, complete } = groups.find(({ group }) => group === coin.group)!;
  if (!complete || outputs.some(({ key }) => key === coin.key))
    throw new Error(`${output}: the node still has it, or does not tell of all outputs`);
  await book(desk, lostCoin(coin, desk.now()), [coin]);
}

async function book(
  desk: LedgerDesk,
  transaction: Transaction,
  expected: readonly ExpectedCoin[],
): Promise<void> {
  const held = expected.find(
    ({ key, intent }) => intent !== '' && transaction.spent.some((coin) => coin.key === key),
  );
  if (held !== undefined)
    throw new Error(
      `output ${held.group}/${held.key} is set aside for ${held.intent}, which must be paid or cancelled first`,
    );
  const outcome = await underLease(desk, (fence) =>
    new Ledger(desk.books).post({ fence, transactions: [transaction], durable: true }),
  );
  if (outcome === 'already') desk.write(`${transaction.key} was booked before\n`);
  else if (outcome !== 'done')
    throw new Error(`${transaction.key} was not booked (${outcome}): see what ledger check says`);
  else
    for (const { account, amount } of transaction.postings)
      desk.write(`${account}  ${amount > 0n ? '+' : ''}${alphText(amount)} ALPH\n`);
}

/**
 * What the wallet gives must be in the books first, as the reward of a block that is not final yet, or that restored books have lost: booked
 * after the transaction, it would be missing for ever.
 * @throws Error if an output of the wallet that the transaction spends is not expected, and it was not booked as a whole
 */
async function mustHaveInputs(
  { books }: LedgerDesk,
  { addresses }: FitNode,
  txId: string,
  { inputs }: TransactionDetails,
  expected: readonly ExpectedCoin[],
): Promise<void> {
  const known = new Set(expected.map(({ key }) => key));
  const hints = addresses.map(hintOfWallet);
  const absent = inputs.find(({ key, hint }) => hints.includes(hint) && !known.has(key));
  if (absent === undefined) return;
  const whole = await books.logKeys(bookedWholeBy(txId));
  if (whole.some((number) => number !== undefined)) return;
  throw new Error(
    `${txId}: it spends output ${hints.indexOf(absent.hint)}/${absent.key} of the wallet, which the books do not have: try again when the pool ` +
      'or the payer has booked that, some ten minutes after its block. What came and went before anybody booked it never will be: then say --unbooked',
  );
}

/** Hint of the outputs of a wallet's address; undefined of one that is of no single key. */
function hintOfWallet(address: string): number | undefined {
  const { lockupScript } = parseAddress(address) ?? {};
  return lockupScript?.[0] === P2PKH ? hintOfLockupScript(lockupScript) : undefined;
}

/** Those of some outputs that are expected, whatever their group. */
async function expectedCoins({ books }: LedgerDesk, keys: readonly string[]): Promise<ExpectedCoin[]> {
  const coins: ExpectedCoin[] = [];
  for (const group of ALL_GROUPS)
    for (let at = 0; at < keys.length; at += 500) {
      const names = keys.slice(at, at + 500).map((key) => `${group}/${key}`);
      for (const record of await books.get('utxo', names))
        if (record !== undefined) coins.push(expectedCoinOf(record));
    }
  return coins;
}

/** What of a transaction's outputs is in the books, by whatever: what was spent since is not expected any more. */
async function bookedOf(
  { books }: LedgerDesk,
  txId: string,
  ours: readonly MadeCoin[],
): Promise<Pick<AdoptOptions, 'booked' | 'unexplained'>> {
  const whole = await books.logKeys(bookedWholeBy(txId));
  if (whole.some((number) => number !== undefined))
    return { booked: new Set(ours.map(({ key }) => key)), unexplained: 0n };
  const numbers: (number | undefined)[] = [];
  for (let at = 0; at < ours.length; at += 500) {
    const some = ours.slice(at, at + 500);
    numbers.push(...(await books.logKeys(some.map((coin) => unexplained(0, coin).key))));
  }
  const found = ours.filter((_, i) => numbers[i] !== undefined);
  const [arrived] = await books.logKeys([`polw-arrival/${txId}`]);
  return {
    booked: new Set(found.map(({ key }) => key)),
    // What came from burn addresses is explained by that.
    unexplained: arrived === undefined ? found.reduce((sum, { amount }) => sum + amount, 0n) : 0n,
  };
}

/** Keys of the log under which all outputs of a transaction may have been booked: by the payer, or by hand. */
function bookedWholeBy(txId: string): readonly string[] {
  return [`payout/${txId}/paid/1`, `own/${txId}`, `move/${txId}`, `withdrawal/${txId}`, `adopt/${txId}`];
}

/** @throws Error unless the transaction is in a block and stays there, as far as can be known */
async function mustBeFinal(
  { node }: FitNode,
  txId: string,
  { outputs }: TransactionDetails,
  { spent }: Transaction,
): Promise<void> {
  const groups = outputs.map(({ address }) => parseAddress(address)?.group as Group | undefined);
  const fromGroups = spent.length > 0 ? [spent[0]!.group] : ALL_GROUPS;
  for (const fromGroup of fromGroups) {
    const toGroup = groups.find((group) => group !== undefined && group !== fromGroup) ?? fromGroup;
    const options = { apiKey: node.apiKey, timeoutMs: NODE_ANSWER_MS };
    const status = await fetchTransactionStatus(node.endpoint, { txId, fromGroup, toGroup }, options);
    if (status.kind === 'confirmed' && status.fromGroupConfirmations >= ADOPT_CONFIRMATIONS) return;
    if (status.kind === 'confirmed')
      throw new Error(
        `${txId}: ${status.fromGroupConfirmations} confirmations of its group, expected ${ADOPT_CONFIRMATIONS}: try again later`,
      );
    if (status.kind === 'conflicted') throw new Error(`${txId}: it is in a block without effect`);
  }
  throw new Error(`${txId}: the node has it in no block`);
}

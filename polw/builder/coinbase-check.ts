/**
 * The rules of a coinbase that burns, checked on its finished bytes: they are read again, and nothing is believed of what
 * made them.
 * @module
 */
import { hintOfLockupScript } from '../../protocol/address.js';
import { bytesToHex, equalBytes } from '../../protocol/bytes.js';
import { MIN_OUTPUT_AMOUNT } from '../../protocol/transaction.js';
import type { Coin } from '../fund/fund-block.js';
import { readCoinbase } from './read-coinbase.js';
import { listSpends, type TransactionList } from './transaction-list.js';

/** A rule that a coinbase of ours must keep. */
export type CoinbaseRule =
  | 'inputs distinct'
  | 'inputs of this block alone'
  | 'inputs visible and unspent'
  | 'inputs unlocked'
  | 'inputs ours'
  | 'reward to its address'
  | 'reward locked'
  | 'outputs not dust'
  | 'change to the burn address'
  | 'balance';

/** A coinbase breaks a rule: it must not be mined on. */
export class CoinbaseRuleError extends Error {
  override readonly name = 'CoinbaseRuleError';
  readonly code = 'ERR_POLW_COINBASE';
  readonly rule: CoinbaseRule;

  constructor(rule: CoinbaseRule) {
    super(`a coinbase breaks a rule: ${rule}`);
    this.rule = rule;
  }
}

/** What a coinbase is held against. */
export interface CoinbaseExpectation {
  /** All that the template can spend. */
  readonly coins: readonly Coin[];
  /** The block's other transactions. */
  readonly list: TransactionList;
  /** Of the header, ms since the epoch. */
  readonly timestampMs: bigint;
  /** Until when the reward must be locked, ms since the epoch. */
  readonly lockTimeMs: bigint;
  /** attoALPH. */
  readonly burnt: bigint;
  readonly burnLockupScript: Uint8Array;
  readonly rewardLockupScript: Uint8Array;
  /** Uncles that it pays. */
  readonly uncles: number;
}

/** @throws CoinbaseRuleError with the first rule that the coinbase breaks @throws DecodeError if it is no transaction */
export function checkCoinbase(bytes: Uint8Array, expected: CoinbaseExpectation): void {
  const { inputs, outputs, gasFee } = readCoinbase(bytes);
  const demand = (rule: CoinbaseRule, kept: boolean): void => {
    if (!kept) throw new CoinbaseRuleError(rule);
  };
  const names = inputs.map(({ key }) => bytesToHex(key));
  demand('inputs distinct', names.length > 0 && new Set(names).size === names.length);
  demand('inputs of this block alone', !inputs.some(({ key }) => listSpends(expected.list, key)));
  const spent = names.map((name) => expected.coins.find(({ key }) => key === name));
  demand('inputs visible and unspent', !spent.includes(undefined));
  const coins = spent.filter((coin) => coin !== undefined);
  demand(
    'inputs unlocked',
    coins.every(({ lockTimeMs }) => BigInt(lockTimeMs) <= expected.timestampMs),
  );
  const burnHint = hintOfLockupScript(expected.burnLockupScript);
  demand(
    'inputs ours',
    inputs.every(({ hint }) => hint === burnHint),
  );
  const [first] = outputs;
  demand(
    'reward to its address',
    first !== undefined && equalBytes(first.lockupScript, expected.rewardLockupScript),
  );
  const change = outputs.slice(1 + expected.uncles);
  demand(
    'reward locked',
    outputs.slice(0, 1 + expected.uncles).every(({ lockTimeMs }) => lockTimeMs === expected.lockTimeMs),
  );
  demand(
    'outputs not dust',
    outputs.every(({ amount }) => amount >= MIN_OUTPUT_AMOUNT),
  );
  demand(
    'change to the burn address',
    change.every(({ lockupScript }) => equalBytes(lockupScript, expected.burnLockupScript)),
  );
  const sum = coins.reduce((total, { amount }) => total + amount, 0n);
  const used = change.reduce((total, { amount }) => total + amount, expected.burnt + gasFee);
  demand('balance', sum === used);
}

/**
 * The objects in the node's REST answers, field by field as they were recorded.
 * @module
 */
import { addressOfLockupScript } from '../protocol/address.js';
import { encodeBlock } from '../protocol/block.js';
import { bytesToHex, u32Bytes } from '../protocol/bytes.js';
import { fromGroupOf, toGroupOf } from '../protocol/chain.js';
import type { Transaction } from '../protocol/transaction.js';
import { restTransactionOf } from '../protocol/transaction-decoder.js';
import type { Block } from './block.js';
import type { Coin } from './ledger.js';

/** A block's header. */
export function headerEntryOf(block: Block) {
  return {
    hash: block.id,
    timestamp: Number(block.header.timestamp),
    chainFrom: fromGroupOf(block.chain),
    chainTo: toGroupOf(block.chain),
    height: block.height,
    deps: block.header.deps.map(bytesToHex),
  };
}

/** A whole block. @param conflictedTxs - ids of its transactions that were found void, hex */
export function blockEntryOf(block: Block, conflictedTxs: readonly string[] = []) {
  const { header } = block;
  return {
    ...headerEntryOf(block),
    transactions: block.transactions.map(transactionOf),
    nonce: bytesToHex(header.nonce),
    version: 0,
    depStateHash: bytesToHex(header.depStateHash),
    txsHash: bytesToHex(header.txsHash),
    target: bytesToHex(u32Bytes(header.targetBits)),
    ghostUncles: block.uncles.map(({ hash, lockupScript }) => ({
      blockHash: bytesToHex(hash),
      miner: addressOfLockupScript(lockupScript).text,
    })),
    ...(conflictedTxs.length > 0 && { conflictedTxs }),
  };
}

/** A transaction as the SDK shows it, with the fields of an output in the node's order. */
export function transactionOf(transaction: Transaction) {
  const shown = restTransactionOf(transaction);
  const fixedOutputs = shown.unsigned.fixedOutputs.map(
    ({ hint, key, attoAlphAmount, address, tokens, lockTime, message }) => ({
      hint,
      key,
      attoAlphAmount,
      address,
      tokens,
      lockTime,
      message,
    }),
  );
  return { ...shown, unsigned: { ...shown.unsigned, fixedOutputs } };
}

/**
 * A whole block in which each input tells what it spends. Where the network keeps no coins the only transactions are
 * coinbases, which spend nothing: so it is the same block.
 */
export function richBlockEntryOf(block: Block) {
  return blockEntryOf(block);
}

/** A block's bytes. */
export function rawBlockOf(block: Block) {
  return {
    value: bytesToHex(encodeBlock({ header: block.headerBytes, transactions: block.transactions })),
  };
}

/** Coins that are there to be spent. */
export function utxosOf(coins: readonly Coin[]) {
  return {
    utxos: coins.map(({ hint, key, amount, lockTimeMs, additionalData }) => ({
      ref: { hint, key },
      amount: amount.toString(),
      lockTime: lockTimeMs,
      additionalData,
    })),
  };
}

/** The sum of some coins. @param now - ms since the epoch: what is locked then is told apart */
export function balanceOf(coins: readonly Coin[], now: number) {
  const sum = (of: readonly Coin[]): bigint => of.reduce((total, coin) => total + coin.amount, 0n);
  const [balance, locked] = [sum(coins), sum(coins.filter((coin) => coin.lockTimeMs > now))];
  return {
    balance: balance.toString(),
    balanceHint: hintOf(balance),
    lockedBalance: locked.toString(),
    lockedBalanceHint: hintOf(locked),
    utxoNum: coins.length,
  };
}

/** An amount as people read it: `3.5 ALPH`. */
function hintOf(amount: bigint): string {
  const digits = amount.toString().padStart(19, '0');
  const fraction = digits.slice(-18).replace(/0+$/, '');
  return `${digits.slice(0, -18)}${fraction === '' ? '' : '.'}${fraction} ALPH`;
}

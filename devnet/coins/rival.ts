/**
 * A transfer that spends a coin of another one: what happens to payments when somebody has the key, too.
 * @module
 */
import { bytesToHex, concatBytes } from '../../protocol/bytes.js';
import { fromGroupOf, GROUPS, toGroupOf } from '../../protocol/chain.js';
import type { Transaction } from '../../protocol/transaction.js';
import { transferGas } from '../../protocol/transaction-gas.js';
import type { Coin } from './coin.js';
import { signTransfer } from './faucet.js';
import type { Key } from './keys.js';
import { isKeyOf, MIN_GAS_PRICE } from './transaction-rules.js';
import { chainOfTransfer } from './transfer-desk.js';
import type { WaitingTransfer } from './transfer-pool.js';

/** Where a rival's coins go, and what they are. */
export interface RivalModules {
  /** Lockup script that is paid in a group. */
  payeeOf(group: number): Uint8Array;
  /** @param key - of a coin, hex */
  coinOf(key: string): Coin | undefined;
}

/**
 * Spends the first coin of a transfer that a key opens, all of it, to a third group: by a sibling chain.
 * @throws RangeError if the key opens none of them
 */
export function createRival(
  { transaction, chain }: WaitingTransfer,
  key: Key,
  modules: RivalModules,
): Transaction {
  const { inputs, networkId } = transaction.unsigned;
  const input = inputs.find((one) => {
    const coin = modules.coinOf(bytesToHex(one.key));
    return coin && isKeyOf(key.publicKey, coin.output.lockupScript);
  });
  if (!input) throw new RangeError('"key" expected one that opens a coin of the transfer');
  const coin = modules.coinOf(bytesToHex(input.key))!;
  const group = Array.from({ length: GROUPS }, (_, i) => i).find(
    (one) => one !== fromGroupOf(chain) && one !== toGroupOf(chain),
  )!;
  const gasAmount = transferGas(1, 1);
  return signTransfer(key, {
    networkId,
    script: undefined,
    gasAmount,
    gasPrice: MIN_GAS_PRICE,
    inputs: [{ ...input, unlockScript: concatBytes(Uint8Array.of(0), key.publicKey) }],
    outputs: [
      {
        amount: coin.output.amount - BigInt(gasAmount) * MIN_GAS_PRICE,
        lockupScript: modules.payeeOf(group),
        lockTimeMs: 0n,
        tokens: [],
        additionalData: new Uint8Array(0),
      },
    ],
  });
}

/** @throws RangeError if they are not of one group, by different chains, and spenders of one coin */
export function checkRivals(a: WaitingTransfer, b: WaitingTransfer): void {
  if (fromGroupOf(a.chain) !== fromGroupOf(b.chain) || a.chain === b.chain)
    throw new RangeError(
      '"rival" expected a transfer by a sibling chain: from the same group, to another one',
    );
  const spent = new Set(a.transaction.unsigned.inputs.map(({ key }) => bytesToHex(key)));
  if (!b.transaction.unsigned.inputs.some(({ key }) => spent.has(bytesToHex(key))))
    throw new RangeError('"rival" expected a transfer that spends a coin of the other one');
}

/** A transfer as it would wait. @throws DecodeError if it pays nobody that can be paid */
export function transferOf(transaction: Transaction, atMs: number): WaitingTransfer {
  return { transaction, chain: chainOfTransfer(transaction.unsigned), atMs };
}

/**
 * Unsigned transfers, built as the node's REST builds them: it checks little, and whoever signs must look.
 * @module
 */
import type { Address } from '../../protocol/address.js';
import { concatBytes, hexToBytes } from '../../protocol/bytes.js';
import {
  MAX_INPUTS,
  MIN_GAS_AMOUNT,
  MIN_OUTPUT_AMOUNT,
  type Output,
  type UnsignedTransaction,
} from '../../protocol/transaction.js';
import { transferGas } from '../../protocol/transaction-gas.js';
import type { Coin } from './coin.js';
import { MAX_OUTPUTS, MAX_TRANSACTION_GAS, MIN_GAS_PRICE } from './transaction-rules.js';

/** Why no transfer was built, in the node's words. */
export class TransferError extends Error {
  override readonly name = 'TransferError';
  readonly code = 'ERR_TRANSFER';
}

/** What is wanted. */
export interface TransferRequest {
  /** 33 bytes. */
  readonly publicKey: Uint8Array;
  /** P2PKH of the key. */
  readonly payer: Address;
  readonly destinations: readonly {
    readonly address: Address;
    readonly amount: bigint;
    readonly lockTimeMs: bigint;
  }[];
  /** The coins to spend, all of them; chosen where it is missing. */
  readonly inputs?: readonly Coin[];
  readonly gasAmount?: number;
  readonly gasPrice?: bigint;
}

/** A coin that can be chosen. */
export interface SpendableCoin {
  readonly coin: Coin;
  /**
   * How far it is: made by a block that a block of (g, g) has taken in (0), by another block (1), or by a transfer that waits (2).
   * What is further is chosen first.
   */
  readonly level: 0 | 1 | 2;
}

const P2PKH_UNLOCK = Uint8Array.of(0);
const SAME_AS_PREVIOUS = Uint8Array.of(3);
const MAX_AMOUNT = 2n ** 256n - 1n;
/** Least price of gas that is built with, attoALPH: coinbases have it. No transfer is taken with so little. */
const MIN_BUILT_GAS_PRICE = 10n ** 9n;

/**
 * The transfer.
 * @param coins - of the payer that are there to be chosen from, none locked
 * @throws TransferError where the node would not build it
 */
export function buildTransfer(
  request: TransferRequest,
  coins: readonly SpendableCoin[],
  networkId: number,
): UnsignedTransaction {
  const { destinations, publicKey, payer, gasPrice = MIN_GAS_PRICE } = request;
  checkGas(request);
  const sum = sumOfDestinations(request);
  if (request.inputs?.length === 0) throw new TransferError('Empty UTXOs');
  const inputs = request.inputs ?? choose(request, coins, sum);
  if (new Set(inputs.map(({ key }) => key)).size !== inputs.length)
    throw new TransferError('Inputs not unique');
  const gasAmount = request.gasAmount ?? transferGas(inputs.length, destinations.length + 1);
  const change = sumOf(inputs) - sum - BigInt(gasAmount) * gasPrice;
  if (sumOf(inputs) < sum) throw new TransferError('Not enough balance');
  if (change < 0n) throw new TransferError('Not enough balance for gas fee');
  if (change > 0n && change < MIN_OUTPUT_AMOUNT)
    throw new TransferError(
      `Not enough ALPH for ALPH change output, expected ${MIN_OUTPUT_AMOUNT}, got ${change}`,
    );
  const output = (amount: bigint, lockupScript: Uint8Array, lockTimeMs: bigint): Output => ({
    amount,
    lockupScript,
    lockTimeMs,
    tokens: [],
    additionalData: new Uint8Array(0),
  });
  return {
    networkId,
    script: undefined,
    gasAmount,
    gasPrice,
    inputs: inputs.map(({ hint, key }, i) => ({
      hint,
      key: hexToBytes(key),
      unlockScript: i === 0 ? concatBytes(P2PKH_UNLOCK, publicKey) : SAME_AS_PREVIOUS,
    })),
    outputs: [
      ...destinations.map(({ address, amount, lockTimeMs }) =>
        output(amount, address.lockupScript, lockTimeMs),
      ),
      ...(change > 0n ? [output(change, payer.lockupScript, 0n)] : []),
    ],
  };
}

function checkGas({ gasAmount, gasPrice }: TransferRequest): void {
  const refuse = (what: string): never => {
    throw new TransferError(what);
  };
  if (gasAmount !== undefined && gasAmount < MIN_GAS_AMOUNT)
    refuse(`Provided gas GasBox(${gasAmount}) too small, minimal GasBox(${MIN_GAS_AMOUNT})`);
  if (gasAmount !== undefined && gasAmount > MAX_TRANSACTION_GAS)
    refuse(`Provided gas GasBox(${gasAmount}) too large, maximal GasBox(${MAX_TRANSACTION_GAS})`);
  if (gasPrice !== undefined && gasPrice < MIN_BUILT_GAS_PRICE)
    refuse(`Gas price GasPrice(${gasPrice}) too small, minimal GasPrice(${MIN_BUILT_GAS_PRICE})`);
}

function sumOfDestinations({ destinations, payer }: TransferRequest): bigint {
  if (destinations.length === 0) throw new TransferError('Zero transaction outputs');
  if (destinations.length >= MAX_OUTPUTS)
    throw new TransferError('Too many outputs for the transfer, consider to reduce the amount to send.');
  const foreign = new Set(
    destinations.map(({ address }) => address.group).filter((group) => group !== payer.group),
  );
  if (foreign.size > 1) throw new TransferError('Different groups for transaction outputs');
  if (destinations.some(({ amount }) => amount < MIN_OUTPUT_AMOUNT))
    throw new TransferError('Tx output value is too small, avoid spreading dust');
  const sum = destinations.reduce((total, { amount }) => total + amount, 0n);
  if (sum > MAX_AMOUNT) throw new TransferError('ALPH amount overflow');
  return sum;
}

/** The smallest coins that do, those of the first level first, or where those are too many, the other way round. */
function choose(request: TransferRequest, spendable: readonly SpendableCoin[], sum: bigint): Coin[] {
  const coins = spendable.map(({ coin }) => coin);
  const ascending = [...spendable].sort(byLevelAndAmount).map(({ coin }) => coin);
  const needed = sum + MIN_OUTPUT_AMOUNT;
  if (sumOf(coins) < needed)
    throw new TransferError(`Not enough balance: got ${sumOf(coins)}, expected ${needed}`);
  const { destinations, gasPrice = MIN_GAS_PRICE } = request;
  for (const order of [ascending, ascending.toReversed()]) {
    let left = -needed;
    for (const [i, coin] of order.entries()) {
      if (i === MAX_INPUTS) break;
      left += coin.output.amount;
      const gas = request.gasAmount ?? transferGas(i + 1, destinations.length + 1);
      if (left >= BigInt(gas) * gasPrice) return order.slice(0, i + 1);
    }
  }
  if (coins.length > MAX_INPUTS)
    throw new TransferError(
      'Too many inputs for the transfer, consider to reduce the amount to send, or use the `sweep-address` endpoint to consolidate the inputs first',
    );
  throw new TransferError('Not enough balance for fee, maybe transfer a smaller amount');
}

function byLevelAndAmount(a: SpendableCoin, b: SpendableCoin): number {
  const [x, y] = [a.coin.output.amount, b.coin.output.amount];
  return a.level - b.level || (x < y ? -1 : Number(x > y));
}

function sumOf(coins: readonly Coin[]): bigint {
  return coins.reduce((sum, { output }) => sum + output.amount, 0n);
}

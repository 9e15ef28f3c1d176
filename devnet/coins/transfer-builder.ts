/**
 * Unsigned transfers, built as the node's REST builds them: it checks little, and whoever signs must look.
 * @module
 */
import type { Address } from '../../protocol/address.js';
import { concatBytes, hexToBytes } from '../../protocol/bytes.js';
import {
  MAX_INPUTS,
  MIN_OUTPUT_AMOUNT,
  type Output,
  type UnsignedTransaction,
} from '../../protocol/transaction.js';
import { transferGas } from '../../protocol/transaction-gas.js';
import type { Coin } from './coin.js';
import { MAX_OUTPUTS, MIN_GAS_PRICE } from './transaction-rules.js';

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

const P2PKH_UNLOCK = Uint8Array.of(0);
const SAME_AS_PREVIOUS = Uint8Array.of(3);
const MAX_AMOUNT = 2n ** 256n - 1n;

/**
 * The transfer.
 * @param coins - of the payer that are there to be chosen from, none locked
 * @throws TransferError where the node would not build it
 */
export function buildTransfer(
  request: TransferRequest,
  coins: readonly Coin[],
  networkId: number,
): UnsignedTransaction {
  const { destinations, publicKey, payer, gasPrice = MIN_GAS_PRICE } = request;
  const sum = sumOfDestinations(request);
  const inputs = request.inputs ?? choose(request, coins, sum);
  if (new Set(inputs.map(({ key }) => key)).size !== inputs.length)
    throw new TransferError('Inputs not unique');
  const gasAmount = request.gasAmount ?? transferGas(inputs.length, destinations.length + 1);
  const change = sumOf(inputs) - sum - BigInt(gasAmount) * gasPrice;
  if (change < 0n)
    throw new TransferError(`Not enough balance: got ${sumOf(inputs)}, expected ${sum - change}`);
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

/** The smallest coins that do, or where those are too many, the largest. */
function choose(request: TransferRequest, coins: readonly Coin[], sum: bigint): Coin[] {
  const ascending = [...coins].sort((a, b) => (a.output.amount < b.output.amount ? -1 : 1));
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
    throw new TransferError('Too many inputs for the transfer, consider to reduce the amount to send.');
  throw new TransferError('Not enough balance for fee, maybe transfer a smaller amount');
}

function sumOf(coins: readonly Coin[]): bigint {
  return coins.reduce((sum, { output }) => sum + output.amount, 0n);
}

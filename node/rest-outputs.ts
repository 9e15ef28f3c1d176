/**
 * Outputs of an address by a full node's REST API.
 *
 * A node counts transactions that wait in: outputs that one of them spends are left out, outputs that it makes are there. Only the balance
 * can be had of blocks alone: where both hold the same, no transaction that waits touches the address.
 * @module
 */
import type { NodeEndpoint } from './endpoint.js';
import { askRest, describe, RestError, type RestOptions } from './rest.js';

/** Longest answer with outputs, bytes: 5,000 of them take some 1 MB, and a node may be set to tell of more. */
const MAX_OUTPUTS_ANSWER_BYTES = 16_777_216;

/** An output at an address. */
export interface AddressOutput {
  /** 64 hex digits. */
  readonly key: string;
  /** attoALPH, above 0. */
  readonly amount: bigint;
  /** When its lock ends, or ended, ms since the epoch; 0 if it never had one. */
  readonly lockTimeMs: number;
}

/** All that a node tells of an address's outputs. */
export interface AddressOutputs {
  readonly outputs: readonly AddressOutput[];
  /** False if there are more than the node is set to tell of (alephium.api.default-utxos-limit): then there are none here. */
  readonly complete: boolean;
  /** Whether they are as blocks alone have them. */
  readonly onChain: boolean;
}

/** @throws RestError if the node can't be asked, or answers otherwise than a node does */
export async function fetchOutputs(
  endpoint: NodeEndpoint,
  address: string,
  options: RestOptions,
): Promise<AddressOutputs> {
  const path = `/addresses/${address}/utxos`;
  const answer = await askRest(endpoint, path, { ...options, maxBytes: MAX_OUTPUTS_ANSWER_BYTES });
  if (answer.status === 500 && String(answer.body.detail).includes('too many UTXOs'))
    return { outputs: [], complete: false, onChain: false };
  const { utxos } = answer.body;
  const outputs = answer.status === 200 && Array.isArray(utxos) ? utxos.map(outputOf) : [undefined];
  if (!outputs.every((output) => output !== undefined))
    throw new RestError(`${path}: expected 200 with "utxos", got ${describe(answer)}`);
  const held = outputs.reduce((sum, { amount }) => sum + amount, 0n);
  const chain = await fetchChainBalance(endpoint, address, options);
  return { outputs, complete: true, onChain: chain.amount === held && chain.count === outputs.length };
}

/** What an address has in blocks alone. */
async function fetchChainBalance(
  endpoint: NodeEndpoint,
  address: string,
  options: RestOptions,
): Promise<{ amount: bigint; count: number }> {
  const path = `/addresses/${address}/balance?mempool=false`;
  const answer = await askRest(endpoint, path, options);
  const { balance, utxoNum } = answer.body;
  if (answer.status !== 200 || !isAmount(balance) || !Number.isSafeInteger(utxoNum))
    throw new RestError(`${path}: expected 200 with "balance", got ${describe(answer)}`);
  return { amount: BigInt(balance), count: utxoNum as number };
}

function outputOf(value: unknown): AddressOutput | undefined {
  const { ref, amount, lockTime } = fieldsOf(value);
  const { key } = fieldsOf(ref);
  if (typeof key !== 'string' || !/^[0-9a-f]{64}$/.test(key) || !isAmount(amount) || amount === '0')
    return undefined;
  if (!Number.isSafeInteger(lockTime) || (lockTime as number) < 0) return undefined;
  return { key, amount: BigInt(amount), lockTimeMs: lockTime as number };
}

/** An output that a transaction spends. */
export interface SpentOutput {
  /** 64 hex digits. */
  readonly key: string;
  /** Of its lockup script, a signed 32-bit integer. */
  readonly hint: number;
}

/** What a transaction spends and makes. */
export interface TransactionDetails {
  readonly inputs: readonly SpentOutput[];
  readonly outputs: readonly (AddressOutput & { readonly address: string })[];
  /** Gas fee, attoALPH. */
  readonly fee: bigint;
}

/**
 * A transaction in a block, or waiting for one.
 * @param txId - 64 hex digits
 * @returns undefined if the node has none
 * @throws RestError if the node can't be asked, or answers otherwise than a node does
 */
export async function fetchTransactionDetails(
  endpoint: NodeEndpoint,
  txId: string,
  options: RestOptions,
): Promise<TransactionDetails | undefined> {
  const path = `/transactions/details/${txId}`;
  const answer = await askRest(endpoint, path, options);
  if (answer.status === 404) return undefined;
  const details = answer.status === 200 ? detailsOf(answer.body, txId) : undefined;
  if (details === undefined)
    throw new RestError(`${path}: expected 200 with the transaction, or 404, got ${describe(answer)}`);
  return details;
}

function detailsOf(body: Readonly<Record<string, unknown>>, txId: string): TransactionDetails | undefined {
  const { txId: id, inputs, fixedOutputs, gasAmount, gasPrice } = fieldsOf(body.unsigned);
  const { generatedOutputs, contractInputs } = body;
  if (id !== txId || !Array.isArray(inputs) || !Array.isArray(fixedOutputs)) return undefined;
  if (!Number.isSafeInteger(gasAmount) || !isAmount(gasPrice)) return undefined;
  // What a contract did can't be told from this.
  if (!isEmpty(generatedOutputs) || !isEmpty(contractInputs)) return undefined;
  const spent = inputs.map((input) => spentOutputOf(fieldsOf(input).outputRef));
  const made = fixedOutputs.map((output) => {
    const { key, attoAlphAmount, lockTime, address } = fieldsOf(output);
    const parsed = outputOf({ ref: { key }, amount: attoAlphAmount, lockTime });
    return parsed !== undefined && typeof address === 'string' ? { ...parsed, address } : undefined;
  });
  if (!spent.every((input) => input !== undefined) || !made.every((output) => output !== undefined))
    return undefined;
  return { inputs: spent, outputs: made, fee: BigInt(gasAmount as number) * BigInt(gasPrice) };
}

function spentOutputOf(value: unknown): SpentOutput | undefined {
  const { key, hint } = fieldsOf(value);
  return typeof key === 'string' && Number.isSafeInteger(hint) ? { key, hint: hint as number } : undefined;
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function isAmount(value: unknown): value is string {
  return typeof value === 'string' && /^\d{1,36}$/.test(value);
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

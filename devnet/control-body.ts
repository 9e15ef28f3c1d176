/**
 * Values of a control request's body, looked at one by one.
 * @module
 */
import { parseAddress } from '../protocol/address.js';
import { hexToBytes } from '../protocol/bytes.js';
import { ALL_CHAINS, CHAINS, type ChainIndex, chainName, toGroupOf } from '../protocol/chain.js';
import { DecodeError } from '../protocol/decode-error.js';
import { createTransaction, type Transaction } from '../protocol/transaction.js';
import { decodeUnsignedTransaction } from '../protocol/transaction-decoder.js';
import type { AnswerFault } from './answers.js';
import type { FaceView } from './face.js';
import type { RestDisturbance } from './rest-disturbances.js';
import type { MineOptions } from './scenario.js';

export type Body = Readonly<Record<string, unknown>>;

/** Longest time that a request names, ms: a year. */
export const MAX_ADVANCE_MS = 366 * 86_400_000;

/** @throws RangeError if it is no JSON object */
export function parseBody(text: string): Body {
  let value: unknown;
  try {
    value = text === '' ? {} : JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value !== 'object' || value === null) throw expected('body', 'a JSON object', text);
  return value as Body;
}

/** The chain that a body names. @throws RangeError */
export function chainOf({ chain }: Body): ChainIndex {
  const index = typeof chain === 'string' ? ALL_CHAINS.map(chainName).indexOf(chain) : chain;
  if (typeof index === 'number' && ALL_CHAINS.includes(index)) return index;
  throw expected('chain', `0 to ${CHAINS - 1} or "from-to"`, chain);
}

/** @throws RangeError if it is no integer of a range */
export function wholeOf(body: Body, name: string, least: number, most: number): number {
  const value = body[name];
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most)
    return value as number;
  throw expected(name, `a whole number from ${least} to ${most}`, value);
}

/** How a block is made. @throws RangeError */
export function mineOptionsOf(
  { uncles, miner, transfers }: Body,
  chain: ChainIndex,
  signal: AbortSignal,
): MineOptions {
  if (uncles !== undefined && typeof uncles !== 'boolean') throw expected('uncles', 'true or false', uncles);
  if (transfers !== undefined && typeof transfers !== 'boolean')
    throw expected('transfers', 'true or false', transfers);
  const address = typeof miner === 'string' ? parseAddress(miner) : undefined;
  if (miner !== undefined && address?.group !== toGroupOf(chain))
    throw expected('miner', `an address of group ${toGroupOf(chain)}`, miner);
  return {
    signal,
    ...(uncles === undefined ? {} : { uncles }),
    ...(transfers === undefined ? {} : { transfers }),
    ...(address ? { miner: address.lockupScript } : {}),
  };
}

/** A fault of answers to submissions. @throws RangeError */
export function faultOf(body: Body): AnswerFault {
  const { kind } = body;
  if (kind === 'lose' || kind === 'repeat') return { kind };
  if (kind === 'delay') return { kind, delayMs: wholeOf(body, 'delayMs', 0, MAX_ADVANCE_MS) };
  throw expected('kind', '"delay", "lose" or "repeat"', kind);
}

/** A value that is true or false, or its default. @throws RangeError */
export function flagOf(body: Body, name: string, otherwise: boolean): boolean {
  const value = body[name] ?? otherwise;
  if (typeof value === 'boolean') return value;
  throw expected(name, 'true or false', value);
}

/** An id of a transaction, hex. @throws RangeError */
export function idOf({ txId }: Body): string {
  if (typeof txId === 'string' && /^[0-9a-fA-F]{64}$/.test(txId)) return txId.toLowerCase();
  throw expected('txId', '64 hex digits', txId);
}

/** A signed transfer as REST is sent one. @throws RangeError */
export function transactionOf({ unsignedTx, signature }: Body): Transaction {
  if (typeof signature !== 'string' || !/^[0-9a-fA-F]{128}$/.test(signature))
    throw expected('signature', '128 hex digits', signature);
  if (typeof unsignedTx !== 'string' || !/^([0-9a-fA-F]{2})+$/.test(unsignedTx))
    throw expected('unsignedTx', 'hex', unsignedTx);
  try {
    const unsigned = decodeUnsignedTransaction(hexToBytes(unsignedTx.toLowerCase()));
    return createTransaction(unsigned, [hexToBytes(signature.toLowerCase())]);
  } catch (error) {
    if (error instanceof DecodeError) throw expected('unsignedTx', 'a transaction', unsignedTx);
    throw error;
  }
}

/** What a face is to see. @throws RangeError */
export function faceViewOf(body: Body): Partial<FaceView> {
  const { mempool, synced } = body;
  if (mempool !== undefined && mempool !== 'shared' && mempool !== 'own')
    throw expected('mempool', '"shared" or "own"', mempool);
  if (synced !== undefined && synced !== null && typeof synced !== 'boolean')
    throw expected('synced', 'true, false or null', synced);
  return {
    ...(body.lagMs === undefined ? {} : { lagMs: wholeOf(body, 'lagMs', 0, MAX_ADVANCE_MS) }),
    ...(body.frozen === undefined ? {} : { frozen: flagOf(body, 'frozen', false) }),
    ...(mempool === undefined ? {} : { mempool }),
    ...(synced === undefined ? {} : { synced: synced ?? undefined }),
  };
}

/** A fault of requests to REST; undefined ends those that there are. @throws RangeError */
export function disturbanceOf(body: Body): RestDisturbance | undefined {
  const { kind, path = '', detail = 'The simulated node was told to refuse this' } = body;
  if (typeof path !== 'string') throw expected('path', 'the beginning of a path', path);
  if (typeof detail !== 'string') throw expected('detail', 'a text', detail);
  if (kind === 'none') return undefined;
  if (kind === 'lose') return { kind, path };
  if (kind === 'delay') return { kind, path, delayMs: wholeOf(body, 'delayMs', 0, MAX_ADVANCE_MS) };
  if (kind !== 'refuse') throw expected('kind', '"refuse", "delay", "lose" or "none"', kind);
  const status = body.status === undefined ? 503 : wholeOf(body, 'status', 400, 599);
  return { kind, path, status, detail };
}

/** A value that is not as expected. */
export function expected(name: string, what: string, got: unknown): RangeError {
  return new RangeError(`"${name}" expected ${what}, got ${JSON.stringify(got)}`);
}

/**
 * Transactions by a full node's REST API: handing them in, and asking what became of them.
 *
 * What a node answers to a transaction that is handed in decides nothing: it refuses one whose block it has in the same words
 * as one whose inputs somebody else has spent. Only the status by id tells. It is asked for with both groups: without them a copy
 * in the pool of the receiving group counts, which may outlive that from which blocks are made.
 * @module
 */
import { cleanText } from '../protocol/stratum/clean-text.js';
import type { NodeEndpoint } from './endpoint.js';
import { askRest, describe, RestError, type RestOptions } from './rest.js';

/** The whole transaction, which stands behind a refusal's words. */
const BYTES = /: [0-9a-f]{64,}$/;

/** A transaction whose inputs one key unlocks. */
export interface SignedTransfer {
  /** Of the unsigned transaction, hex. */
  readonly unsignedTx: string;
  /** 128 hex digits. */
  readonly signature: string;
  /** 64 hex digits. */
  readonly txId: string;
}

/** `refused`: in the node's words, on one line. */
export type SubmitAnswer = { readonly kind: 'taken' } | { readonly kind: 'refused'; readonly detail: string };

/** A transaction in a block of the main chain. */
export interface BlockStanding {
  /** 64 hex digits. */
  readonly blockHash: string;
  /** Blocks of its chain from that one on. */
  readonly chainConfirmations: number;
  /** Blocks of chain (from, from) from the first that has taken its block in: what decides. */
  readonly fromGroupConfirmations: number;
  /** Likewise of chain (to, to): from then on the payee's balance is right. */
  readonly toGroupConfirmations: number;
}

/**
 * What a node knows of a transaction. `conflicted`: in a block, and without effect, since another transaction spends the same
 * output and came first.
 */
export type TransactionStatus =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'pooled' }
  | (BlockStanding & { readonly kind: 'confirmed' | 'conflicted' });

/** A transaction, and the chain into which it goes. */
export interface TransactionPlace {
  /** 64 hex digits. */
  readonly txId: string;
  readonly fromGroup: number;
  readonly toGroup: number;
}

/**
 * Hands a transaction in. Doing so again changes nothing.
 * @throws RestError if the node can't be asked, or answers about another transaction
 */
export async function submitTransaction(
  endpoint: NodeEndpoint,
  { unsignedTx, signature, txId }: SignedTransfer,
  options: RestOptions,
): Promise<SubmitAnswer> {
  const answer = await askRest(endpoint, '/transactions/submit', options, { unsignedTx, signature });
  if (answer.status === 200 && answer.body.txId === txId) return { kind: 'taken' };
  const { detail } = answer.body;
  if ((answer.status === 400 || answer.status === 500) && typeof detail === 'string')
    return { kind: 'refused', detail: cleanText(detail.replace(BYTES, '')) };
  throw new RestError(
    `/transactions/submit: expected 200 with the transaction's id, 400 or 500, got ${describe(answer)}`,
  );
}

/** @throws RestError if the node can't be asked, or answers otherwise than a node does */
export async function fetchTransactionStatus(
  endpoint: NodeEndpoint,
  { txId, fromGroup, toGroup }: TransactionPlace,
  options: RestOptions,
): Promise<TransactionStatus> {
  const query = `txId=${txId}&fromGroup=${fromGroup}&toGroup=${toGroup}`;
  const answer = await askRest(endpoint, `/transactions/status?${query}`, options);
  const { type } = answer.body;
  if (answer.status === 200) {
    if (type === 'TxNotFound') return { kind: 'unknown' };
    if (type === 'MemPooled') return { kind: 'pooled' };
    const standing = blockStandingOf(answer.body);
    if (standing !== undefined && type === 'Confirmed') return { ...standing, kind: 'confirmed' };
    if (standing !== undefined && type === 'Conflicted') return { ...standing, kind: 'conflicted' };
  }
  throw new RestError(`/transactions/status: expected 200 with a status, got ${describe(answer)}`);
}

function blockStandingOf(body: Readonly<Record<string, unknown>>): BlockStanding | undefined {
  const { blockHash, chainConfirmations, fromGroupConfirmations, toGroupConfirmations } = body;
  if (typeof blockHash !== 'string' || !/^[0-9a-f]{64}$/.test(blockHash)) return undefined;
  if (!isCount(chainConfirmations) || !isCount(fromGroupConfirmations) || !isCount(toGroupConfirmations))
    return undefined;
  return { blockHash, chainConfirmations, fromGroupConfirmations, toGroupConfirmations };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

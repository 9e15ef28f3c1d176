/**
 * Templates: a chain's next block without its nonce.
 * @module
 */
import type { ChainIndex } from '../protocol/chain.js';
import { encodeHeader, HEADER_BYTES, type Header, NONCE_BYTES } from '../protocol/header.js';
import { type Job, NODE_KEEPS_TXS } from '../protocol/job.js';
import { blockHash } from '../protocol/pow.js';
import { targetBytes, targetOfBits } from '../protocol/target.js';
import { encodeTransactions, type Transaction } from '../protocol/transaction.js';
import { type Block, type BlockId, blockId, type UncleReference } from './block.js';
import { type BodyMaker, createBody } from './body.js';
import type { ChainState } from './chain-state.js';
import { parentDepOf } from './deps.js';
import { depStateHashOf, type Rules, targetBitsAfter } from './rules.js';
import { unclesFor } from './uncles.js';

/** A chain's next block without its nonce. */
export interface Template {
  readonly chain: ChainIndex;
  readonly height: number;
  readonly parent: BlockId;
  /** Its nonce is all zeros. */
  readonly header: Header;
  /** 302 bytes. */
  readonly headerBlob: Uint8Array;
  readonly transactions: readonly Transaction[];
  readonly miner: Uint8Array;
  readonly uncles: readonly UncleReference[];
}

/** The facts that a template is made from. */
export interface TemplateRequest {
  readonly chain: ChainIndex;
  /** 7 hashes, the parent's among them. */
  readonly deps: readonly Uint8Array[];
  /** Lockup script of the reward, of group `to`. */
  readonly miner: Uint8Array;
  /** ms since the epoch. */
  readonly now: number;
  /** No uncles, even if there are some. */
  readonly withoutUncles?: boolean;
}

/**
 * A new template. Its timestamp is `now`, or 1 ms after its parent where that is later.
 * @param makeBody - makes its transactions; a plain coinbase alone by default
 */
export function createTemplate(request: TemplateRequest, state: ChainState, rules: Rules): Template;
/** @returns undefined where the body cannot be made */
export function createTemplate(
  request: TemplateRequest,
  state: ChainState,
  rules: Rules,
  makeBody: BodyMaker | undefined,
): Template | undefined;
export function createTemplate(
  request: TemplateRequest,
  state: ChainState,
  rules: Rules,
  makeBody?: BodyMaker,
): Template | undefined {
  const { chain, deps, miner, now } = request;
  const parent = state.get(blockId(deps[parentDepOf(chain)]!))!;
  const earliest = parent.header.timestamp + 1n;
  const timestamp = BigInt(now) > earliest ? BigInt(now) : earliest;
  const targetBits = targetBitsAfter(state, parent, rules);
  const usable = request.withoutUncles ? [] : unclesFor(state, parent);
  const bodyRequest = { chain, timestamp, targetBits, miner, uncles: usable };
  const body = makeBody ? makeBody({ ...bodyRequest, deps }) : createBody(bodyRequest, rules);
  if (!body) return undefined;
  const { transactions, txsHash, uncles } = body;
  const header: Header = {
    nonce: new Uint8Array(NONCE_BYTES),
    deps,
    depStateHash: depStateHashOf(chain, deps),
    txsHash,
    timestamp,
    targetBits,
  };
  return {
    chain,
    height: parent.height + 1,
    parent: parent.id,
    header,
    headerBlob: encodeHeader(header).subarray(NONCE_BYTES),
    transactions,
    miner: transactions.at(-1)!.unsigned.outputs[0]!.lockupScript,
    uncles,
  };
}

/**
 * The template as it goes to miners.
 * @param whole - whether its transactions go out; otherwise the node keeps them, and sends one byte in their place
 */
export function jobOf(template: Template, whole = false): Job {
  return {
    chain: template.chain,
    headerBlob: template.headerBlob,
    txsBlob: whole ? [encodeTransactions(template.transactions)] : NODE_KEEPS_TXS,
    target: targetBytes(targetOfBits(template.header.targetBits)),
    height: template.height,
  };
}

/** The block that a nonce makes of a template. @param nonce - 24 bytes */
export function blockOf(template: Template, nonce: Uint8Array): Block {
  const headerBytes = new Uint8Array(HEADER_BYTES);
  headerBytes.set(nonce);
  headerBytes.set(template.headerBlob, NONCE_BYTES);
  const hash = blockHash(headerBytes);
  return {
    id: blockId(hash),
    hash,
    chain: template.chain,
    height: template.height,
    header: { ...template.header, nonce },
    headerBytes,
    transactions: template.transactions,
    parent: template.parent,
    miner: template.miner,
    uncles: template.uncles,
  };
}

/**
 * Blocks, as a full node's REST API tells them: what they hold is for others to read.
 * @module
 */
import { type ChainIndex, fromGroupOf, toGroupOf } from '../protocol/chain.js';
import type { NodeEndpoint } from './endpoint.js';
import { askRest, describe, RestError, type RestOptions } from './rest.js';

/** Longest answer with blocks, bytes: a minute of them takes some 0.5 MB, one that is full 2 MB. */
const MAX_BLOCKS_ANSWER_BYTES = 33554432;

/** Longest time that a node tells blocks of at once, ms. */
export const MAX_BLOCKS_SPAN_MS = 1_800_000;

/**
 * The main-chain blocks of a time, by chain.
 * @param fromMs - ms since the epoch; blocks of that time are among them
 * @param toMs - the same; at most MAX_BLOCKS_SPAN_MS later
 * @returns what the node says, any JSON
 * @throws RestError if the node can't be asked or says anything but 200
 */
export async function fetchBlocksBetween(
  endpoint: NodeEndpoint,
  fromMs: number,
  toMs: number,
  options: RestOptions,
): Promise<unknown> {
  const path = `/blockflow/blocks?fromTs=${fromMs}&toTs=${toMs}`;
  const answer = await askRest(endpoint, path, { ...options, maxBytes: MAX_BLOCKS_ANSWER_BYTES });
  if (answer.status === 200) return answer.body.blocks;
  throw new RestError(`/blockflow/blocks: expected 200, got ${describe(answer)}`);
}

/**
 * A block, on the main chain or beside it.
 * @param hash - 64 hex digits
 * @returns what the node says, any JSON; undefined if it has no such block
 * @throws RestError if the node can't be asked or says anything else
 */
export async function fetchBlock(
  endpoint: NodeEndpoint,
  hash: string,
  options: RestOptions,
): Promise<unknown> {
  const answer = await askRest(endpoint, `/blockflow/blocks/${hash}`, {
    ...options,
    maxBytes: MAX_BLOCKS_ANSWER_BYTES,
  });
  if (answer.status === 200) return answer.value;
  if (answer.status >= 400 && String(answer.body.detail).includes('does not exist')) return undefined;
  throw new RestError(
    `/blockflow/blocks/${hash}: expected 200, or "does not exist", got ${describe(answer)}`,
  );
}

/** `none`: no block of the main chain names it. `main`: it is of the main chain itself. `unknown`: the node does not have it. */
export type UncleNamer =
  | { readonly kind: 'named'; readonly block: unknown }
  | { readonly kind: 'none' | 'main' | 'unknown' };

/**
 * The main-chain block that names a block as an uncle, and pays it.
 * @param hash - 64 hex digits
 * @throws RestError if the node can't be asked or says anything else
 */
export async function fetchUncleNamer(
  endpoint: NodeEndpoint,
  hash: string,
  options: RestOptions,
): Promise<UncleNamer> {
  const answer = await askRest(endpoint, `/blockflow/main-chain-block-by-ghost-uncle/${hash}`, {
    ...options,
    maxBytes: MAX_BLOCKS_ANSWER_BYTES,
  });
  const detail = String(answer.body.detail);
  if (answer.status === 200) return { kind: 'named', block: answer.value };
  if (answer.status >= 400 && detail.includes('is not a ghost uncle block')) return { kind: 'main' };
  if (answer.status >= 400 && detail.includes('does not exist')) return { kind: 'unknown' };
  if (answer.status === 404) return { kind: 'none' };
  throw new RestError(
    `/blockflow/main-chain-block-by-ghost-uncle/${hash}: expected 200, 404 or "is not a ghost uncle block", got ${describe(answer)}`,
  );
}

/**
 * The blocks of a chain at a height: that of the main chain first.
 * @returns what the node says, any JSON
 * @throws RestError if the node can't be asked or says anything but 200
 */
export async function fetchHashesAt(
  endpoint: NodeEndpoint,
  chain: ChainIndex,
  height: number,
  options: RestOptions,
): Promise<unknown> {
  const query = `fromGroup=${fromGroupOf(chain)}&toGroup=${toGroupOf(chain)}&height=${height}`;
  const answer = await askRest(endpoint, `/blockflow/hashes?${query}`, options);
  if (answer.status === 200) return answer.body.headers;
  throw new RestError(`/blockflow/hashes: expected 200, got ${describe(answer)}`);
}

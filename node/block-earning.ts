/**
 * What a block earned, as a full node tells it: the output of the coinbase that pays for it, without the coins that it burnt.
 * @module
 */
import { fromGroupOf, toGroupOf } from '../protocol/chain.js';
import type { EmissionParams } from '../protocol/emission.js';
import { expectedHashes, targetOfBits } from '../protocol/target.js';
import { burntBy, type CoinbaseEntry, parseCoinbaseEntry } from './coinbase-entry.js';
import type { NodeEndpoint } from './endpoint.js';
import { fetchIsMain, type RestOptions } from './rest.js';
import { fetchBlock, fetchBlocksBetween, fetchUncleNamer, MAX_BLOCKS_SPAN_MS } from './rest-blocks.js';
import { fetchTransactionStatus } from './rest-transactions.js';

/** A block that is paid for. */
export interface PaidBlock {
  /** 64 hex digits. */
  readonly hash: string;
  readonly address: string;
  /** attoALPH. */
  readonly amount: bigint;
  /** Of the header of the block that pays, ms since the epoch. */
  readonly timestampMs: number;
  /** When the output can be spent, ms since the epoch. */
  readonly lockTimeMs: number;
  /** Expected hashes of its target; undefined of an uncle. */
  readonly expectedHashes: bigint | undefined;
}

/** `none`: no main-chain block pays for it. `void`: the coinbase that would has no effect. `unknown`: the node does not have it. */
export type BlockEarning =
  | (PaidBlock & { readonly kind: 'main' | 'uncle' })
  | { readonly kind: 'none' | 'void' | 'unknown' };

/** @param hash - 64 hex digits @throws RestError, CoinbaseEntryError */
export async function fetchEarning(
  endpoint: NodeEndpoint,
  hash: string,
  emission: EmissionParams,
  options: RestOptions,
): Promise<BlockEarning> {
  const isMain = await fetchIsMain(endpoint, hash, options);
  if (isMain === undefined) return { kind: 'unknown' };
  const namer = isMain ? undefined : await fetchUncleNamer(endpoint, hash, options);
  const block = isMain ? await fetchBlock(endpoint, hash, options) : undefined;
  const value = isMain ? block : namer?.kind === 'named' ? namer.block : undefined;
  if (value === undefined) return { kind: 'none' };
  const entry = parseCoinbaseEntry(value, isMain ? hash : undefined);
  if (await isVoid(endpoint, entry, options)) return { kind: 'void' };
  const paid = paidBy(entry, emission).find((one) => one.hash === hash);
  return paid === undefined ? { kind: 'none' } : { ...paid, kind: isMain ? 'main' : 'uncle' };
}

/**
 * The blocks that the main chains of a time pay for, uncles among them.
 * @param fromMs, toMs - of headers, ms since the epoch
 * @param isWanted - whether an address matters: whether a coinbase has an effect is asked only where it does
 * @throws RestError, CoinbaseEntryError
 */
export async function fetchPaidBetween(
  endpoint: NodeEndpoint,
  fromMs: number,
  toMs: number,
  emission: EmissionParams,
  isWanted: (address: string) => boolean,
  options: RestOptions,
): Promise<PaidBlock[]> {
  const paid: PaidBlock[] = [];
  for (let atMs = fromMs; atMs <= toMs; atMs += MAX_BLOCKS_SPAN_MS) {
    const endMs = Math.min(toMs, atMs + MAX_BLOCKS_SPAN_MS - 1);
    const chains = await fetchBlocksBetween(endpoint, atMs, endMs, options);
    if (!Array.isArray(chains)) continue;
    for (const value of chains.flat()) {
      // Those of before the first block pay nobody.
      if ((value as { height?: unknown } | null)?.height === 0) continue;
      const entry = parseCoinbaseEntry(value);
      const wanted = paidBy(entry, emission).filter(({ address }) => isWanted(address));
      if (wanted.length > 0 && !(await isVoid(endpoint, entry, options))) paid.push(...wanted);
    }
  }
  return paid;
}

/** The blocks that a coinbase pays for: its own, then its uncles. */
function paidBy(entry: CoinbaseEntry, emission: EmissionParams): PaidBlock[] {
  return [entry.hash, ...entry.uncles].map((hash, index) => {
    const { address, amount, lockTimeMs } = entry.outputs[index]!;
    return {
      hash,
      address,
      amount: index === 0 ? amount - burntBy(entry, emission) : amount,
      timestampMs: entry.timestampMs,
      lockTimeMs,
      expectedHashes: index === 0 ? expectedHashes(targetOfBits(entry.targetBits)) : undefined,
    };
  });
}

/** Only one that spends coins can be without effect. */
async function isVoid(
  endpoint: NodeEndpoint,
  { spends, txId, chain }: CoinbaseEntry,
  options: RestOptions,
): Promise<boolean> {
  if (!spends) return false;
  const place = { txId, fromGroup: fromGroupOf(chain), toGroup: toGroupOf(chain) };
  return (await fetchTransactionStatus(endpoint, place, options)).kind === 'conflicted';
}

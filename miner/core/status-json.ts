/**
 * A status as plain data of JSON: one shape for the lines of `--json` and for the API.
 * @module
 */
import { chainName } from '../../protocol/chain.js';
import type { MinerStatus } from './events.js';

/** What chains have, by their names. @param values - by chain index */
export function byChainName(values: readonly number[]): Record<string, number> {
  return Object.fromEntries(values.map((value, chain) => [chainName(chain), value]));
}

/** A status under the names of chains. @param nowMs - ms since the epoch */
export function toldStatus(status: MinerStatus, nowMs: number): object {
  const { acceptedByChain, hashesByChain, ...rest } = status;
  return {
    type: 'status',
    ...rest,
    chains: byChainName(acceptedByChain),
    hashes: byChainName(hashesByChain),
    time: nowMs,
  };
}

/** JSON in which work, a bigint, is text: its digits survive whoever parses it. */
export function jsonText(value: object): string {
  return JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? part.toString() : part));
}

/**
 * Answers of the node's REST API, and its errors in the words that were recorded.
 * @module
 */
import { parseAddress } from '../protocol/address.js';
import { type ChainIndex, chainIndex, GROUPS } from '../protocol/chain.js';
import type { BlockId } from './block.js';

/** An answer that is no success. */
export class RestFault extends Error {
  override readonly name = 'RestFault';
  readonly status: number;
  readonly body: object;

  private constructor(status: number, body: { detail: string }) {
    super(body.detail);
    this.status = status;
    this.body = body;
  }

  static badRequest(detail: string): RestFault {
    return new RestFault(400, { detail });
  }

  static unauthorized(detail: string): RestFault {
    return new RestFault(401, { detail });
  }

  static notFound(resource: string): RestFault {
    return new RestFault(404, { resource, detail: `${resource} not found` } as { detail: string });
  }

  static serverError(detail: string): RestFault {
    return new RestFault(500, { detail });
  }
}

/** What a request asks: the values in its path and in its query. */
export interface RestRequest {
  readonly params: readonly string[];
  readonly query: URLSearchParams;
}

/** A hash of 32 bytes in hex, from a query or a path. @throws RestFault */
export function parseHash(text: string | null | undefined, place: string): BlockId {
  if (text && /^[0-9a-fA-F]{64}$/.test(text)) return text.toLowerCase();
  throw RestFault.badRequest(
    `Invalid value for: ${place}${text ? ` (Cannot decode a hash of 32 bytes: ${text})` : ''}`,
  );
}

/** A chain, from `fromGroup` and `toGroup`. @throws RestFault */
export function parseChain(query: URLSearchParams): ChainIndex {
  const [from, to] = ['fromGroup', 'toGroup'].map((name) => parseWhole(query, name, GROUPS - 1));
  return chainIndex(from!, to!);
}

/** A whole number from a query. @throws RestFault */
export function parseWhole(query: URLSearchParams, name: string, most: number): number {
  const text = query.get(name);
  const value = text !== null && /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value <= most) return value;
  throw RestFault.badRequest(`Invalid value for: query parameter ${name}${text ? `: ${text}` : ''}`);
}

/** An address, from a path. @throws RestFault */
export function parseAddressParam(text: string) {
  const address = parseAddress(text);
  if (address) return address;
  throw RestFault.badRequest(
    `Invalid value for: path parameter address (Unable to decode address from ${text})`,
  );
}

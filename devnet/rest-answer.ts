/**
 * Answers of the node's REST API, and its errors in the words that were recorded.
 * @module
 */
import { type Address, parseAddress } from '../protocol/address.js';
import { type ChainIndex, chainIndex, GROUPS } from '../protocol/chain.js';
import type { BlockId } from './block.js';

/** A failure as an answer. */
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

/** A request's values, in its path and in its query, and its body. */
export interface RestRequest {
  readonly params: readonly string[];
  readonly query: URLSearchParams;
  readonly body: string;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** A fault of one value. @param detail - what is wrong with it; left out where it is missing or given twice */
function invalid(place: string, detail?: string): RestFault {
  return RestFault.badRequest(`Invalid value for: ${place}${detail === undefined ? '' : ` (${detail})`}`);
}

/** A value of a query, null if it is missing. @throws RestFault if it is given more than once */
export function queryValue(query: URLSearchParams, name: string): string | null {
  if (query.getAll(name).length > 1) throw invalid(`query parameter ${name}`);
  return query.get(name);
}

function parseHash(text: string | null | undefined, place: string, kind: string): string {
  if (text === null || text === undefined) throw invalid(place);
  if (/^[0-9a-fA-F]{64}$/.test(text)) return text.toLowerCase();
  throw invalid(place, `cannot decode ${kind}: ${text}`);
}

/** A block's hash in hex, from a query or a path. @throws RestFault */
export function parseBlockHash(text: string | null | undefined, place: string): BlockId {
  return parseHash(text, place, 'block hash');
}

/** A transaction's id in hex, from a query or a path. @throws RestFault */
export function parseTransactionId(text: string | null | undefined, place: string): string {
  return parseHash(text, place, '32 bytes hash');
}

/** A chain, from `fromGroup` and `toGroup`. @throws RestFault */
export function parseChain(query: URLSearchParams): ChainIndex {
  const [from, to] = ['fromGroup', 'toGroup'].map((name) => {
    const group = parseOptionalGroup(query, name);
    if (group === undefined) throw invalid(`query parameter ${name}`);
    return group;
  });
  return chainIndex(from!, to!);
}

/** A group from a query, undefined if it is missing. @throws RestFault */
export function parseOptionalGroup(query: URLSearchParams, name: string): number | undefined {
  if (!query.has(name)) return undefined;
  const group = parseInteger(query, name);
  if (group >= 0 && group < GROUPS) return group;
  throw invalid(`query parameter ${name}`, `Invalid group index: ${group}`);
}

/** An integer of 32 bits from a query. @throws RestFault */
export function parseInteger(query: URLSearchParams, name: string): number {
  return parseNumber(query, name, 2 ** 31 - 1);
}

function parseNumber(query: URLSearchParams, name: string, most: number): number {
  const text = queryValue(query, name);
  if (text === null) throw invalid(`query parameter ${name}`);
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Math.abs(value) <= most) return value === 0 ? 0 : value;
  throw invalid(`query parameter ${name}`, `For input string: "${text}": ${text}`);
}

/** Longest time whose blocks are given at once, ms: as a node has it set. */
const MAX_TIME_SPAN_MS = 30 * 60_000;

/** ms since the epoch, both included. */
export interface TimeInterval {
  readonly fromMs: number;
  readonly toMs: number;
}

/** `fromTs` and `toTs` of a query. @param now - end of an interval without one @throws RestFault */
export function parseTimeInterval(query: URLSearchParams, now: number): TimeInterval {
  const fromMs = parseTime(query, 'fromTs');
  const given = query.has('toTs') ? parseTime(query, 'toTs') : undefined;
  const toMs = given ?? now;
  if (fromMs >= toMs) {
    const end = given === undefined ? 'None' : `Some(TimeStamp(${given}ms))`;
    throw RestFault.badRequest(
      `Invalid value (expected value to pass validation: \`fromTs\` must be before \`toTs\`, but got: TimeInterval(TimeStamp(${fromMs}ms),${end}))`,
    );
  }
  return { fromMs, toMs };
}

/** The same for blocks, which are given for half an hour at most. */
export function parseBlockInterval(query: URLSearchParams, now: number): TimeInterval {
  const interval = parseTimeInterval(query, now);
  if (interval.toMs - interval.fromMs > MAX_TIME_SPAN_MS)
    throw RestFault.badRequest(`Time span cannot be greater than Duration(${MAX_TIME_SPAN_MS}ms)`);
  return interval;
}

function parseTime(query: URLSearchParams, name: string): number {
  const value = parseNumber(query, name, Number.MAX_SAFE_INTEGER);
  if (value >= 0) return value;
  throw invalid(
    `query parameter ${name}`,
    `expected value to be greater than or equal to 0, but got ${value}`,
  );
}

/** An address as the node reads it: it counts the group of a groupless one modulo 4. */
export function parseNodesAddress(text: string): Address | undefined {
  return parseAddress(text.replace(/:[4-9]$/, (group) => `:${Number(group.slice(1)) % GROUPS}`));
}

/** An address, from a path. @throws RestFault */
export function parseAddressParam(text: string): Address {
  const address = parseNodesAddress(text);
  if (address) return address;
  throw invalid('path parameter address', `Invalid address ${text}: ${text}`);
}

/** A body that is a JSON object. @throws RestFault */
export function parseJsonBody(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid('body', `expected a JSON object: ${text.slice(0, 100)}`);
  }
  if (typeof value === 'object' && value !== null) return value;
  throw invalid('body', `expected a JSON object: ${text.slice(0, 100)}`);
}

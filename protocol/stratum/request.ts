/**
 * What a miner sends to a pool: one JSON object a line, taken as it comes from many kinds of software.
 * @module
 */
import { scanJsonLine } from './json-line.js';

/** Brackets and braces that a line may have open at once. */
export const MAX_LINE_DEPTH = 4;

/** Longest text of an id that is echoed, in characters between the quotes, or digits. */
export const MAX_ID_CHARS = 64;

const QUOTE = 34;
const NUMBER_START = /^[-\d]/;

/** A request, or what came in its place. */
export type Request =
  | {
      readonly kind: 'request';
      /** JSON text of the id as it came, to be echoed byte for byte; `null` where it is nothing that is echoed. */
      readonly id: string;
      readonly method: string;
      /** Array, object, or anything else. */
      readonly params: unknown;
    }
  /** An answer to something that was asked, which we never do. */
  | { readonly kind: 'response' }
  | { readonly kind: 'malformed'; readonly id: string; readonly reason: string }
  /** Nested deeper than allowed: nobody who speaks the protocol does it. */
  | { readonly kind: 'tooDeep' };

/** The request in a line. Takes any text. */
export function parseRequest(line: string): Request {
  const { shallow, id: rawId } = scanJsonLine(line, MAX_LINE_DEPTH);
  if (!shallow) return { kind: 'tooDeep' };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { kind: 'malformed', id: 'null', reason: 'not JSON' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { kind: 'malformed', id: 'null', reason: 'expected a JSON object' };
  const { method, params, id } = value as { method?: unknown; params?: unknown; id?: unknown };
  const echoed = echoedId(id, rawId);
  if (typeof method === 'string') return { kind: 'request', id: echoed, method, params };
  if (method === undefined && ('result' in value || 'error' in value)) return { kind: 'response' };
  return { kind: 'malformed', id: echoed, reason: '"method" expected a text' };
}

function echoedId(id: unknown, raw: string | undefined): string {
  if (raw === undefined) return 'null';
  // Where a key of the same name was written with escapes, the text is not that of the value.
  const quoted = raw.charCodeAt(0) === QUOTE;
  // Two more for the quotes.
  if (typeof id === 'string') return quoted && raw.length <= MAX_ID_CHARS + 2 ? raw : 'null';
  return typeof id === 'number' && NUMBER_START.test(raw) && raw.length <= MAX_ID_CHARS ? raw : 'null';
}

/** What a submission names. */
export interface Submission {
  readonly jobId: string;
  /** Groups, where they were given. */
  readonly fromGroup: number | undefined;
  readonly toGroup: number | undefined;
  readonly nonce: string;
  readonly worker: string;
}

/** Least digits of a nonce without its extranonce: job ids and names of workers are shorter. */
const MIN_NONCE_DIGITS = 32;

/**
 * The submission in `mining.submit`'s params: an object, an array `[worker, jobId, nonce]`, or the documented
 * `[jobId, nonce without extranonce, worker]`, whose worker may be missing.
 * @returns undefined if it is none of these, or a field has another type
 */
export function parseSubmission(params: unknown): Submission | undefined {
  if (typeof params !== 'object' || params === null) return undefined;
  if (Array.isArray(params)) {
    // Some send the object as the array's only element.
    if (params.length === 1 && !Array.isArray(params[0])) return parseSubmission(params[0]);
    const [first, second, third] = params as unknown[];
    if (looksLikeNonce(second) && !looksLikeNonce(third))
      return submissionOf(first, undefined, undefined, second, third);
    return submissionOf(second, undefined, undefined, third, first);
  }
  const { jobId, fromGroup, toGroup, nonce, worker } = params as Record<string, unknown>;
  return submissionOf(jobId, fromGroup, toGroup, nonce, worker);
}

function submissionOf(
  jobId: unknown,
  fromGroup: unknown,
  toGroup: unknown,
  nonce: unknown,
  worker: unknown,
): Submission | undefined {
  if (typeof nonce !== 'string') return undefined;
  if (typeof jobId !== 'string' && typeof jobId !== 'number') return undefined;
  const [from, to] = [groupOf(fromGroup), groupOf(toGroup)];
  if (from === 'wrong' || to === 'wrong') return undefined;
  if (worker !== undefined && worker !== null && typeof worker !== 'string') return undefined;
  return { jobId: String(jobId), fromGroup: from, toGroup: to, nonce, worker: worker ?? '' };
}

/** A group as a number or as text. */
function groupOf(value: unknown): number | undefined | 'wrong' {
  if (value === undefined || typeof value === 'number') return value;
  return typeof value === 'string' && /^\d{1,3}$/.test(value) ? Number(value) : 'wrong';
}

function looksLikeNonce(value: unknown): boolean {
  return typeof value === 'string' && value.length >= MIN_NONCE_DIGITS && /^[0-9a-fA-F]+$/.test(value);
}

/**
 * A parameter in whichever form it was sent: `[64]`, `{"difficulty":64}`, `[{"difficulty":64}]`, and the first one also bare:
 * `64`.
 * @param index - its place in an array, from 0
 * @param names - what it may be called in an object
 * @returns undefined where it is missing
 */
export function paramOf(params: unknown, index: number, names: readonly string[]): unknown {
  if (Array.isArray(params)) {
    const [first] = params as unknown[];
    const named = params.length === 1 && typeof first === 'object' && !Array.isArray(first);
    return named ? paramOf(first, index, names) : (params[index] as unknown);
  }
  if (typeof params !== 'object' || params === null) return index === 0 ? params : undefined;
  const name = names.find((one) => Object.hasOwn(params, one));
  return name === undefined ? undefined : (params as Readonly<Record<string, unknown>>)[name];
}

/** A text, or undefined. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Longest text that is read as a number. */
const MAX_NUMBER_CHARS = 64;

/** A finite number, also as decimal text, or as hex text after `0x`; or undefined. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.length > MAX_NUMBER_CHARS) return undefined;
  const text = value.trim();
  if (!/^(?:\d+\.?\d*(?:e[+-]?\d+)?|\.\d+|0x[0-9a-f]+)$/i.test(text)) return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

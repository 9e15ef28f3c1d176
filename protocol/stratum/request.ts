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

/**
 * The submission in `mining.submit`'s params: an object, or an array `[worker, jobId, nonce]`.
 * @returns undefined if it is neither, or a field has another type
 */
export function parseSubmission(params: unknown): Submission | undefined {
  if (typeof params !== 'object' || params === null) return undefined;
  if (Array.isArray(params)) {
    // Some send the object as the array's only element.
    if (params.length === 1 && !Array.isArray(params[0])) return parseSubmission(params[0]);
    const [worker, jobId, nonce] = params as unknown[];
    return submissionOf(jobId, undefined, undefined, nonce, worker);
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
  if (fromGroup !== undefined && typeof fromGroup !== 'number') return undefined;
  if (toGroup !== undefined && typeof toGroup !== 'number') return undefined;
  if (worker !== undefined && typeof worker !== 'string') return undefined;
  return { jobId: String(jobId), fromGroup, toGroup, nonce, worker: worker ?? '' };
}

/** The texts at the start of an array of params: what is no text counts as missing. */
export function textParam(params: unknown, index: number): string | undefined {
  const value: unknown = Array.isArray(params) ? params[index] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/**
 * What a pool says to a miner, a line at a time: tolerant in form, since pools differ, and strict in content.
 * @module
 */
import { hexToBytes } from '../bytes.js';
import { cleanText } from './clean-text.js';
import { scanJsonLine } from './json-line.js';
import { type PoolJob, parsePoolJob } from './pool-job.js';
import { parseRefusal, type Refusal } from './refusal.js';

/** Longest line from a pool, bytes: 16 jobs take some 20 KB, and far more where their transactions come along. */
export const MAX_POOL_LINE_BYTES = 1024 * 1024;

/** Deepest nesting of a line: a job is an object in an array in an object. */
const MAX_POOL_LINE_DEPTH = 8;

/** Longest host name. */
const MAX_HOST_CHARS = 253;

/** One line of a pool. */
export type PoolMessage =
  | {
      readonly kind: 'response';
      /** Undefined where it is none of ours. */
      readonly id: number | undefined;
      /** Why not, or undefined for yes. */
      readonly refusal: Refusal | undefined;
      /** The extranonce in an answer to `mining.subscribe`; of other answers it means nothing. */
      readonly extranonce: Uint8Array | undefined;
    }
  | {
      readonly kind: 'notify';
      /** Those that decode, at most one a chain: the last one. */
      readonly jobs: readonly PoolJob[];
      /** What is wrong with the others. */
      readonly problems: readonly string[];
    }
  | { readonly kind: 'difficulty'; readonly difficulty: number }
  /** Of any length. */
  | { readonly kind: 'extranonce'; readonly extranonce: Uint8Array }
  /** An extranonce that does not decode: nothing can be mined without it. */
  | { readonly kind: 'unusableExtranonce'; readonly problem: string }
  | {
      readonly kind: 'reconnect';
      /** Undefined where it is the present one. */
      readonly host: string | undefined;
      readonly port: number | undefined;
      /** At least 0. */
      readonly waitSeconds: number;
    }
  | { readonly kind: 'showMessage'; readonly text: string }
  /** A method that a miner has no use for. */
  | { readonly kind: 'other'; readonly method: string }
  /** JSON, and yet not what it should be. */
  | { readonly kind: 'wrong'; readonly problem: string }
  /** No JSON object at all: whoever speaks is no pool. */
  | { readonly kind: 'garbage'; readonly problem: string };

/** Decodes a line. Never throws. @param line - a character a byte, without its newline */
export function parsePoolMessage(line: string): PoolMessage {
  if (!scanJsonLine(line, MAX_POOL_LINE_DEPTH).shallow)
    return { kind: 'garbage', problem: `nested deeper than ${MAX_POOL_LINE_DEPTH}` };
  let value: unknown;
  try {
    value = JSON.parse(asUtf8(line));
  } catch {
    return { kind: 'garbage', problem: `expected JSON, got "${cleanText(line.slice(0, 80))}"` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { kind: 'garbage', problem: `expected a JSON object, got "${cleanText(line.slice(0, 80))}"` };
  const { method, params } = value as { method?: unknown; params?: unknown };
  if (typeof method !== 'string' || method === '') return parseResponse(value);
  switch (method) {
    case 'mining.notify':
      return parseNotify(params);
    case 'mining.set_difficulty':
      return parseDifficulty(firstOf(params));
    case 'mining.set_extranonce':
      return parseExtranonce(firstOf(params));
    case 'client.reconnect':
      return parseReconnect(params);
    case 'client.show_message':
      return parseShowMessage(firstOf(params));
    default:
      return { kind: 'other', method: cleanText(method) };
  }
}

function parseResponse(value: object): PoolMessage {
  const { id, result, error } = value as { id?: unknown; result?: unknown; error?: unknown };
  const number = typeof id === 'string' && /^\d{1,15}$/.test(id) ? Number(id) : id;
  const failed = error !== undefined && error !== null && error !== false;
  // Without an error only a plain no is one: `"result":"OK"`, or none at all, was meant as yes.
  const refused = result === false || result === null || (failed && !(result === true && saysNothing(error)));
  return {
    kind: 'response',
    id: typeof number === 'number' ? number : undefined,
    refusal: refused ? parseRefusal(error) : undefined,
    extranonce: subscribedExtranonce(result),
  };
}

/** The extranonce of `[subscriptions, extranonce, ...]`, or undefined if there is none that decodes. */
function subscribedExtranonce(result: unknown): Uint8Array | undefined {
  if (!Array.isArray(result)) return undefined;
  const [subscriptions, text] = result as unknown[];
  // A subscription without an array round it: its id is no extranonce.
  if (typeof subscriptions === 'string' && subscriptions.startsWith('mining.')) return undefined;
  return typeof text === 'string' ? bytesOfHex(text) : undefined;
}

/** Bytes of hex digits, also behind `0x`; undefined if it is something else. */
function bytesOfHex(text: string): Uint8Array | undefined {
  const digits = /^0x/i.test(text) ? text.slice(2) : text;
  return digits.length % 2 === 0 && /^[0-9a-f]*$/i.test(digits) ? hexToBytes(digits) : undefined;
}

/** An error of `""`, `[]` or `{}`, beside a result of true. */
function saysNothing(error: unknown): boolean {
  return error === '' || (typeof error === 'object' && error !== null && Object.keys(error).length === 0);
}

function parseNotify(params: unknown): PoolMessage {
  // A job by itself, without an array round it.
  if (typeof params === 'object' && params !== null && 'jobId' in params) return parseNotify([params]);
  if (!Array.isArray(params) || params.length === 0)
    return { kind: 'wrong', problem: 'mining.notify: expected an array of jobs' };
  const jobs = new Map<number, PoolJob>();
  const problems: string[] = [];
  for (const entry of params as unknown[]) {
    const { job, problem } = parsePoolJob(entry);
    if (job === undefined) problems.push(problem);
    else jobs.set(job.chain, job);
  }
  return { kind: 'notify', jobs: [...jobs.values()], problems };
}

function parseDifficulty(value: unknown): PoolMessage {
  const difficulty = numberOf(value);
  if (difficulty > 0 && Number.isFinite(difficulty)) return { kind: 'difficulty', difficulty };
  return { kind: 'wrong', problem: 'mining.set_difficulty: expected a finite number above 0' };
}

function parseExtranonce(value: unknown): PoolMessage {
  if (typeof value !== 'string') return { kind: 'wrong', problem: 'mining.set_extranonce: expected a text' };
  const extranonce = bytesOfHex(value);
  if (extranonce !== undefined) return { kind: 'extranonce', extranonce };
  return {
    kind: 'unusableExtranonce',
    problem: `mining.set_extranonce: expected hex digits, two a byte, got "${cleanText(value.slice(0, 80))}"`,
  };
}

function parseShowMessage(value: unknown): PoolMessage {
  if (typeof value === 'string') return { kind: 'showMessage', text: cleanText(value) };
  return { kind: 'wrong', problem: 'client.show_message: expected a text' };
}

/** `[host, port, wait]`: each may be missing, empty, or a number as text. */
function parseReconnect(params: unknown): PoolMessage {
  const [host, port, wait] = Array.isArray(params) ? (params as unknown[]) : [];
  const named = typeof host === 'string' && host !== '';
  if (named && (host.length > MAX_HOST_CHARS || !/^[A-Za-z0-9.:_-]+$/.test(host)))
    return { kind: 'wrong', problem: `client.reconnect: expected a host, got "${cleanText(host)}"` };
  const portNumber = port === undefined || port === null || port === '' ? undefined : numberOf(port);
  if (portNumber !== undefined && !(Number.isInteger(portNumber) && portNumber >= 1 && portNumber <= 65535))
    return { kind: 'wrong', problem: 'client.reconnect: expected a port from 1 to 65535' };
  const seconds = numberOf(wait);
  return {
    kind: 'reconnect',
    host: named ? host : undefined,
    port: portNumber,
    waitSeconds: seconds > 0 ? seconds : 0,
  };
}

/** A number, or a text that is one; anything else is NaN. */
function numberOf(value: unknown): number {
  return typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
}

function firstOf(params: unknown): unknown {
  return Array.isArray(params) ? (params[0] as unknown) : params;
}

/** Lines are cut as bytes; what a pool shows to people is UTF-8. */
function asUtf8(line: string): string {
  if (!/[\x80-\xff]/.test(line)) return line;
  return new TextDecoder().decode(Uint8Array.from(line, (character) => character.charCodeAt(0)));
}

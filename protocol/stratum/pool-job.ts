/**
 * A job as a pool sends it in `mining.notify`.
 * @module
 */
import { hexToBytes } from '../bytes.js';
import { type ChainIndex, chainIndex, chainName, GROUPS } from '../chain.js';
import { DEPS, HEADER_BLOB_BYTES } from '../header.js';
import { cleanText } from './clean-text.js';

/** Longest job id that is sent back; in use are up to some 20 characters. */
const MAX_JOB_ID_CHARS = 128;

const TARGET_DIGITS = 64;

/** A job that decodes. */
export interface PoolJob {
  /** Sent back with a share as it came. */
  readonly id: string | number;
  readonly chain: ChainIndex;
  /** 302 bytes. */
  readonly headerBlob: Uint8Array;
  /** Share target, 32 bytes, above 0; undefined where the job has none and `mining.set_difficulty` decides. */
  readonly target: Uint8Array | undefined;
  /** Height of the block, or 0 where the pool does not say. */
  readonly height: number;
}

/** A job, or what is wrong with it. */
export type ParsedJob =
  | { readonly job: PoolJob; readonly problem?: undefined }
  | { readonly job?: undefined; readonly problem: string };

/** A job out of any value. Its `txsBlob` is not looked at: a pool has its own copy. */
export function parsePoolJob(value: unknown): ParsedJob {
  if (typeof value !== 'object' || value === null) return problem('job', 'an object', value);
  const { jobId, fromGroup, toGroup, headerBlob, targetBlob, height } = value as Record<string, unknown>;
  const named = typeof jobId === 'string' || (typeof jobId === 'number' && Number.isFinite(jobId));
  if (!named || String(jobId).length > MAX_JOB_ID_CHARS)
    return problem('jobId', `at most ${MAX_JOB_ID_CHARS} characters`, jobId);
  if (!isGroup(fromGroup)) return problem('fromGroup', '0 to 3', fromGroup);
  if (!isGroup(toGroup)) return problem('toGroup', '0 to 3', toGroup);
  const chain = chainIndex(fromGroup, toGroup);
  const where = ` of the job for chain ${chainName(chain)}`;
  const header = typeof headerBlob === 'string' ? bytesOfHex(headerBlob) : undefined;
  if (header?.length !== HEADER_BLOB_BYTES)
    return problem(`headerBlob${where}`, `${2 * HEADER_BLOB_BYTES} hex digits`, headerBlob);
  if (header[0] !== 0 || header[1] !== DEPS)
    return {
      problem: `headerBlob${where}: expected version 0 and ${DEPS} deps, got ${header[0]}, ${header[1]}`,
    };
  const absent = targetBlob === undefined || targetBlob === null || targetBlob === '';
  const target = absent ? undefined : parseTarget(targetBlob);
  if (!absent && target === undefined)
    return problem(`targetBlob${where}`, 'hex digits of at most 32 bytes, above 0', targetBlob);
  const known = typeof height === 'number' && Number.isSafeInteger(height) && height >= 0;
  return { job: { id: jobId, chain, headerBlob: header, target, height: known ? height : 0 } };
}

/** A target in hex, padded to 64 digits, further, or not at all. */
function parseTarget(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'string') return undefined;
  const digits = value.replace(/^0+/, '');
  if (digits.length === 0 || digits.length > TARGET_DIGITS) return undefined;
  return bytesOfHex(digits.padStart(TARGET_DIGITS, '0'));
}

function bytesOfHex(text: string): Uint8Array | undefined {
  return text.length % 2 === 0 && /^[0-9a-fA-F]*$/.test(text) ? hexToBytes(text) : undefined;
}

function isGroup(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < GROUPS;
}

function problem(what: string, expected: string, value: unknown): ParsedJob {
  const got =
    typeof value === 'string' ? `"${cleanText(value.slice(0, 40))}" (${value.length})` : typeof value;
  return { problem: `${what}: expected ${expected}, got ${typeof value === 'number' ? value : got}` };
}

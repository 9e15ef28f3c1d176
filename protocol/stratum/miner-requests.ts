/**
 * What a miner says to a pool: each a line of JSON, without its newline.
 * @module
 */
import { bytesToHex } from '../bytes.js';
import { type ChainIndex, fromGroupOf, toGroupOf } from '../chain.js';

/** A share, as it is submitted. */
export interface ShareSubmission {
  /** As it came with the job. */
  readonly jobId: string | number;
  readonly chain: ChainIndex;
  /** 24 bytes. */
  readonly nonce: Uint8Array;
  /** `address.worker`. */
  readonly worker: string;
}

/** @param agent - name and version of the miner */
export function encodeSubscribe(id: number, agent: string): string {
  return encode(id, 'mining.subscribe', [agent]);
}

export function encodeAuthorize(id: number, worker: string, password: string): string {
  return encode(id, 'mining.authorize', [worker, password]);
}

export function encodeSubmit(id: number, { jobId, chain, nonce, worker }: ShareSubmission): string {
  const groups = { fromGroup: fromGroupOf(chain), toGroup: toGroupOf(chain) };
  return encode(id, 'mining.submit', { jobId, ...groups, nonce: bytesToHex(nonce), worker });
}

/** Tells the pool what the miner measures itself. Never answered. @param hashesPerSecond - at least 0 */
export function encodeSubmitHashrate(id: number, hashesPerSecond: number): string {
  return encode(id, 'alph_submitHashrate', [`0x${Math.round(hashesPerSecond).toString(16)}`]);
}

/** Text beyond ASCII is escaped: a line has one character a byte. */
function encode(id: number, method: string, params: object): string {
  return JSON.stringify({ id, method, params }).replace(
    /[\x7f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

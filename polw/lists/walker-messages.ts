/**
 * What the thread that walks over lists is told, and tells.
 * @module
 */
import type { WalkResult } from './list-walker.js';

export interface WalkRequest {
  readonly id: number;
  readonly txsBlob: Uint8Array;
}

export interface WalkReply {
  readonly id: number;
  readonly result: WalkResult;
}

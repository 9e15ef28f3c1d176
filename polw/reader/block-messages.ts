/**
 * What the thread that reads blocks is told, and tells.
 * @module
 */
import type { NodeEndpoint } from '../../node/endpoint.js';
import type { RestOptions } from '../../node/rest.js';
import type { BlockSource } from './block-source.js';

/** What the thread is asked: a method of a node's source, and its arguments. */
export interface BlockRequest {
  readonly endpoint: NodeEndpoint;
  readonly options: RestOptions;
  readonly method: keyof BlockSource;
  readonly args: readonly (number | string)[];
}

/** What the thread answers. */
export type BlockAnswer = { readonly value: unknown } | { readonly fault: string };

/** What the thread is started with. */
export interface BlockThreadData {
  /** Of the fund's addresses. */
  readonly hints: readonly number[];
}

/**
 * What a node said of a block, whatever the chains said later.
 * @module
 */
import type { BlockState, NodeVerdict } from '../../pool/domain/block-record.js';
import { BLOCK_ENDS } from '../../protocol/block-end.js';

export function verdictOf(state: BlockState): NodeVerdict;
export function verdictOf(state: BlockState | undefined): NodeVerdict | undefined;
export function verdictOf(state: BlockState | undefined): NodeVerdict | undefined {
  const end = BLOCK_ENDS.find((one) => one === state);
  return end === undefined ? (state as NodeVerdict | undefined) : 'accepted';
}

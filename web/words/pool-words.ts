/**
 * What follows from what a pool says of itself.
 * @module
 */
import type { PoolInfo } from '../../pool/http/api/api-schemas.js';

/** Whether it credits its miners: in a solo pool all blocks may be of one owner. */
export function creditsMiners({ totalPaidAtto }: Pick<PoolInfo, 'totalPaidAtto'>): boolean {
  return totalPaidAtto !== undefined;
}

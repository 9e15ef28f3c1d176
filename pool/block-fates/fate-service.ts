/**
 * The follower of found blocks as a service beside the store.
 * @module
 */

import { FINAL_DEPTH } from '../../protocol/block-end.js';
import { hasWallet } from '../config/has-wallet.js';
import { nodeAddressOf } from '../config/node-address-of.js';
import type { PoolConfig } from '../config/pool-config.js';
import type { BlockFigures } from '../domain/block-figures.js';
import type { PoolServerEvent } from '../domain/events.js';
import { INTERVAL_MS } from '../settlement/interval.js';
import type { SettlementTerms } from '../settlement/settlement.js';
import { orderService, type ServiceDefinition, type ServiceOrder } from '../store-thread/services.js';
import type { FateServiceData, FromFateService, ToFateService } from './fate-service-messages.js';

export const FATE_SERVICE: ServiceDefinition<FateServiceData, ToFateService, FromFateService> = {
  name: 'fates',
  module: new URL('./start-fate-service.js', import.meta.url).href,
};

/** Who hears of found blocks. */
export interface FateServiceEvents {
  onEvent(event: PoolServerEvent): void;
  onFigures(figures: BlockFigures): void;
}

/** @param owner - name of the front end */
export function fateServiceOf(
  { nodes, polw, payouts, pool }: PoolConfig,
  owner: string,
  { onEvent, onFigures }: FateServiceEvents,
): ServiceOrder {
  const data: FateServiceData = {
    owner,
    nodes: nodes.map(nodeAddressOf),
    shift: polw?.shift ?? 0,
    awaitsAddresses: polw !== undefined,
    depth: payouts?.blockDepth ?? FINAL_DEPTH,
    settlement: settlementTermsOf(payouts, pool.id),
  };
  return orderService(FATE_SERVICE, data, (message) => {
    if (message.type === 'figures') onFigures(message.figures);
    else if (message.type === 'fate') onEvent(message.event);
    else onEvent({ ...message, type: 'notice' });
  });
}

/** Undefined where nothing is credited: without payouts, or where all is the finder's and nobody pays. */
function settlementTermsOf(payouts: PoolConfig['payouts'], pool: string): SettlementTerms | undefined {
  if (payouts === undefined || (payouts.scheme === 'solo' && !hasWallet(payouts))) return undefined;
  const { scheme, feeMillionths, silentJournalMs, rounds } = payouts;
  const everyMs = rounds.everyMs ?? INTERVAL_MS;
  return { scheme, feeMillionths, silentJournalMs, everyMs, pool };
}

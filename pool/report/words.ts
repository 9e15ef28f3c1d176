/**
 * A pool's events and status in words.
 * @module
 */
import { chainName } from '../../protocol/chain.js';
import { formatDuration, formatHashrate } from '../../protocol/quantity-text.js';
import { urlHost } from '../../protocol/url-host.js';
import type { PoolServerEvent, PoolStatus } from '../domain/events.js';
import { describePeerEvent } from './peer-words.js';

/** How much a line matters. */
export type LogLevel = 'debug' | 'info' | 'warn';

interface LogLine {
  readonly level: LogLevel;
  readonly text: string;
}

const NETWORKS: Readonly<Record<number, string>> = { 0: 'mainnet', 1: 'testnet', 4: 'devnet' };

/** An event in one line. */
export function describePoolEvent(event: PoolServerEvent): LogLine {
  switch (event.type) {
    case 'listening':
      return {
        level: 'info',
        text: `listening for miners: ${event.listener}, ${event.protocol} on ${event.host}:${event.port}`,
      };
    case 'serving':
      return {
        level: 'info',
        text: `${event.what === 'api' ? 'API' : 'metrics and administration'} on http://${urlHost(event.host)}:${event.port}`,
      };
    case 'identity':
      return {
        level: 'info',
        text: `${NETWORKS[event.networkId] ?? `network ${event.networkId}`}; blocks pay ${event.minerAddresses.join(', ')}`,
      };
    case 'node':
      return { level: 'info', text: `jobs come from ${event.name}` };
    case 'notice':
      return { level: event.level, text: `${event.name}: ${event.message}` };
    case 'block':
      return {
        level: 'info',
        text: `block on chain ${chainName(event.chain)} at height ${event.height} ${event.hash.slice(0, 16)}… found by ${event.account ?? 'an unknown miner'}${event.worker ? `.${event.worker}` : ''}`,
      };
    case 'blockState':
      return describeBlockState(event);
    case 'peer':
      return { level: event.level, text: describePeerEvent(event, event.more, event.overMs) };
    case 'unrecorded':
      return { level: 'warn', text: `${event.count} shares refused: they could not be recorded` };
  }
}

function describeBlockState({
  chain,
  height,
  hash,
  state,
  surplus,
}: PoolServerEvent & { type: 'blockState' }): LogLine {
  const where = chain === undefined ? '' : ` on chain ${chainName(chain)} at height ${height}`;
  const block = `block${where} ${hash.slice(0, 16)}…`;
  switch (state) {
    case 'accepted':
      return { level: 'info', text: `${block} accepted by the node` };
    case 'refused':
      if (surplus)
        return { level: 'info', text: `${block} refused by the node: its template had a block already` };
      return { level: 'warn', text: `${block} refused by the node` };
    case 'unanswered':
      return { level: 'warn', text: `${block}: no answer from the node; looking it up` };
    case 'missing':
      return { level: 'warn', text: `${block} is unknown to all nodes` };
  }
}

/** A status in one line. */
export function describePoolStatus(status: PoolStatus): string {
  const { accepted, rejected, hashesPerSecond, connections, workers } = status;
  const total = accepted + rejected;
  const share = total === 0 ? '' : ` (${((100 * rejected) / total).toFixed(1)} % refused)`;
  return [
    status.node ?? 'no node',
    formatHashrate(hashesPerSecond),
    `${connections} connections, ${workers} workers`,
    `shares ${accepted}${share}`,
    `blocks ${status.blocksAccepted}`,
    `up ${formatDuration(status.uptimeMs)}`,
  ].join(' | ');
}

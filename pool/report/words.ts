/**
 * A pool's events and status in words.
 * @module
 */
import { shortAlphText } from '../../protocol/alph-text.js';
import { chainName } from '../../protocol/chain.js';
import { describeGathered } from '../../protocol/event-gatherer.js';
import { networkName } from '../../protocol/network-name.js';
import { counted, formatDuration, formatHashrate } from '../../protocol/quantity-text.js';
import type { StatusPart } from '../../protocol/status-line.js';
import { urlHost } from '../../protocol/url-host.js';
import type { PoolServerEvent, PoolStatus } from '../domain/events.js';
import { describePeerEvent } from './peer-words.js';

/** How much a line matters. */
export type LogLevel = 'debug' | 'info' | 'warn';

interface LogLine {
  readonly level: LogLevel;
  readonly text: string;
}

/** An event in one line. */
export function describePoolEvent(event: PoolServerEvent): LogLine {
  const line = describe(event);
  const gathered = 'gathered' in event ? event.gathered : undefined;
  return gathered === undefined ? line : { ...line, text: `${line.text} ${describeGathered(gathered)}` };
}

function servedWords({ what, page }: PoolServerEvent & { readonly type: 'serving' }): string {
  if (what === 'admin') return 'metrics and administration';
  return page ? 'page and API' : 'API';
}

function describe(event: PoolServerEvent): LogLine {
  switch (event.type) {
    case 'listening':
      return {
        level: 'info',
        text: `listening for miners: ${event.listener}, ${event.protocol} on ${event.host}:${event.port}`,
      };
    case 'serving':
      return {
        level: 'info',
        text: `${servedWords(event)} on http://${urlHost(event.host)}:${event.port}${event.page ? '/' : ''}`,
      };
    case 'identity':
      return {
        level: 'info',
        text: `${networkName(event.networkId)}; blocks pay ${event.minerAddresses.join(', ')}`,
      };
    case 'node':
      return {
        level: 'info',
        text: `jobs come from ${event.name}${event.awayMs === undefined ? '' : ` again, after ${formatDuration(event.awayMs)} without any`}`,
      };
    case 'noNode':
      return { level: 'warn', text: 'no node leads: miners get no jobs' };
    case 'notice':
      return { level: event.level, text: `${event.name}: ${event.message}` };
    case 'block':
      return {
        level: 'info',
        text: `block on chain ${chainName(event.chain)} at height ${event.height} ${event.hash.slice(0, 16)}… found by ${event.account ?? 'an unknown miner'}${event.worker ? `.${event.worker}` : ''}`,
      };
    case 'blockState':
      return describeBlockState(event);
    case 'blockFate':
      return describeFate(event);
    case 'peer':
      return { level: event.level, text: describePeerEvent(event, event.more, event.overMs) };
    case 'unrecorded':
      return {
        level: 'warn',
        text: `${counted(event.count, 'share')} refused: ${event.count === 1 ? 'it' : 'they'} could not be recorded`,
      };
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

function describeFate({
  chain,
  height,
  hash,
  state,
  isNews,
  final,
  matured,
  earned,
  pays,
}: PoolServerEvent & { type: 'blockFate' }): LogLine {
  const block = `block on chain ${chainName(chain)} at height ${height} ${hash.slice(0, 16)}…`;
  if (pays !== undefined && state !== 'void')
    return {
      level: 'warn',
      text: `${block} pays ${pays}, which is none of the pool's addresses: it is credited to nobody`,
    };
  const alph = `${shortAlphText(BigInt(earned))} ALPH`;
  if (!isNews) {
    const text = matured
      ? `${block}: its ${alph} can be spent`
      : `${block} is ${final ? 'final' : 'paid by another output'}`;
    return { level: 'debug', text };
  }
  switch (state) {
    case 'main':
      return { level: 'info', text: `${block} is on the main chain: ${alph}` };
    case 'uncle':
      return { level: 'info', text: `${block} is paid as an uncle: ${alph}` };
    case 'orphan':
      return { level: 'info', text: `${block} is an orphan: it earned nothing` };
    case 'accepted':
      return { level: 'info', text: `${block} is neither on the main chain nor an uncle any more` };
    case 'void': {
      const why = 'another block spent a coin of its coinbase first, so that it burnt and earned nothing';
      return { level: 'warn', text: `${block} is void: ${why}` };
    }
  }
}

/** A status in parts, the most important ones of the lowest rank. */
export function poolStatusParts(status: PoolStatus): readonly StatusPart[] {
  const { miners, connections, workers, accepted, blocksFound, blocksAccepted } = status;
  const silent = connections - miners;
  const usable = status.nodes.filter(({ state }) => state === 'leading' || state === 'ready').length;
  const over = formatDuration(status.hashrateOverMs);
  return [
    status.node === undefined
      ? { text: 'no node leads', rank: 0, style: 'bad' }
      : { text: status.node, rank: 3, style: 'faint' },
    { text: `${usable} of ${counted(status.nodes.length, 'node')}`, rank: status.nodes.length > 1 ? 4 : 6 },
    { text: `${formatHashrate(status.hashesPerSecond)} over ${over}`, rank: 0, style: 'strong' },
    { text: `${counted(miners, 'miner')}${silent > 0 ? ` and ${silent} without a login` : ''}`, rank: 1 },
    { text: counted(workers, 'worker'), rank: 4 },
    { text: `shares ${accepted}`, rank: 2 },
    { text: refusedText(status), rank: 5, ...(status.rejected > 0 ? { style: 'warning' } : {}) },
    {
      text: blocksFound === 0 ? 'no block' : `blocks ${blocksAccepted} of ${blocksFound}`,
      rank: 2,
      ...(blocksAccepted > 0 ? { style: 'good' } : {}),
    },
    { text: `up ${formatDuration(status.uptimeMs)}`, rank: 6 },
  ];
}

/** The results of a pool at its end, in one line. */
export function poolResult(status: PoolStatus): string {
  const { uptimeMs, accepted, rejected, blocksFound, blocksAccepted } = status;
  const blocks =
    blocksFound === 0
      ? 'no block found'
      : `${counted(blocksFound, 'block')} found, ${blocksAccepted} accepted by a node`;
  const shares =
    accepted + rejected === 0 ? 'no share' : `${counted(accepted, 'share')} accepted, ${refusedText(status)}`;
  return `stopped after ${formatDuration(uptimeMs)}: ${shares}; ${blocks}`;
}

/** Refused shares with the reasons, the most frequent first. */
function refusedText({ accepted, rejected, rejectedBy }: PoolStatus): string {
  if (rejected === 0) return 'none refused';
  const reasons = Object.entries(rejectedBy)
    .toSorted(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${reason} ${count}`);
  return `refused ${rejected} (${((100 * rejected) / (accepted + rejected)).toFixed(1)} %: ${reasons.join(', ')})`;
}

/**
 * Events of connections, in words.
 * @module
 */

import { chainName } from '../../protocol/chain.js';
import { describeGathered } from '../../protocol/event-gatherer.js';
import { formatDuration } from '../../protocol/quantity-text.js';
import { CARRIERS } from '../../protocol/stratum/carrier.js';
import type { SpokenProtocol } from '../../protocol/stratum/spoken-protocol.js';
import { LOGIN_REFUSALS } from '../domain/login-refusals.js';
import type { Peer, PeerEvent } from '../domain/peer-events.js';

const SPOKEN: Readonly<Record<SpokenProtocol, string>> = {
  http: 'HTTP',
  tls: 'TLS',
  stratum: 'plain stratum',
  unknown: 'something unknown',
};

/**
 * An event in one line.
 * @param more - others like it that it stands for @param overMs - in this time
 */
export function describePeerEvent(event: PeerEvent, more: number, overMs: number): string {
  const others = more === 0 ? '' : ` ${describeGathered({ count: more + 1, overMs })}`;
  return describe(event) + others;
}

function describe(event: PeerEvent): string {
  const who = whoOf(event);
  switch (event.what) {
    case 'loginRefused': {
      const { message, remedy } = LOGIN_REFUSALS[event.reason];
      return `login refused: ${who} sent ${quoted(event.sent)}: ${message}. What helps: ${remedy}`;
    }
    case 'loginChanged':
      return `${who} logs in as ${quoted(event.sent)}, and mines as ${workerOf(event)}`;
    case 'authorized':
      return `${who} authorized ${workerOf(event)} at difficulty ${shortNumber(event.difficulty)}`;
    case 'firstJob':
      return `${who} has its first job as ${workerOf(event)}: chain ${chainName(event.chain)}, height ${event.height}, difficulty ${shortNumber(event.difficulty)}`;
    case 'left': {
      const as = event.account === '' ? ' without a login' : ` (${workerOf(event)})`;
      return `${who} left${as}: ${event.reason}, after ${formatDuration(event.connectedMs)}, shares ${event.accepted}, refused ${event.rejected}`;
    }
    case 'shareRefused':
      return `share refused: ${who}${event.account === '' ? '' : ` (${workerOf(event)})`}: ${event.reason}`;
    case 'unknownMethod':
      return `${who} asked for the unknown method ${quoted(event.method)}`;
    case 'malformed':
      return `${who} sent what is no request: ${event.reason}: ${quoted(event.sent)}`;
    case 'otherProtocol':
      return `${who} speaks ${SPOKEN[event.spoken]}, and this listener ${CARRIERS[event.expected].words}: it was told so`;
    case 'connectionRefused':
      return `connection of ${who} refused: ${event.reason}${event.detail === undefined ? '' : `: ${event.detail}`}`;
    case 'banned':
      return `${event.address} is banned for ${formatDuration(event.forMs)}: ${event.reason} (DELETE /admin/bans/${event.address} ends it)`;
  }
}

function whoOf({ address, agent, listener }: Peer): string {
  const what = agent === '' ? '' : ` (${agent})`;
  return `${address}${what}${listener === '' ? '' : ` on ${listener}`}`;
}

function workerOf({ account, worker }: { readonly account: string; readonly worker: string }): string {
  return worker === '' ? account : `${account}.${worker}`;
}

function quoted(text: string): string {
  return text === '' ? 'nothing' : JSON.stringify(text);
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/**
 * What a payer tells, in words and as JSON.
 * @module
 */

import type { LogLevel } from '../miner/config/defaults.js';
import type { IntentNews } from '../payer/intents/desk-state.js';
import type { PayerEvent } from '../payer/rounds/payer-events.js';
import type { PayerState } from '../payer/rounds/payer-notes.js';
import type { Stuck } from '../payer/rounds/stuck.js';
import { alphText } from '../protocol/alph-text.js';
import { dateAndTime } from '../protocol/local-time.js';
import { counted, formatDuration } from '../protocol/quantity-text.js';
import { isStuck, type TextOutput } from '../protocol/text-output.js';
import { type OnceEnd, onceText } from './payer-once-text.js';

/** What the process tells beside the rounds. */
export type PayerRunEvent =
  | { readonly type: 'started'; readonly networkId: number; readonly addresses: readonly string[] }
  /** Another payer has the lease. */
  | { readonly type: 'waits' }
  | { readonly type: 'lease-taken' }
  | { readonly type: 'lease-lost' }
  /** What was sent before can't be booked yet, in words. */
  | { readonly type: 'unhealed'; readonly why: string }
  | { readonly type: 'store-away'; readonly why: string }
  | { readonly type: 'store-back' }
  /** What has happened to a transaction. */
  | { readonly type: 'transaction'; readonly kind: IntentNews['kind']; readonly txId: string }
  /** In words. */
  | { readonly type: 'warning'; readonly words: string }
  /** Of one round: not all of it is paid. */
  | ({ readonly type: 'unpaid' } & OnceEnd)
  /** Without a number where another payer was at work. */
  | { readonly type: 'ending'; readonly inFlight?: number };

const WEIGHTS = { debug: 0, info: 1, warn: 2, error: 3 } as const;

/** A payer at work notes its state each minute; one that noted none for so long, ms, is not at work or can't. */
const SILENT_MS = 300_000;

/** Words for reasons to wait. */
const REASONS: Readonly<Record<string, string>> = {
  minimum: 'below the minimum',
  own: "at the pool's own addresses",
  coins: 'for coins',
  fee: 'for a smaller part of the fee',
  held: 'held back by a brake',
  address: 'without a known address',
};

const NEWS: Readonly<
  Record<IntentNews['kind'], (txId: string) => { readonly level: 'info' | 'warn'; readonly text: string }>
> = {
  sent: (txId) => info(`transaction ${txId} is on its way`),
  paid: (txId) => info(`transaction ${txId} is paid`),
  'fell-back': (txId) => warn(`transaction ${txId} is in no block any more: it is on its way again`),
  over: (txId) => info(`transaction ${txId} lies deep`),
  cancelled: (txId) =>
    warn(`transaction ${txId} is dead: coins of it are spent on ourselves, so that it stays so`),
  returned: (txId) => warn(`transaction ${txId} stays dead: what it was to pay is back in balances`),
  gone: (txId) => warn(`transaction ${txId} is dead, and its coins are gone`),
  'put-back': (txId) => warn(`transaction ${txId} was lost by the books, and is booked again`),
  dropped: (txId) => info(`transaction ${txId} was never sent, and is given up`),
};

export interface PayerLogOptions {
  readonly json: boolean;
  /** Least level that is told. */
  readonly level: LogLevel;
  /** ms since the epoch. */
  readonly now: () => number;
}

/** A log of lines. */
export function payerLog(
  output: TextOutput,
  { json, level, now }: PayerLogOptions,
): (event: PayerEvent | PayerRunEvent) => void {
  return (event) => {
    const said = payerWords(event);
    if (WEIGHTS[said.level] < WEIGHTS[level] || isStuck(output)) return;
    const mark = said.level === 'warn' ? 'warning: ' : '';
    output.write(
      json
        ? `${JSON.stringify({ ...event, time: now() }, plainValue)}\n`
        : `${dateAndTime(new Date(now()))} ${mark}${said.text}\n`,
    );
  };
}

/** Amounts as texts: JSON has no such integers. */
export function plainValue(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}` : value;
}

export function payerWords(event: PayerEvent | PayerRunEvent): {
  readonly level: 'info' | 'warn';
  readonly text: string;
} {
  switch (event.type) {
    case 'round': {
      const { outcome, transactions, accounts, paid, fees, waiting } = event;
      const cut = outcome === 'done' ? '' : '; not all of it: the rest is left to the next round';
      return info(
        `round: ${alphText(paid)} ALPH to ${counted(accounts, 'account')} in ${counted(transactions, 'transaction')}, fees ${alphText(fees)} ALPH${waitingText(waiting)}${cut}`,
      );
    }
    case 'put-off':
      return warn(`the round is put off: ${event.why}`);
    case 'unheard':
      return warn(`what became of transactions can't be asked: ${event.why}`);
    case 'unhanded':
      return warn(`no full node could be handed a transaction: ${event.why}; it is tried again`);
    case 'unbooked':
      return warn(`transaction ${event.why}; it is tried again. lesswork ledger check says more`);
    case 'uncancelled':
      return warn(`transaction ${event.why}; it is tried again, and whom it was to pay waits until then`);
    case 'unsigned':
      return warn(`nothing is signed: ${event.why}`);
    case 'stuck':
      return warn(stuckText(event));
    case 'paused':
      return warn(pauseText(event));
    case 'resumed':
      return info('payments go on');
    case 'unexplained':
      return warn(
        `${counted(event.outputs, 'output')} came to the wallet from nobody knows where: booked as unexplained`,
      );
    case 'coins': {
      const { kind, group, inputs, outputs, fee } = event;
      const verb = kind === 'merge' ? 'merged' : 'split';
      return info(
        `group ${group}: ${counted(inputs, 'coin')} ${verb} into ${outputs}, fee ${alphText(fee)} ALPH`,
      );
    }
    case 'move': {
      const { fromGroup, toGroup, amount, fee } = event;
      return info(
        `${alphText(amount)} ALPH move from group ${fromGroup} to group ${toGroup}, fee ${alphText(fee)} ALPH`,
      );
    }
    case 'poor':
      return warn(
        `coins are not put in order: that takes ${alphText(event.fee)} ALPH of fees, and the pool has ${alphText(event.own > 0n ? event.own : 0n)} ALPH that it owes nobody`,
      );
    case 'refused':
      return warn(`a ${event.kind} was not sent: the books had changed meanwhile (${event.outcome})`);
    case 'outputs':
      return warn(event.words);
    case 'started':
      return info(`pays from ${event.addresses.join(', ')}`);
    case 'waits':
      return warn(
        'another payer is at work on these books, or ended without a word less than half a minute ago: this one waits, and takes over within 30 s of its end',
      );
    case 'lease-taken':
      return info('this payer is at work now');
    case 'lease-lost':
      return warn('the lease is lost: nothing is sent until it is back');
    case 'unhealed':
      return warn(`nothing new is sent: ${event.why}`);
    case 'store-away':
      return warn(`the books are away: ${event.why}`);
    case 'store-back':
      return info('the books are back');
    case 'transaction':
      return NEWS[event.kind](event.txId);
    case 'warning':
      return warn(event.words);
    case 'unpaid':
      return warn(onceText(event));
    case 'ending':
      return info(
        event.inFlight === undefined
          ? 'ends; it was not at work'
          : event.inFlight === 0
            ? 'ends; nothing is on its way'
            : `ends; ${counted(event.inFlight, 'transaction')} on the way, which the next start goes on with`,
      );
  }
}

/** A transaction that is not getting into a block, and what to do. */
export function stuckText({ txId, sinceMs, standing, refusal }: Stuck): string {
  const why =
    refusal !== undefined
      ? `nodes refuse it (${refusal})`
      : standing === 'pooled'
        ? 'it waits at a node, and no block takes it'
        : 'no node keeps it';
  return `transaction ${txId} has been on its way since ${new Date(sinceMs).toISOString()}: ${why}. Whom it pays waits, and is never paid twice; what to do is in docs/PAYOUTS.md, "When a transaction does not get into a block"`;
}

/** Why nothing is paid, and what to do. */
export function pauseText({ reason, by }: { readonly reason: string; readonly by: string }): string {
  return by === 'payer'
    ? `payments are paused: ${reason}. When that is put right: lesswork payer resume`
    : `payments are paused by the operator: ${reason}`;
}

/** ` ; 3 accounts wait (2 ALPH below the minimum)`; empty if none does. */
export function waitingText(
  waiting: Readonly<Record<string, { readonly accounts: number; readonly amount: bigint }>>,
): string {
  const parts = Object.entries(waiting)
    .filter(([, { accounts }]) => accounts > 0)
    .map(
      ([why, { accounts, amount }]) =>
        `${counted(accounts, 'account')} with ${alphText(amount)} ALPH ${REASONS[why] ?? why}`,
    );
  return parts.length === 0 ? '' : `; waiting: ${parts.join(', ')}`;
}

/** A payer's state in lines. @param nowMs - ms since the epoch */
export function* stateLines(state: PayerState, nowMs: number): Generator<string> {
  const at = (ms: number): string => new Date(ms).toISOString();
  yield `said at ${at(state.atMs)}`;
  const silentMs = nowMs - state.atMs;
  if (silentMs >= SILENT_MS)
    yield `no payer has said anything for ${formatDuration(silentMs)}: start lesswork payer, or see what its log says`;
  yield `last round ${state.lastRoundMs === undefined ? 'none' : at(state.lastRoundMs)}, next round ${at(state.nextRoundMs)}`;
  yield `${counted(state.inFlight, 'transaction')} on the way`;
  if (state.stuck !== undefined) {
    const more = state.stuck.transactions - 1;
    yield `${stuckText(state.stuck)}${more > 0 ? `; likewise ${counted(more, 'other one', 'other ones')}` : ''}`;
  }
  const waiting = Object.fromEntries(
    Object.entries(state.waiting).map(([why, { accounts, amount }]) => [
      why,
      { accounts, amount: BigInt(amount) },
    ]),
  );
  const words = waitingText(waiting);
  if (words !== '') yield words.slice(2);
  if (state.lastCheck !== undefined)
    yield `last check ${at(state.lastCheck.timeMs)}: ${state.lastCheck.faults === 0 ? 'all is right' : counted(state.lastCheck.faults, 'fault')}`;
  if (state.trouble !== undefined) yield `trouble: ${state.trouble}`;
}

function info(text: string) {
  return { level: 'info', text } as const;
}

function warn(text: string) {
  return { level: 'warn', text } as const;
}

/**
 * How one round of a payer ended, and the words for it.
 * @module
 */
import type { OpenIntent } from '../payer/intents/intent-desk-port.js';
import type { RoundOutcome } from '../payer/rounds/rounds.js';

/** Time in which neither books nor nodes could be asked, or another payer had the lease, after which it ends, ms. */
export const SILENT_MS = 120_000;

/** Longest time for all of it, ms: what no node knows is given up after half an hour. */
export const MOST_MS = 2_700_000;

/** Transactions that are named. */
const MOST_NAMED = 10;

/** Of the round; `none`: it was not even tried. */
export type OnceOutcome = RoundOutcome | 'none';

/** Why it ended. `settled`: nothing is open. `silent`, `late`: see `SILENT_MS`, `MOST_MS`. `asked`: somebody asked for the end. */
export type OnceStop = 'settled' | 'silent' | 'late' | 'asked';

export interface OnceEnd {
  readonly round: OnceOutcome;
  readonly stop: OnceStop;
  /** Transactions that are not paid yet; left out where it was not at work at the end. */
  readonly open?: readonly OpenTransaction[];
}

export type OpenTransaction = Pick<OpenIntent, 'txId' | 'kind' | 'standing' | 'sinceMs'>;

/** Whether all that is due was sent, and is paid. */
export function isAllPaid({ round, open }: OnceEnd): boolean {
  return round === 'done' && open?.length === 0;
}

/** What of it is open, and why; empty if nothing is. */
export function onceText(end: OnceEnd): string {
  if (isAllPaid(end)) return '';
  const { round, stop, open = [] } = end;
  const named = open.slice(0, MOST_NAMED).map(({ txId, kind, standing }) => {
    const what = kind === 'payout' ? '' : `${kind}, `;
    return `${txId} (${what}${STANDINGS[standing]})`;
  });
  const more = open.length - named.length;
  const parts = [
    ROUNDS[round],
    open.length === 0
      ? ''
      : `not paid yet: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}; the next start goes on with that`,
    STOPS[stop],
  ];
  return parts.filter((part) => part !== '').join('; ');
}

const ROUNDS: Readonly<Record<OnceOutcome, string>> = {
  done: '',
  cut: 'a part of the round was not sent, since the books had changed: the rest is left to the next round',
  later: 'the round was put off: not all of it was sent',
  paused: 'nothing new was sent: payments are paused',
  over: 'the round was broken off',
  none: 'no round was made',
};

const STANDINGS: Readonly<Record<OpenIntent['standing'], string>> = {
  new: 'not asked for yet',
  submitted: 'no node tells of it',
  pooled: 'waits at a node for a block',
  'in-block': 'in a block, not deep enough',
  paid: 'in a block, deep enough, and not booked yet',
  conflicted: 'without effect: another one has spent its coins',
  lost: 'no node has known it for half an hour',
};

const STOPS: Readonly<Record<OnceStop, string>> = {
  settled: '',
  asked: 'somebody asked for the end',
  silent: `it ends, since for ${SILENT_MS / 60_000} minutes books or full nodes could not be asked, another payer was at work, or what was sent could not be booked`,
  late: `it ends, since it has taken ${MOST_MS / 60_000} minutes`,
};

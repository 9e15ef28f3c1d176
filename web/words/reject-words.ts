/**
 * Why shares were refused, in words, and what helps.
 * @module
 */
import type { RejectReason } from '../../pool/domain/reject-reasons.js';

export interface RejectWords {
  readonly what: string;
  readonly help: string;
}

export const REJECT_WORDS: Readonly<Record<RejectReason, RejectWords>> = {
  stale: {
    what: 'Came too late: the chain had moved on',
    help: 'Up to 1 % is usual. More than that is a slow line to the pool, or a miner that takes new jobs late: use the nearest port, a cable instead of Wi-Fi, and the newest version of the miner.',
  },
  unknownJob: {
    what: 'For a job that this connection was not given',
    help: 'Some come with each reconnect. If they keep coming, restart the miner; a proxy in between must pass each job to the miner that it is for.',
  },
  wrongChain: {
    what: 'For another chain than its job',
    help: 'The miner mixes jobs up: use a newer version of it, or another miner.',
  },
  unauthorized: {
    what: 'Sent before the login',
    help: 'A few come with a reconnect. If they keep coming, the address or the worker name is not taken: look at what the miner prints when it connects.',
  },
  malformedNonce: {
    what: 'Its nonce has a wrong form',
    help: 'The miner is not made for this pool’s stratum: choose Alephium in its settings, or another miner.',
  },
  foreignExtranonce: {
    what: 'Searched where another miner searches',
    help: 'The miner goes on with an extranonce of an earlier connection: restart it. A proxy must give each miner its own connection.',
  },
  duplicate: {
    what: 'The same share twice',
    help: 'Two devices search the same nonces, or the miner sends again what it has sent. Restart it; overclocked devices do so, too.',
  },
  lowDifficulty: {
    what: 'Below the difficulty that was asked for',
    help: 'A device that computes wrongly, mostly from too much overclock: lower its clocks. Some also come when the difficulty has just changed.',
  },
  wrongHashChain: {
    what: 'Its hash belongs to another chain',
    help: 'The miner does not check the chain of what it finds: use a newer version of it, or another miner.',
  },
  malformed: {
    what: 'Could not be read',
    help: 'The miner is not made for this pool’s stratum, or something in between changes what it sends.',
  },
  unrecorded: {
    what: 'The pool could not write it down',
    help: 'Not the miner’s fault: the pool’s disk was full or away. Its operator can tell you more.',
  },
};

/** @param reason - as the API names it: a newer pool may know more */
export function rejectWords(reason: string): RejectWords {
  return Object.hasOwn(REJECT_WORDS, reason)
    ? REJECT_WORDS[reason as RejectReason]
    : { what: reason, help: 'The pool has no more words for it than these.' };
}

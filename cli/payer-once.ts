/**
 * One round of a payer: made, or tried a few times, and what was sent is followed until it is paid, or until nothing more can be expected of that now.
 * It always ends: cron starts it again.
 *
 * ```
 * a round --done--> followed --all is paid--> ends
 *    |                 |--nothing could be asked or done for two minutes--> ends, what is open is told
 *    |                 '--three quarters of an hour are over--------------> likewise
 *    '--put off--> followed, and tried again in half a minute, three times in all
 * ```
 * @module
 */
import type { StepTrouble } from '../payer/intents/intent-desk-port.js';
import { RETRY_MS, type Rounds } from '../payer/rounds/rounds.js';
import { StoreUnavailableError } from '../pool/ports/store.js';
import { MOST_MS, type OnceEnd, type OnceOutcome, type OnceStop, SILENT_MS } from './payer-once-text.js';
import type { PayerTenure } from './payer-tenure.js';

/** Tries to make the round. */
const MOST_TRIES = 3;

export interface OnceModules {
  readonly tenure: PayerTenure;
  /** Monotonic clock, ms. */
  elapsed(): number;
}

/** @throws Error that nothing helps against */
export async function payOnce({ tenure, elapsed }: OnceModules): Promise<OnceEnd> {
  const startMs = elapsed();
  let heardMs = startMs;
  let round: OnceOutcome = 'none';
  let tries = 0;
  let triedMs = Number.NEGATIVE_INFINITY;
  let stop: OnceStop = 'asked';
  const isOver = (): boolean => {
    if (stop !== 'asked') return true;
    const nowMs = elapsed();
    if (nowMs - heardMs >= SILENT_MS) stop = 'silent';
    else if (nowMs - startMs >= MOST_MS) stop = 'late';
    return stop !== 'asked';
  };
  let latest: Rounds | undefined;
  await tenure.each(async ({ rounds, desk }) => {
    latest = rounds;
    const isTrying = (): boolean => (round === 'none' || round === 'later') && tries < MOST_TRIES;
    if (isTrying() && elapsed() - triedMs >= RETRY_MS) {
      tries++;
      round = await rounds.round();
      triedMs = elapsed();
      if (round === 'done') await rounds.consolidate();
    }
    const trouble = await rounds.follow();
    if (!isSilence(trouble)) heardMs = elapsed();
    const isOpen = desk.open().some(({ isPaid }) => !isPaid);
    if (!isOpen && !isTrying()) stop = 'settled';
    return isOver();
  }, isOver);
  await noteEnd(latest);
  const open = tenure.open?.map(({ txId, kind, standing, sinceMs }) => ({ txId, kind, standing, sinceMs }));
  return { round, stop, ...(open !== undefined && { open }) };
}

/** What `lesswork payer status` says from now on, if the books can be told. */
async function noteEnd(rounds: Rounds | undefined): Promise<void> {
  try {
    await rounds?.writeState();
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
  }
}

/** Whether nothing could be done at all. What can't be done about one transaction keeps no other from being paid. */
function isSilence(trouble: StepTrouble | undefined): boolean {
  return trouble !== undefined && trouble.kind !== 'unbooked' && trouble.kind !== 'uncancelled';
}

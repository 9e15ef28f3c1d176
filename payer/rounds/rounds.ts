/**
 * Pays: a round when it is due, and between rounds the wallet's coins are kept in order.
 *
 * ```
 * due --> nodes asked, ledger checked --> plan --> each transaction to the desk of intents --> done
 *              |                                        '--> paused, or the lease lost: the rest waits for the next round
 *              |--> can't be said now: tried again in half a minute
 *              '--> faults, twice in a row: paused until the operator resumes
 * ```
 * @module
 */
import type { BookFence, LedgerBooks } from '../../ledger/books-port.js';
import type { Ledger } from '../../ledger/ledger.js';
import type { Opening } from '../../ledger/replay.js';
import type { IntentDesk, StepTrouble } from '../intents/intent-desk-port.js';
import { checkBeforeRound, type WalletLook } from './check-before-round.js';
import { CoinKeeper } from './coin-keeper.js';
import { issueOrTell } from './issue-or-tell.js';
import { type PayingWallet, payoutOf } from './own-transfers.js';
import type { PayerEvent } from './payer-events.js';
import { type PayerState, readPause, readState, writePause, writeState } from './payer-notes.js';
import type { PayerSettings } from './payer-settings.js';
import { planPayouts, type Waiting } from './plan-payouts.js';
import { withdrawable } from './plan-withdrawal.js';
import { RoundClock } from './round-clock.js';
import { SigningWatch } from './signing-watch.js';
import { stuckOf } from './stuck.js';

/** Time after which a round that could not be made is tried again, ms. */
export const RETRY_MS = 30_000;

/** Time between two looks at the wallet's coins, ms. */
export const CONSOLIDATE_MS = 60_000;

/** Time between two notes of where the payer stands, ms. */
export const STATE_MS = 60_000;

/** Time between two questions to nodes about what is on its way, ms. */
export const STEP_MS = 5_000;

export interface RoundsModules {
  readonly books: LedgerBooks;
  readonly ledger: Ledger;
  readonly desk: IntentDesk;
  readonly wallet: PayingWallet;
  readonly settings: PayerSettings;
  /** Fence of the lease while it is held; undefined while it is not. */
  fence(): BookFence | undefined;
  /** Asks the full nodes about the wallet. */
  look(): Promise<WalletLook>;
  /** Where the log's texts begin, if they were trimmed. */
  opening(): Promise<Opening | undefined>;
  /** ms since the epoch. */
  now(): number;
  onEvent(event: PayerEvent): void;
}

/**
 * How a round ended. `done`: all of the plan was sent. `cut`: some of it was not, since the books had changed. `later`: nothing could be
 * said. `paused`: nothing is sent, or nothing more. `over`: somebody else pays now, or the payer ends.
 */
export type RoundOutcome = 'done' | 'cut' | 'later' | 'paused' | 'over';

export class Rounds {
  readonly #modules: RoundsModules;
  #clock: RoundClock | undefined;
  readonly #coins: CoinKeeper;
  readonly #signing: SigningWatch;
  #closing = false;
  #suspected = false;
  #told: string | undefined;
  #checked = false;
  readonly #lastMs = { step: Number.NEGATIVE_INFINITY, coins: 0, state: Number.NEGATIVE_INFINITY };
  #lastRoundMs: number | undefined;
  /** When the round began that was not ended yet, also by a payer before this one. */
  #roundMs: number | undefined;
  #lastCheck: PayerState['lastCheck'];
  #trouble: string | undefined;
  #undone: StepTrouble | undefined;
  #waiting: Waiting | undefined;
  /** Ids of transactions that were told to be stuck. */
  #stuck: ReadonlySet<string> = new Set();
  /** See `PayoutPlan`. */
  #largestWaiting = 0n;

  constructor(modules: RoundsModules) {
    this.#modules = modules;
    this.#signing = new SigningWatch(modules, RETRY_MS);
    this.#coins = new CoinKeeper({ ...modules, signing: this.#signing });
  }

  /** No transaction is begun any more. */
  close(): void {
    this.#closing = true;
    this.#coins.close();
  }

  /** Does what is due. To be called every second under the lease, and not before the last call has ended. */
  async tick(): Promise<void> {
    const { now } = this.#modules;
    const clock = await this.#clockOf();
    await this.follow();
    if (clock.isDue(now())) await this.round();
    // After a round: what it needs is not joined or split just then.
    if (this.#checked && this.#isDue('coins', CONSOLIDATE_MS)) await this.consolidate();
    if (this.#isDue('state', STATE_MS)) await this.writeState();
  }

  /** Follows what was sent, if that is due. @returns what could not be done about it when it was last due; undefined if all was */
  async follow(): Promise<StepTrouble | undefined> {
    if (this.#isDue('step', STEP_MS)) {
      this.#hear(await this.#modules.desk.step());
      this.#tellStuck();
    }
    return this.#undone;
  }

  /** Makes a round now. */
  async round(): Promise<RoundOutcome> {
    const { now } = this.#modules;
    const clock = await this.#clockOf();
    const outcome = await this.#round();
    // A round that could not be made is made up for: also when a pause ends.
    if (outcome === 'done' || outcome === 'cut') clock.done(now());
    else clock.later(now(), RETRY_MS);
    if (outcome !== 'over') await this.writeState();
    return outcome;
  }

  async #round(): Promise<RoundOutcome> {
    const { books, onEvent, now, fence } = this.#modules;
    if (await this.#isPaused()) return 'paused';
    const startedMs = now();
    const checked = await this.#check();
    if (checked !== 'fine') return checked;
    const plan = await planPayouts(this.#modules, now(), this.#roundMs);
    this.#waiting = plan.waiting;
    this.#largestWaiting = plan.largestWaiting;
    for (const coins of plan.coins) this.#coins.warnOfOutputs(coins);
    await this.#begin(startedMs);
    const sent = { transactions: 0, accounts: 0, paid: 0n, fees: 0n };
    let outcome: RoundOutcome = 'done';
    for (const batch of plan.batches) {
      if (this.#closing || fence() === undefined) outcome = 'over';
      else if ((await readPause(books)) !== undefined) outcome = 'paused';
      if (outcome !== 'done') break;
      const issuing = { ...this.#modules, signing: this.#signing };
      const issued = await issueOrTell(issuing, payoutOf(this.#modules.wallet, batch, now()));
      if (issued === 'fenced' || issued === 'unhealed') outcome = 'over';
      else if (issued === 'unsigned') outcome = 'later';
      else if (issued === 'paused' && (await this.#isPaused())) outcome = 'paused';
      if (outcome !== 'done') break;
      if (issued !== 'sent') continue;
      sent.transactions++;
      sent.accounts += batch.payments.length;
      sent.fees += batch.fee;
      for (const { paid } of batch.payments) sent.paid += paid;
    }
    // Nothing was begun: it is tried again as a whole.
    if (outcome === 'later' && sent.transactions === 0) return outcome;
    if (outcome === 'done' && sent.transactions < plan.batches.length) outcome = 'cut';
    this.#lastRoundMs = startedMs;
    if (outcome === 'done' || outcome === 'cut') this.#roundMs = undefined;
    onEvent({
      type: 'round',
      outcome,
      ...sent,
      waiting: plan.waiting,
      tookMs: Math.max(0, now() - startedMs),
    });
    return outcome;
  }

  /** Noted before anything is sent: a round that is broken off, also by a crash, goes on under the same brake. */
  async #begin(startedMs: number): Promise<void> {
    if (this.#roundMs !== undefined) return;
    this.#roundMs = startedMs;
    if (this.#modules.settings.most.round !== undefined) await this.writeState();
  }

  /** Keeps coins of each group few and large enough, and where they are needed. */
  async consolidate(): Promise<void> {
    const { books, fence } = this.#modules;
    if (fence() === undefined || (await readPause(books)) !== undefined) return;
    await this.#coins.keep(this.#largestWaiting);
    // It may have paused payments: that is told now, and not at the next round.
    await this.#isPaused();
  }

  /** Says in the books where it stands. */
  async writeState(): Promise<void> {
    const { books, desk, fence, now } = this.#modules;
    const held = fence();
    if (held === undefined) return;
    const trouble = this.#trouble ?? this.#signing.trouble ?? this.#undone?.why;
    const stuck = stuckOf(desk.open(), now());
    this.#lastMs.state = now();
    await writeState(books, held, {
      atMs: now(),
      ...(this.#lastRoundMs !== undefined && { lastRoundMs: this.#lastRoundMs }),
      ...(this.#roundMs !== undefined && { roundMs: this.#roundMs }),
      nextRoundMs: (await this.#clockOf()).nextMs(now()),
      inFlight: desk.open().filter(({ isPaid }) => !isPaid).length,
      waiting: Object.fromEntries(
        Object.entries(this.#waiting ?? {}).map(([why, { accounts, amount }]) => [
          why,
          { accounts, amount: `${amount}` },
        ]),
      ),
      ...(this.#lastCheck !== undefined && { lastCheck: this.#lastCheck }),
      ...(stuck[0] !== undefined && { stuck: { transactions: stuck.length, ...stuck[0] } }),
      ...(trouble !== undefined && { trouble }),
    });
  }

  async #check(): Promise<'fine' | RoundOutcome> {
    const { books, ledger, look, opening, desk, fence, now, onEvent } = this.#modules;
    const timeMs = now();
    const held = fence();
    if (held === undefined) return 'over';
    const check = await checkBeforeRound({
      ...this.#modules,
      look: await look(),
      opening: await opening(),
      isAwaited: (name) => desk.isAwaited(name),
      fence: held,
      timeMs,
    });
    if (check.kind === 'later') return this.#putOff(check.why);
    this.#lastCheck = { timeMs, faults: check.kind === 'faulty' ? check.faults : 0 };
    if (check.kind === 'faulty') {
      this.#checked = false;
      // Once may be a reorganisation that the node is amid, or a write that the check met half-way.
      if (!this.#suspected) {
        this.#suspected = true;
        return this.#putOff(`${check.why}; it is looked at once more before payments are paused`);
      }
      this.#suspected = false;
      if ((await writePause(books, held, { reason: check.why, sinceMs: timeMs, by: 'payer' })) === 'fenced')
        return 'over';
      await this.#isPaused();
      return 'paused';
    }
    this.#suspected = false;
    this.#checked = true;
    this.#trouble = undefined;
    this.#coins.own = await withdrawable(ledger, check.findings);
    if (check.booked > 0) onEvent({ type: 'unexplained', outputs: check.booked });
    return 'fine';
  }

  /** It is told once for as long as it stays the same. */
  #hear(trouble: StepTrouble | undefined): void {
    if (trouble !== undefined && trouble.why !== this.#undone?.why)
      this.#modules.onEvent({ type: trouble.kind, why: trouble.why });
    this.#undone = trouble;
  }

  /** Each is told once by this process. */
  #tellStuck(): void {
    const { desk, now, onEvent } = this.#modules;
    const stuck = stuckOf(desk.open(), now());
    for (const each of stuck) if (!this.#stuck.has(each.txId)) onEvent({ type: 'stuck', ...each });
    this.#stuck = new Set(stuck.map(({ txId }) => txId));
  }

  /** It is told once. */
  #putOff(why: string): 'later' {
    if (why !== this.#trouble) this.#modules.onEvent({ type: 'put-off', why });
    this.#trouble = why;
    return 'later';
  }

  async #isPaused(): Promise<boolean> {
    const { books, onEvent } = this.#modules;
    const pause = await readPause(books);
    const told = pause?.reason;
    if (told !== this.#told)
      onEvent(pause === undefined ? { type: 'resumed' } : { type: 'paused', ...pause });
    this.#told = told;
    return pause !== undefined;
  }

  async #clockOf(): Promise<RoundClock> {
    if (this.#clock !== undefined) return this.#clock;
    const { books, settings, now } = this.#modules;
    const state = await readState(books);
    this.#lastRoundMs = state?.lastRoundMs;
    this.#roundMs = state?.roundMs;
    this.#clock = new RoundClock(settings.rounds, this.#lastRoundMs, now());
    return this.#clock;
  }

  /** Whether something is due, which is noted as done then. A clock that went back has all of it done at once. */
  #isDue(what: 'step' | 'coins' | 'state', everyMs: number): boolean {
    const nowMs = this.#modules.now();
    const lastMs = this.#lastMs[what];
    if (nowMs >= lastMs && nowMs - lastMs < everyMs) return false;
    this.#lastMs[what] = nowMs;
    return true;
  }
}

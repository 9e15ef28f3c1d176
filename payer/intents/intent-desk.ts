/**
 * Everything about one transaction of the wallet's, from signed bytes to its end.
 *
 * ```
 * issue: sign --> journal: written --> books: set aside, debited --> journal: sent
 * step:  nodes: handed in, again every minute --> asked --> books: paid --> asked --> over
 *                                                  |-----> no longer in a block: books: taken back
 *                                                  '-----> dead: a cancel of its coins; when that lies deep: books: returned
 * heal:  journal <--> books
 * ```
 * Nothing is given to a node before the journal has it as sent, and nothing is noted as sent before the books have it. What is known of a
 * transaction is what journal and books say; what is only in memory here saves questions, and is read again whenever anything fails.
 * docs/PAYOUTS.md lists what can go wrong, and what happens then.
 * @module
 */
import { Ledger } from '../../ledger/ledger.js';
import { type CoinName, coinNameText } from '../../ledger/transaction.js';
import { CaseDesk } from './case-desk.js';
import { DeskBooks } from './desk-books.js';
import { DeskState, type IntentDeskModules } from './desk-state.js';
import { heal } from './heal.js';
import { checkPrepared, type Intent } from './intent.js';
import type {
  HealOutcome,
  IntentDesk,
  IssueOutcome,
  OpenIntent,
  PreparedTransfer,
  StepTrouble,
} from './intent-desk-port.js';
import { owedBy } from './intent-entries.js';
import { IssueDesk } from './issue-desk.js';

export function createIntentDesk(modules: IntentDeskModules): IntentDesk {
  return new Desk(modules);
}

class Desk implements IntentDesk {
  readonly #modules: IntentDeskModules;
  readonly #books: DeskBooks;
  readonly #state: DeskState;
  readonly #issues: IssueDesk;
  readonly #cases: CaseDesk;
  #turn: Promise<unknown> = Promise.resolve();
  /** Why nothing new is sent, in words. */
  #unhealed: string | undefined;

  constructor(modules: IntentDeskModules) {
    this.#modules = modules;
    this.#books = new DeskBooks(modules.books, new Ledger(modules.books));
    this.#state = new DeskState(modules);
    const parts = { modules, books: this.#books, state: this.#state };
    this.#issues = new IssueDesk({ ...parts, heal: () => this.#heal() });
    this.#cases = new CaseDesk({ ...parts, issues: this.#issues });
  }

  heal(): Promise<HealOutcome> {
    return this.#inTurn(() => this.#heal());
  }

  async issue(prepared: PreparedTransfer): Promise<IssueOutcome> {
    const { kind, parts, payments } = prepared;
    const own = this.#modules.signer.keys.map(({ address }) => address);
    checkPrepared(prepared, own);
    const sending = { kind, parts, payments };
    this.#issues.check(sending);
    return this.#inTurn(() => this.#issues.send(sending));
  }

  step(): Promise<StepTrouble | undefined> {
    return this.#inTurn(async () => {
      if (this.#state.fence() === undefined) return undefined;
      if (this.#state.isHealDue() && (await this.#heal()).kind === 'fenced') return undefined;
      const trouble = await this.#cases.step();
      return this.#unhealed === undefined ? trouble : { kind: 'unhealed', why: this.#unhealed };
    });
  }

  open(): readonly OpenIntent[] {
    return this.#state.all().map(({ intent, followed, isPaid, refusal }) => ({
      txId: intent.txId,
      kind: intent.kind,
      fromGroup: intent.fromGroup,
      toGroup: intent.toGroup,
      standing: followed.standing.kind,
      isPaid,
      made: intent.made.length,
      owed: owedBy(intent),
      sinceMs: intent.timeMs,
      ...(refusal !== undefined && { refusal }),
      ...(intent.cancels !== '' && { cancels: intent.cancels }),
    }));
  }

  isAwaited(name: string): boolean {
    const isNamed = (coin: CoinName): boolean => coinNameText(coin) === name;
    const followed = this.#state.all();
    if (this.#state.waiting.some(({ made }) => made.some(isNamed))) return true;
    // What it spent is there again if a reorganisation takes it back, and that is booked a little later.
    return followed.some(({ intent, isPaid }) => (isPaid ? intent.inputs : intent.made).some(isNamed));
  }

  /** One call after the other. After a failure, books and journal are read again before anything else is sent. */
  #inTurn<T>(call: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(call).catch((error: unknown) => {
      this.#state.distrust();
      throw error;
    });
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #heal(): Promise<HealOutcome> {
    const fence = this.#state.fence();
    if (fence === undefined) return { kind: 'fenced' };
    const { journal } = this.#modules;
    const known = (txId: string): Intent | undefined => this.#state.get(txId)?.intent;
    const last = this.#state.whole;
    this.#state.distrust();
    const healed = await heal({ journal, books: this.#books, fence, last, known });
    const { outcome, open } = healed;
    this.#state.follow(open, await this.#books.booked(open));
    this.#state.waiting = healed.waiting;
    this.#unhealed = wordsOf(outcome);
    if (outcome.kind !== 'fenced') this.#state.healed(outcome.kind === 'whole' ? healed.last : undefined);
    for (const txId of healed.dropped) this.#state.tell('dropped', txId);
    for (const txId of healed.putBack) this.#state.tell('put-back', txId);
    return outcome;
  }
}

function wordsOf(outcome: HealOutcome): string | undefined {
  if (outcome.kind === 'behind') return outcome.reason;
  if (outcome.kind !== 'waits') return undefined;
  const what = outcome.reason === 'coins' ? 'outputs' : 'balances';
  return `the books went back: ${outcome.txIds.length} sent before wait for their ${what} to be booked again`;
}

/**
 * Follows transactions to their end: asks nodes, hands in again, books what is paid and what is no longer, and sees to it that what is
 * dead stays dead before anybody is paid a second time.
 * @module
 */
import type { BookFence } from '../../ledger/books-port.js';
import type { PostOutcome } from '../../ledger/ledger.js';
import { follow, isDue, isInBlock, NEW_TRANSFER } from '../../node/follow.js';
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import { MIN_OUTPUT_AMOUNT } from '../../protocol/transaction.js';
import { createTransfer, type TransferParts, transferFee } from '../../protocol/transfer.js';
import { decide, isHeldBack, type Seen } from './decide.js';
import type { DeskBooks } from './desk-books.js';
import type { DeskState, IntentDeskModules, Tracked } from './desk-state.js';
import type { Intent } from './intent.js';
import type { StepTrouble } from './intent-desk-port.js';
import type { IssueDesk } from './issue-desk.js';
import { type JointOutputs, jointOutputs } from './joint-answers.js';
import { type NodeRound, PayerNodes } from './payer-nodes.js';

/** Time between two looks at a transaction, ms: one on its way; one that is booked as paid, or whose coins are gone. */
const LOOK_MS = 5_000;
const LATE_LOOK_MS = 60_000;

/** Time without a look after which it is not known any more for how long a transaction has been missing, ms. */
const GAP_MS = 180_000;

/** Longest words of a refusal that are kept. */
const MAX_REFUSAL_CHARS = 200;

/** A transaction and those that are to cancel it. */
interface Case {
  readonly target: Tracked;
  readonly cancels: readonly Tracked[];
}

export interface CaseModules {
  readonly modules: IntentDeskModules;
  readonly books: DeskBooks;
  readonly state: DeskState;
  readonly issues: IssueDesk;
}

export class CaseDesk {
  readonly #modules: IntentDeskModules;
  readonly #books: DeskBooks;
  readonly #state: DeskState;
  readonly #issues: IssueDesk;
  readonly #nodes: PayerNodes;
  /** Why nodes could not be asked or handed anything when that was due last. */
  #nodesTrouble: StepTrouble | undefined;
  /** Whether something was not signed in this step: whoever has the keys is not asked again for each of many, which may take long. */
  #isUnsigned = false;

  constructor({ modules, books, state, issues }: CaseModules) {
    this.#modules = modules;
    this.#books = books;
    this.#state = state;
    this.#issues = issues;
    this.#nodes = new PayerNodes(modules.nodes, modules.signer.networkId, modules.elapsed);
  }

  /** @returns as `IntentDesk.step` */
  async step(): Promise<StepTrouble | undefined> {
    const nowMs = this.#modules.elapsed();
    this.#isUnsigned = false;
    const cases = this.#cases();
    if (cases.length === 0) this.#nodesTrouble = undefined;
    const due = cases.filter(({ target }) => isLookDue(target, nowMs));
    if (due.length === 0) return this.#trouble();
    const round = await this.#nodes.round();
    for (const each of due) {
      const fence = this.#state.fence();
      if (fence === undefined) return undefined;
      each.target.trouble = undefined;
      await this.#work(each, round, fence);
    }
    this.#nodesTrouble = round.trouble;
    return this.#trouble();
  }

  #trouble(): StepTrouble | undefined {
    return this.#nodesTrouble ?? this.#state.all().find(({ trouble }) => trouble !== undefined)?.trouble;
  }

  #cases(): readonly Case[] {
    const all = this.#state.all();
    return all
      .filter(({ intent }) => intent.kind !== 'cancel')
      .map((target) => ({
        target,
        cancels: all.filter(({ intent }) => intent.cancels === target.intent.txId),
      }));
  }

  async #work(each: Case, round: NodeRound, fence: BookFence): Promise<void> {
    const { target, cancels } = each;
    const seen = await this.#look(target, round);
    const others: (Seen & { readonly tracked: Tracked })[] = [];
    for (const tracked of cancels) {
      const other = await this.#look(tracked, round);
      if (other !== undefined) others.push({ ...other, tracked });
    }
    if (seen !== undefined && others.length === cancels.length) {
      const { isPaid, intent } = target;
      const decision = decide({ ...seen, isPaid, kind: intent.kind }, others, this.#modules.depths);
      const { kind } = decision;
      // It is alive, or was: that its outputs were gone before says nothing any more.
      if (kind !== 'cancel') target.goneSince = undefined;
      if (kind === 'paid' || kind === 'fell-back') await this.#book(target, kind, fence);
      else if (kind === 'end') return this.#end(each, fence);
      else if (kind === 'return') return this.#return(each, decision.by.tracked, fence);
      else if (kind === 'cancel' && (await this.#cancel(each, round, fence))) return;
    }
    const rivals = cancels.map(({ followed }) => followed);
    if (!isHeldBack(target.followed, rivals)) await this.#handIn(target, round);
    if (!('blockHash' in target.followed.standing) || target.followed.standing.kind === 'conflicted')
      for (const cancel of cancels) await this.#handIn(cancel, round);
  }

  async #look(tracked: Tracked, round: NodeRound): Promise<Seen | undefined> {
    const { txId, fromGroup, toGroup } = tracked.intent;
    const status = await round.status({ txId, fromGroup, toGroup });
    if (status === undefined) return undefined;
    const nowMs = this.#modules.elapsed();
    if (tracked.lookedMs !== undefined && nowMs - tracked.lookedMs > GAP_MS)
      tracked.followed = { ...tracked.followed, missingMs: undefined };
    tracked.lookedMs = nowMs;
    const { confirmations } = this.#modules.depths;
    tracked.followed = follow(tracked.followed, { kind: 'status', status }, nowMs, confirmations);
    return { followed: tracked.followed, status };
  }

  async #handIn(tracked: Tracked, round: NodeRound): Promise<void> {
    const nowMs = this.#modules.elapsed();
    if (!isDue(tracked.followed, nowMs)) return;
    // Without an answer nobody may have got it: it is handed in at the next look.
    const answer = await round.handIn(tracked.intent);
    if (answer === undefined) return;
    tracked.refusal = answer.refusal?.slice(0, MAX_REFUSAL_CHARS);
    const { confirmations } = this.#modules.depths;
    tracked.followed = follow(tracked.followed, { kind: 'submitted' }, nowMs, confirmations);
  }

  async #book(target: Tracked, kind: 'paid' | 'fell-back', fence: BookFence): Promise<void> {
    const { intent } = target;
    if (!(await this.#isAsBooked(target))) return this.#state.distrust();
    const nowMs = this.#modules.now();
    const isPaid = kind === 'paid';
    const attempt = isPaid ? target.attempt + 1 : target.attempt;
    const outcome = isPaid
      ? await this.#books.paid(intent, attempt, nowMs, fence)
      : await this.#books.fellBack(intent, attempt, nowMs, fence);
    if (!this.#isDone(outcome, target, isPaid ? 'is paid' : 'is in no block any more')) return;
    Object.assign(target, { attempt, isPaid });
    this.#state.tell(kind, intent.txId);
  }

  async #end({ target, cancels }: Case, fence: BookFence): Promise<void> {
    if (!(await this.#isAsBooked(target))) return this.#state.distrust();
    const intents = cancels.map(({ intent }) => intent);
    const outcome = await this.#books.end(target.intent, intents, fence);
    if (!this.#isDone(outcome, target, 'lies deep')) return;
    await this.#close([target, ...cancels]);
    this.#state.tell('over', target.intent.txId);
  }

  async #return({ target, cancels }: Case, by: Tracked, fence: BookFence): Promise<void> {
    if (!(await this.#isAsBooked(target))) return this.#state.distrust();
    const others = cancels.filter((cancel) => cancel !== by).map(({ intent }) => intent);
    const nowMs = this.#modules.now();
    const outcome = await this.#books.returned(target.intent, by.intent, others, nowMs, fence);
    if (!this.#isDone(outcome, target, 'is cancelled')) return;
    await this.#close([target, ...cancels]);
    this.#state.tell('returned', target.intent.txId);
  }

  /**
   * Spends what is left of the inputs of one that is dead; gives it up when nothing has been left for long.
   * @returns whether it must not be handed in again
   */
  async #cancel(each: Case, round: NodeRound, fence: BookFence): Promise<boolean> {
    const { target, cancels } = each;
    const { inputs, fromGroup, txId } = target.intent;
    const answers = await round.outputs(this.#modules.signer.keys[fromGroup]!.address.text);
    if (answers === undefined) {
      target.trouble = uncancelled(`${txId} is dead, and no node tells what is left of its outputs`);
      return false;
    }
    const joint = jointOutputs(
      inputs.map(({ key }) => key),
      answers,
    );
    const parts = this.#cancelParts(target, joint);
    if (parts === undefined && (await this.#mayReturn(target.intent, round))) {
      target.trouble = uncancelled(`${txId} is dead, and may return with the one whose change it spends`);
      target.goneSince = undefined;
      return false;
    }
    if (parts === undefined) return this.#isGivenUp(each, joint, round.height(fromGroup), fence);
    target.goneSince = undefined;
    const id = bytesToHex(createTransfer(parts).id);
    const before = cancels.find(({ intent }) => intent.txId === id);
    // The same is handed in anew.
    if (before !== undefined) before.followed = NEW_TRANSFER;
    else {
      if (this.#isUnsigned) return false;
      const outcome = await this.#issues.send({ kind: 'cancel', parts, payments: [], cancels: txId });
      this.#isUnsigned = typeof outcome === 'object';
      if (typeof outcome === 'object')
        target.trouble = uncancelled(
          `${txId} is dead, and what is to cancel it is not signed: ${outcome.why}`,
        );
      if (outcome !== 'sent') return false;
      this.#state.tell('cancelled', txId);
    }
    return true;
  }

  /** Whether each of its inputs is there, or is made by another one that is in no block now and may return: then it may be in a block yet. */
  async #mayReturn({ inputs, fromGroup }: Intent, round: NodeRound): Promise<boolean> {
    const answers = await round.outputs(this.#modules.signer.keys[fromGroup]!.address.text);
    if (answers === undefined) return true;
    for (const { key } of inputs) {
      if (!jointOutputs([key], answers).allGone) continue;
      const maker = this.#state
        .all()
        .find(({ intent }) => intent.kind !== 'cancel' && intent.made.some((coin) => coin.key === key));
      if (maker === undefined || isInBlock(maker.followed)) return false;
      if (!(await this.#mayReturn(maker.intent, round))) return false;
    }
    return true;
  }

  /** All inputs that every node still has, back to the wallet; undefined if they are not worth a transaction. */
  #cancelParts({ intent }: Tracked, { there }: JointOutputs): TransferParts | undefined {
    const { signer, now } = this.#modules;
    const { address, publicKey } = signer.keys[intent.fromGroup]!;
    const left = intent.inputs.filter(({ key }) => there.has(key));
    if (left.length === 0) return undefined;
    const amount = left.reduce((sum, coin) => sum + coin.amount, -transferFee(left.length, 1));
    if (amount < MIN_OUTPUT_AMOUNT) return undefined;
    return {
      networkId: signer.networkId,
      publicKey,
      inputs: left.map((coin) => ({ key: hexToBytes(coin.key), amount: coin.amount, lockTimeMs: 0n })),
      destinations: [{ address, amount }],
      change: 0n,
      timestampMs: BigInt(now()),
    };
  }

  /** Whether all inputs have been gone for so long that it can never be in a block. */
  async #isGivenUp(
    { target, cancels }: Case,
    joint: JointOutputs,
    height: number,
    fence: BookFence,
  ): Promise<boolean> {
    const { journal, now, depths } = this.#modules;
    if (!joint.noneSeen) target.goneSince = undefined;
    if (!joint.allGone) return false;
    target.goneSince ??= height;
    if (height - target.goneSince < depths.recheck) return false;
    const all = [target, ...cancels];
    const intents = cancels.map(({ intent }) => intent);
    // Noted before: the books prove nothing of it afterwards. If they never hear of it, it is followed again.
    await journal.over(
      all.map(({ intent }) => intent.txId),
      'gone',
    );
    const outcome = await this.#books.returned(target.intent, undefined, intents, now(), fence);
    if (!this.#isDone(outcome, target, 'is given up')) {
      this.#state.distrust();
      return false;
    }
    this.#state.forget(all);
    this.#state.tell('gone', target.intent.txId);
    return true;
  }

  /** Whether the books still say what they said: they may have gone back in time. */
  async #isAsBooked({ intent, attempt, isPaid }: Tracked): Promise<boolean> {
    const [booked] = await this.#books.booked([intent]);
    return booked?.attempt === attempt && booked.isPaid === isPaid;
  }

  async #close(all: readonly Tracked[]): Promise<void> {
    await this.#modules.journal.over(all.map(({ intent }) => intent.txId));
    this.#state.forget(all);
  }

  /**
   * Whether it was booked by this call. Otherwise it is tried again, after a look at the books where they are not as expected.
   * @param what - is to be booked of it, in words
   */
  #isDone(outcome: PostOutcome, target: Tracked, what: string): boolean {
    if (outcome === 'already' || outcome === 'changed') this.#state.distrust();
    if (outcome === 'coins' || outcome === 'overdrawn') {
      const fault = outcome === 'coins' ? 'the outputs are not as expected' : 'an account would be overdrawn';
      target.trouble = {
        kind: 'unbooked',
        why: `${target.intent.txId} ${what}, and can't be booked so: ${fault}`,
      };
    }
    return outcome === 'done';
  }
}

function uncancelled(why: string): StepTrouble {
  return { kind: 'uncancelled', why };
}

function isLookDue({ lookedMs, isPaid, goneSince }: Tracked, nowMs: number): boolean {
  if (lookedMs === undefined) return true;
  return nowMs - lookedMs >= (isPaid || goneSince !== undefined ? LATE_LOOK_MS : LOOK_MS);
}

/**
 * Brings journal and books together: what was sent must be in the books, whatever became of them.
 *
 * | the journal says | the books have | what is done |
 * |---|---|---|
 * | nothing | an intent that is followed | the journal takes it: another payer has sent it, or the journal is new |
 * | written, not sent | it | the journal notes that it is sent: the crash came in between |
 * | written, not sent | nothing of it | it is dropped: no node was ever given it |
 * | sent, or over | nothing of it | it is put back: the books went back in time |
 * | sent | that it is over | the journal notes it: the crash came in between |
 * | over | an intent that is followed | it is followed again: the books went back in time |
 * | up to number N | less, and of some numbers nobody here knows | nothing more is sent: the books went back too far |
 * @module
 */
import type { BookFence } from '../../ledger/books-port.js';
import { type DeskBooks, type Last, newestOf } from './desk-books.js';
import type { Intent } from './intent.js';
import type { HealOutcome } from './intent-desk-port.js';
import { firstKey } from './intent-entries.js';
import type { IntentJournal } from './intent-journal.js';

/** Tries while the books change underneath: one other payer at most is at its end meanwhile. */
const MAX_TRIES = 10;

export interface HealModules {
  readonly journal: IntentJournal;
  readonly books: DeskBooks;
  readonly fence: BookFence;
  /** As it was when they were whole last: then what is over need not be looked for. */
  readonly last: Last | undefined;
  /** Intents whose texts need not be read again. */
  readonly known: (txId: string) => Intent | undefined;
}

/** How books and journal stand now. */
export interface Healed {
  readonly outcome: HealOutcome;
  readonly last: Last;
  /** In the books, to be followed; in the order of their numbers. */
  readonly open: readonly Intent[];
  /** Sent, and not in the books. */
  readonly waiting: readonly Intent[];
  readonly dropped: readonly string[];
  readonly putBack: readonly string[];
}

/** @throws StoreUnavailableError, StoredFileError, IntentTextError */
export async function heal(modules: HealModules): Promise<Healed> {
  const { journal, books } = modules;
  const dropped: string[] = [];
  const putBack: string[] = [];
  for (let tries = 1; ; tries++) {
    const last = await books.last();
    const open = await books.open(modules.known);
    const result = { last, open, waiting: [], dropped, putBack };
    await takeOpen(journal, open, last);
    const behind = behindOf(journal, last);
    if (behind !== undefined) return { ...result, outcome: { kind: 'behind', reason: behind } };
    const lost = await lostOf(modules, open, last, dropped);
    if (lost.length === 0) return { ...result, outcome: { kind: 'whole' } };
    const end = await putBackAll(modules, lost, last, putBack);
    if (end.kind === 'changed' && tries < MAX_TRIES) continue;
    // A desk that is refused over and over leaves it to its next turn.
    if (end.kind !== 'done') return { ...result, outcome: { kind: 'fenced' } };
    const now = { ...result, last: end.last, open: await books.open(modules.known) };
    const [first] = end.refused;
    if (first === undefined) return { ...now, outcome: { kind: 'whole' } };
    const waiting = end.refused.map(({ intent }) => intent);
    const txIds = waiting.map(({ txId }) => txId);
    return { ...now, waiting, outcome: { kind: 'waits', txIds, reason: first.reason } };
  }
}

/** Why what was sent can't be known, in words; undefined if it can. */
function behindOf(journal: IntentJournal, { number }: Last): string | undefined {
  // What is trimmed is not kept either.
  const { seen } = journal;
  const kept = new Set(
    journal.entries().flatMap((entry) => (entry.standing === 'written' ? [] : [entry.number])),
  );
  for (let missing = seen; missing > number; missing--)
    if (!kept.has(missing))
      return (
        `the books end with transaction ${number} of the wallet, the journal knows of ${seen}, ` +
        `and of ${missing} neither says what it was`
      );
  return undefined;
}

async function takeOpen(journal: IntentJournal, open: readonly Intent[], last: Last): Promise<void> {
  await journal.take(open.filter(({ txId }) => journal.get(txId) === undefined));
  await journal.sent(open.map(({ txId }) => txId).filter((txId) => journal.get(txId)?.standing !== 'sent'));
  await journal.saw(last.number);
}

/** What the journal has and the books do not. What is over, or never was sent, is noted as such. */
async function lostOf(
  { journal, books, last: before }: HealModules,
  open: readonly Intent[],
  last: Last,
  dropped: string[],
): Promise<readonly Intent[]> {
  const isOpen = new Set(open.map(({ txId }) => txId));
  // Books that have the newest one as it was written have all before it.
  const isSame = before !== undefined && before.version === last.version && before.txId === last.txId;
  const asked = journal
    .entries()
    .filter(({ txId, standing }) => standing !== 'gone' && !isOpen.has(txId))
    .filter(({ standing }) => standing !== 'over' || !isSame);
  if (asked.length === 0) return [];
  const intents = new Map(asked.map(({ txId }) => [txId, journal.intent(txId)]));
  const logged = await books.logged([...intents.values()].map(firstKey));
  const isLogged = (intent: Intent): boolean => logged.has(firstKey(intent));
  const cancelled = new Set([...intents.values()].filter(isLogged).map(({ cancels }) => cancels));
  const isKnown = (intent: Intent): boolean => {
    if (isLogged(intent) || cancelled.has(intent.txId)) return true;
    if (intent.kind !== 'cancel' || isOpen.has(intent.cancels)) return false;
    // It goes with what it cancels.
    const target = intents.get(intent.cancels);
    return target === undefined || isKnown(target);
  };
  const unknown = [...intents.values()].filter((intent) => !isKnown(intent));
  const standing = ({ txId }: Intent): unknown => journal.get(txId)!.standing;
  const never = unknown.filter((intent) => standing(intent) === 'written').map(({ txId }) => txId);
  const over = [...intents.values()]
    .filter((intent) => isKnown(intent) && standing(intent) !== 'over')
    .map(({ txId }) => txId);
  await journal.dropped(never);
  dropped.push(...never);
  await journal.over(over);
  return unknown.filter(({ txId }) => journal.get(txId) !== undefined);
}

type PutBack =
  | { readonly kind: 'fenced' | 'changed' }
  | {
      readonly kind: 'done';
      readonly last: Last;
      readonly refused: readonly { readonly intent: Intent; readonly reason: 'coins' | 'overdrawn' }[];
    };

/** In their order: one may spend what another has made. */
async function putBackAll(
  { journal, books, fence }: HealModules,
  lost: readonly Intent[],
  before: Last,
  putBack: string[],
): Promise<PutBack> {
  const refused: { intent: Intent; reason: 'coins' | 'overdrawn' }[] = [];
  let last = before;
  for (const intent of lost) {
    const outcome = await books.begin(intent, last, fence);
    if (outcome === 'fenced') return { kind: 'fenced' };
    if (outcome === 'changed' || outcome === 'already') return { kind: 'changed' };
    if (outcome === 'done') {
      putBack.push(intent.txId);
      if (journal.get(intent.txId)!.standing !== 'sent') await journal.sent([intent.txId]);
      // Not read again: books that went back in time meanwhile would not be noticed.
      last = { ...newestOf(last, intent), version: last.version + 1 };
    } else refused.push({ intent, reason: outcome });
  }
  return { kind: 'done', refused, last };
}

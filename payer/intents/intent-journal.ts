/**
 * The payer's own memory of what it has sent, on its own disk: it outlasts books that go back in time.
 *
 * A line each, in the order in which things happened:
 *
 * | line | what |
 * |---|---|
 * | `{"number":..,"txId":..,...}` | an intent that is about to be booked |
 * | `+TXID` | it is booked: from now on a node may have it |
 * | `-TXID` | it is not booked, and no node was ever given it: as if it had never been |
 * | `.TXID` | it is over, and the books say so |
 * | `!TXID` | it is over, and its coins are gone for good: it is never put back |
 * | `#NUMBER` | the books had intents up to this number |
 * | `<NUMBER` | what ended with numbers up to this one is not kept here any more |
 *
 * The log is not read while it is in use, and one process has it at a time.
 * @module
 */
import type { Intent } from './intent.js';
import { decodeIntent, encodeIntent, IntentTextError } from './intent-text.js';

/** Where lines are kept: a `SealedLog`. They are on disk when it resolves; if it rejects, none of them counts. */
export interface JournalLog {
  append(texts: readonly string[]): Promise<void>;
  /** Puts others in place of all. */
  replace(texts: readonly string[]): Promise<void>;
}

/** The form of the journal's file. */
export const JOURNAL_FORM = { name: 'lesswork-payer', version: 1 } as const;

/** Characters of the journal from which on the oldest that are over go, until half of it is left: some days of a large pool. */
export const MAX_JOURNAL_CHARS = 67_108_864;

/** `written`: no node was given it. `sent`: one may have it. `over`, `gone`: see the table. */
export type JournalStanding = 'written' | 'sent' | 'over' | 'gone';

/** An intent that the journal has. */
export interface JournalEntry {
  readonly txId: string;
  readonly number: number;
  readonly standing: JournalStanding;
}

interface Kept extends JournalEntry {
  readonly text: string;
}

const MARKS = { '+': 'sent', '.': 'over', '!': 'gone' } as const;

type Mark = keyof typeof MARKS;

export class IntentJournal {
  readonly #log: JournalLog;
  readonly #most: number;
  readonly #kept = new Map<string, Kept>();
  #seen = 0;
  #trimmed = 0;
  #chars = 0;

  /**
   * @param lines - as the log holds them
   * @param most - characters, see `MAX_JOURNAL_CHARS`
   * @throws IntentTextError if a line is none
   */
  constructor(log: JournalLog, lines: readonly string[], most = MAX_JOURNAL_CHARS) {
    this.#log = log;
    this.#most = most;
    for (const line of lines) this.#take(line);
  }

  /** In the order of their numbers. */
  entries(): readonly JournalEntry[] {
    return [...this.#kept.values()].sort((a, b) => a.number - b.number);
  }

  get(txId: string): JournalEntry | undefined {
    return this.#kept.get(txId);
  }

  intent(txId: string): Intent {
    return decodeIntent(this.#kept.get(txId)!.text);
  }

  /** The highest number that the books are known to have had. */
  get seen(): number {
    return this.#seen;
  }

  /** Up to this number, what is over is not here any more. */
  get trimmed(): number {
    return this.#trimmed;
  }

  /** To be called before it is booked. */
  write(intent: Intent): Promise<void> {
    return this.#append([encodeIntent(intent)]);
  }

  /** Intents that the books have, and this journal does not. */
  take(intents: readonly Intent[]): Promise<void> {
    return this.#append(intents.flatMap((intent) => [encodeIntent(intent), `+${intent.txId}`]));
  }

  /** To be called before a node is given any of them. */
  sent(txIds: readonly string[]): Promise<void> {
    return this.#append(txIds.map((txId) => `+${txId}`));
  }

  dropped(txIds: readonly string[]): Promise<void> {
    return this.#append(txIds.map((txId) => `-${txId}`));
  }

  async over(txIds: readonly string[], standing: 'over' | 'gone' = 'over'): Promise<void> {
    const known = txIds.filter((txId) => this.#kept.has(txId));
    await this.#append(known.map((txId) => `${standing === 'over' ? '.' : '!'}${txId}`));
    if (this.#chars > this.#most) await this.#trim();
  }

  async saw(number: number): Promise<void> {
    if (number > this.#seen) await this.#append([`#${number}`]);
  }

  async #append(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    await this.#log.append(lines);
    for (const line of lines) this.#take(line);
  }

  #take(line: string): void {
    this.#chars += line.length;
    if (line.startsWith('{')) {
      const { txId, number } = decodeIntent(line);
      this.#kept.set(txId, { txId, number, standing: 'written', text: line });
      return;
    }
    const [mark, rest] = [line[0], line.slice(1)];
    if (mark === '#') this.#seen = Math.max(this.#seen, Number(rest));
    else if (mark === '<') this.#trimmed = Number(rest);
    else this.#mark(mark as Mark | '-', rest);
  }

  #mark(mark: Mark | '-', txId: string): void {
    const kept = this.#kept.get(txId);
    if (kept === undefined || (mark !== '-' && MARKS[mark] === undefined))
      throw new IntentTextError('a line of the journal is none');
    if (mark === '-') this.#kept.delete(txId);
    else this.#kept.set(txId, { ...kept, standing: MARKS[mark] });
    if (mark === '+') this.#seen = Math.max(this.#seen, kept.number);
  }

  /** Leaves out the oldest that are over. */
  async #trim(): Promise<void> {
    let left = [...this.#kept.values()].reduce((sum, { text }) => sum + text.length, 0);
    let trimmed = this.#trimmed;
    const out = new Set<string>();
    for (const { txId, number, text } of this.entries().map((entry) => this.#kept.get(entry.txId)!)) {
      if (left <= this.#most / 2) break;
      const { standing } = this.#kept.get(txId)!;
      if (standing !== 'over' && standing !== 'gone') continue;
      out.add(txId);
      left -= text.length;
      trimmed = Math.max(trimmed, number);
    }
    const lines = [`<${trimmed}`, `#${this.#seen}`];
    for (const { txId, text, standing } of [...this.#kept.values()].filter((kept) => !out.has(kept.txId))) {
      lines.push(text);
      const mark = (Object.keys(MARKS) as Mark[]).find((each) => MARKS[each] === standing);
      if (mark !== undefined) lines.push(`${mark}${txId}`);
    }
    await this.#log.replace(lines);
    for (const txId of out) this.#kept.delete(txId);
    this.#trimmed = trimmed;
    this.#chars = lines.reduce((sum, line) => sum + line.length, 0);
  }
}

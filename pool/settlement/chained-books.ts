/**
 * Books for one writer, whose commits hang together: each names the one before. Where books went back in time that had what the writer did,
 * or saw of what its like did before, it is fenced off until it begins anew.
 *
 * ```
 * begin --> commit, link 7 --> commit, link 8 --(the books go back)--> link 7: `hold` says no, and the next commit is `fenced` --> begin
 * ```
 * The end of the log would not tell: others write into it, also after it went back. Nor does an error: it may be over before anybody asks.
 * @module
 */
import type { BookOutcome, BookRecord, BookRecordWrite, Books, BookWrite } from '../ports/books.js';

export class ChainedBooks implements Books {
  readonly #books: Books;
  readonly #key: string;
  /** The newest link that is known: its version, 0 for none. Undefined: nothing is. */
  #link: number | undefined;

  /** @param key - of the note that is the link; all who write it have one lease */
  constructor(books: Books, key: string) {
    this.#books = books;
    this.#key = key;
  }

  /** Whether they have all that was committed and read here since `begin`. A commit whose outcome is unknown makes it no. */
  async hold(): Promise<boolean> {
    return this.#link !== undefined && (await this.#read())?.version === this.#link;
  }

  /** What is read and committed from now on hangs together. Nothing that was read before counts. */
  async begin(): Promise<void> {
    this.#link = (await this.#read())?.version ?? 0;
  }

  /** `fenced` also where they lack the commit before, and until `begin`. */
  async commit(write: BookWrite): Promise<BookOutcome> {
    const link = this.#link;
    if (link === undefined) return 'fenced';
    const { name, number } = write.fence;
    const record: BookRecordWrite = {
      table: 'note',
      key: this.#key,
      version: link,
      text: `${name} ${number}`,
    };
    const outcome = await this.#books.commit({ ...write, records: [...write.records, record] });
    if (outcome === 'done') this.#link = link + 1;
    if (outcome !== 'changed' || (await this.hold())) return outcome;
    this.#link = undefined;
    return 'fenced';
  }

  async #read(): Promise<BookRecord | undefined> {
    return (await this.#books.get('note', [this.#key]))[0];
  }

  get: Books['get'] = (...args) => this.#books.get(...args);
  page: Books['page'] = (...args) => this.#books.page(...args);
  log: Books['log'] = (...args) => this.#books.log(...args);
  logKeys: Books['logKeys'] = (...args) => this.#books.logKeys(...args);
  logEnd: Books['logEnd'] = () => this.#books.logEnd();
  logStart: Books['logStart'] = () => this.#books.logStart();
  trimLog: Books['trimLog'] = (...args) => this.#books.trimLog(...args);
  takeLease: Books['takeLease'] = (...args) => this.#books.takeLease(...args);
  renewLease: Books['renewLease'] = (...args) => this.#books.renewLease(...args);
  releaseLease: Books['releaseLease'] = (...args) => this.#books.releaseLease(...args);
}

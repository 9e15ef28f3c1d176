/**
 * Signs transactions, keeps them, and books them: from then on they are sent.
 * @module
 */
import { bytesToHex } from '../../protocol/bytes.js';
import { createTransfer, type TransferParts } from '../../protocol/transfer.js';
import type { SignedByWallet } from '../../wallet/sign-transfer.js';
import type { Unsigned } from '../../wallet/transfer-signer.js';
import type { DeskBooks } from './desk-books.js';
import type { DeskState, IntentDeskModules } from './desk-state.js';
import { type Intent, intentOf } from './intent.js';
import type { HealOutcome, IssueOutcome, PreparedTransfer } from './intent-desk-port.js';
import { paidEntries } from './intent-entries.js';

/** What is to be signed and sent. */
export interface Sending extends Pick<PreparedTransfer, 'parts' | 'payments'> {
  readonly kind: Intent['kind'];
  readonly cancels?: string;
}

export interface IssueModules {
  readonly modules: IntentDeskModules;
  readonly books: DeskBooks;
  readonly state: DeskState;
  readonly heal: () => Promise<HealOutcome>;
}

const NO_SIGNATURE = new Uint8Array(64);

export class IssueDesk {
  readonly #modules: IntentDeskModules;
  readonly #books: DeskBooks;
  readonly #state: DeskState;
  readonly #heal: () => Promise<HealOutcome>;

  constructor({ modules, books, state, heal }: IssueModules) {
    this.#modules = modules;
    this.#books = books;
    this.#state = state;
    this.#heal = heal;
  }

  /** @throws as `IntentDesk.issue` */
  async send(asked: Sending): Promise<IssueOutcome> {
    const fence = this.#state.fence();
    const last = this.#state.whole;
    if (fence === undefined) return 'fenced';
    if (last === undefined) return 'unhealed';
    if (asked.kind !== 'cancel' && this.#spendsShaky(asked.parts)) return 'coins';
    const { journal } = this.#modules;
    if (journal.get(bytesToHex(createTransfer(asked.parts).id)) !== undefined) {
      // Books that went back in time offer its coins anew; or they are there again after they were given up for gone.
      this.#state.distrust();
      return (await this.#heal()).kind === 'fenced' ? 'fenced' : 'coins';
    }
    const signed = await this.#sign(asked);
    if ('why' in signed) return signed;
    const intent = this.#intentOf(asked, last.number + 1, signed);
    const { txId, number } = intent;
    await journal.write(intent);
    const outcome = await this.#books.begin(intent, last, fence);
    if (outcome === 'coins' || outcome === 'overdrawn' || outcome === 'fenced') {
      await journal.dropped([txId]);
      return outcome;
    }
    if (outcome !== 'done') {
      // The books are not as they were left, or have it already.
      this.#state.distrust();
      const { kind } = await this.#heal();
      if (this.#state.get(txId) !== undefined) return 'sent';
      return kind === 'fenced' ? 'fenced' : 'coins';
    }
    await journal.sent([txId]);
    this.#state.begun(intent, { number, txId, version: last.version + 1 });
    this.#state.tell('sent', txId);
    return 'sent';
  }

  /** Whether it spends what may go again: change of one that is booked as paid, and that no block is known to have. */
  #spendsShaky({ inputs }: TransferParts): boolean {
    const keys = new Set(inputs.map(({ key }) => bytesToHex(key)));
    return this.#state
      .all()
      .some(
        ({ intent, isPaid, followed }) =>
          isPaid && !('blockHash' in followed.standing) && intent.made.some(({ key }) => keys.has(key)),
      );
  }

  /** Whether it can be booked once it is paid. @throws RangeError if its sums are none */
  check(asked: Sending): void {
    const transfer = createTransfer(asked.parts);
    paidEntries(this.#intentOf(asked, 1, { transfer, signature: NO_SIGNATURE }), 0, 1);
  }

  /** @throws RangeError, WalletError */
  #sign({ parts }: Sending): Promise<SignedByWallet | Unsigned> {
    const { signer, journal } = this.#modules;
    const isKnown = (id: Uint8Array): boolean => journal.get(bytesToHex(id)) !== undefined;
    return signer.sign(parts, isKnown);
  }

  #intentOf(
    { kind, parts, payments, cancels }: Sending,
    number: number,
    signed: Pick<SignedByWallet, 'transfer' | 'signature'>,
  ): Intent {
    const own = this.#modules.signer.keys.map(({ address }) => address);
    const timeMs = this.#modules.now();
    return intentOf({
      kind,
      number,
      timeMs,
      parts,
      payments,
      own,
      ...signed,
      ...(cancels !== undefined && { cancels }),
    });
  }
}

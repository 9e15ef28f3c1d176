/**
 * What nodes must be, as something outside keeps it: a pool's store. It adopts the first node that is found fit while
 * it has nothing; it may be away, and the operator may change it.
 * @module
 */
import { type ExpectedIdentity, type NodeIdentity, sameIdentity } from './identity.js';

/**
 * Tells the register of a node that differs in nothing from what is known. Of several that are told at once by whomever
 * it adopts one.
 * @returns what it holds then; rejects if it can't be asked
 */
export type ClaimIdentity = (identity: NodeIdentity) => Promise<ExpectedIdentity>;

export class IdentityRegister {
  readonly #claim: ClaimIdentity | undefined;
  readonly #onNews: () => void;
  #expected: ExpectedIdentity;
  #asking = false;
  /** Who was claimed last, whatever came of it. */
  #claimed: NodeIdentity | undefined;

  /**
   * @param expected - what is known from the start
   * @param claim - left out, nothing is kept outside
   * @param onNews - an answer has come, or will not
   */
  constructor(expected: ExpectedIdentity, claim: ClaimIdentity | undefined, onNews: () => void) {
    this.#expected = expected;
    this.#claim = claim;
    this.#onNews = onNews;
  }

  /** As far as it is known. */
  get expected(): ExpectedIdentity {
    return this.#expected;
  }

  /** It was read: this is what it holds. @returns whether it held another thing before */
  expect(expected: ExpectedIdentity): boolean {
    const before = this.#expected;
    this.#expected = expected;
    this.#claimed = undefined;
    const { networkId = before.networkId, minerAddresses = before.minerAddresses } = expected;
    return networkId !== before.networkId || String(minerAddresses) !== String(before.minerAddresses);
  }

  /**
   * Whether the register has heard of a node that differs in nothing from what is known, or can't be asked.
   * @returns false while it is being asked: `onNews` follows
   */
  settled(identity: NodeIdentity): boolean {
    const { networkId, minerAddresses } = this.#expected;
    const whole = networkId !== undefined && minerAddresses !== undefined;
    if (this.#claim === undefined || whole) return true;
    if (this.#asking) return false;
    if (sameIdentity(identity, this.#claimed)) return true;
    this.#asking = true;
    this.#claimed = identity;
    this.#claim(identity)
      .then(
        (expected) => {
          this.#expected = expected;
        },
        () => {
          // It is away. What is mined meanwhile is not lost: the node is compared when it is back.
        },
      )
      .then(() => {
        this.#asking = false;
        this.#onNews();
      });
    return false;
  }
}

/**
 * The identity that nodes must have, kept outside this process: in a pool's store. The store adopts the first fit node
 * while it holds no identity. It may be away, and the operator may change what it holds.
 * @module
 */
import { type ExpectedIdentity, type NodeIdentity, sameIdentity } from './identity.js';

/**
 * Reports a node that agrees with everything known. If several callers report a node at the same time, the register keeps
 * one of them.
 * @returns the identity that the register holds then; rejects if it can't be asked
 */
export type ClaimIdentity = (identity: NodeIdentity) => Promise<ExpectedIdentity>;

export class IdentityRegister {
  readonly #claim: ClaimIdentity | undefined;
  readonly #onNews: () => void;
  #expected: ExpectedIdentity;
  #asking = false;
  /** The identity that was claimed last, whether or not it was adopted. */
  #claimed: NodeIdentity | undefined;

  /**
   * @param expected - the identity that is known from the start
   * @param claim - asks the outside register; without it nothing is kept outside
   * @param onNews - called when an answer has come, or when none will come
   */
  constructor(expected: ExpectedIdentity, claim: ClaimIdentity | undefined, onNews: () => void) {
    this.#expected = expected;
    this.#claim = claim;
    this.#onNews = onNews;
  }

  /** The expected identity, as far as it is known. */
  get expected(): ExpectedIdentity {
    return this.#expected;
  }

  /** Takes the identity that was read from the register. @returns whether it changed */
  expect(expected: ExpectedIdentity): boolean {
    const before = this.#expected;
    this.#expected = expected;
    this.#claimed = undefined;
    const { networkId = before.networkId, minerAddresses = before.minerAddresses } = expected;
    return networkId !== before.networkId || String(minerAddresses) !== String(before.minerAddresses);
  }

  /**
   * Whether a node that agrees with everything known was reported to the register, or the register can't be asked.
   * @returns false while the question is under way: `onNews` follows
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
          // The register is away. Mining goes on: the node is compared when the register is back.
        },
      )
      .then(() => {
        this.#asking = false;
        this.#onNews();
      });
    return false;
  }
}

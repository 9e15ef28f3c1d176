/**
 * Faults of answers to submissions, as a test asks for them. The block itself is judged as usual.
 * @module
 */

/** A fault of the next answers. */
export type AnswerFault =
  | { readonly kind: 'delay'; readonly delayMs: number }
  | { readonly kind: 'lose' }
  | { readonly kind: 'repeat' };

/** The faults to come, oldest first. */
export class AnswerFaults {
  readonly #faults: AnswerFault[] = [];

  /** Applies a fault to a number of answers, behind those that already have a fault. */
  add(fault: AnswerFault, answers = 1): void {
    for (let i = 0; i < Math.min(answers, MAX_FAULTS); i++) this.#faults.push(fault);
    this.#faults.length = Math.min(this.#faults.length, MAX_FAULTS);
  }

  /** The fault of the next answer, if it has one. */
  take(): AnswerFault | undefined {
    return this.#faults.shift();
  }
}

/** Answers that can have a fault ahead: enough for any test, and a bound. */
const MAX_FAULTS = 10_000;

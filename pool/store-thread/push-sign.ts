/**
 * A sign between threads that jobs are on their way to miners: whatever in the store's thread can wait for the moment leaves them the
 * cores, of which there may be two.
 * @module
 */

/** Longest wait, ms: jobs to all miners of a front end take less. A thread whose push never ends must not stop another one. */
const MAX_WAIT_MS = 200;

/** Time between two looks, ms. */
const LOOK_EVERY_MS = 4;

export class PushSign {
  /** To be handed to the other thread. */
  readonly buffer: SharedArrayBuffer;
  readonly #word: Int32Array;

  /** @param buffer - of the other thread's end; left out, it is a new sign */
  constructor(buffer = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.buffer = buffer;
    this.#word = new Int32Array(buffer);
  }

  /** Brings jobs to miners. */
  during(push: () => void): void {
    Atomics.store(this.#word, 0, 1);
    try {
      push();
    } finally {
      Atomics.store(this.#word, 0, 0);
    }
  }

  /** Whether jobs are on their way. */
  get isUp(): boolean {
    return Atomics.load(this.#word, 0) === 1;
  }

  /**
   * Resolves in a later turn of the event loop, when no jobs are on their way, or after 200 ms.
   * @param nextTurn - waits for another turn @param sleep - waits
   */
  async passed(nextTurn: () => Promise<unknown>, sleep: (ms: number) => Promise<unknown>): Promise<void> {
    await nextTurn();
    for (let waitedMs = 0; this.isUp && waitedMs < MAX_WAIT_MS; waitedMs += LOOK_EVERY_MS)
      await sleep(LOOK_EVERY_MS);
  }
}

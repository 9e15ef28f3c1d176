/**
 * Lets messages in, at once or after some time.
 * @module
 */

/** Rests of one worker, one at a time. */
export class Rest {
  readonly #channel = new MessageChannel();
  #end: (() => void) | undefined;

  /** A rest of so long, ms; of 0 it is over as soon as waiting messages were heard. */
  of(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#end = undefined;
        resolve();
      };
      let timer: ReturnType<typeof setTimeout> | undefined;
      if (ms > 0) {
        timer = setTimeout(end, ms);
        this.#end = end;
        return;
      }
      // A timer of 0 would be one of 4 ms after the first few.
      this.#channel.port1.onmessage = end;
      this.#channel.port2.postMessage(undefined);
    });
  }

  /** Ends a rest that is going on. */
  end(): void {
    this.#end?.();
  }
}

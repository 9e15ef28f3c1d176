/**
 * Something that goes wrong for a while.
 * @module
 */

/** Something to tell. */
export interface TroubleNotice {
  readonly level: 'info' | 'warn';
  readonly message: string;
}

/** Told once when it begins, and once when it is over. */
export class Trouble {
  readonly #onNotice: (notice: TroubleNotice) => void;
  readonly #over: string;
  #lasts = false;

  /** @param over - what is told when it is over */
  constructor(over: string, onNotice: (notice: TroubleNotice) => void) {
    this.#over = over;
    this.#onNotice = onNotice;
  }

  /** @param message - told unless it lasts already */
  is(message: string): void {
    if (this.#lasts) return;
    this.#lasts = true;
    this.#onNotice({ level: 'warn', message });
  }

  isOver(): void {
    if (!this.#lasts) return;
    this.#lasts = false;
    this.#onNotice({ level: 'info', message: this.#over });
  }
}

/** What an error says. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

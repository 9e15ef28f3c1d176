/**
 * A line at the bottom of a terminal that is rewritten, with other lines above it.
 * @module
 */
import { type Style, styled } from './terminal.js';
import type { TextOutput } from './text-output.js';

/** A piece of a status. */
export interface StatusPart {
  readonly text: string;
  /** What is left out first where the line is short: the highest. 0 stays. */
  readonly rank: number;
  readonly style?: Style;
}

const SEPARATOR = ' | ';

/**
 * The parts that fit, in their order; if not even one does, it is shortened.
 * @param parts - at least one
 * @param columns - at least 1
 */
export function fitParts(parts: readonly StatusPart[], columns: number): StatusPart[] {
  const left = [...parts];
  while (left.length > 1 && widthOf(left) > columns) {
    const highest = Math.max(...left.map(({ rank }) => rank));
    left.splice(
      left.findLastIndex(({ rank }) => rank === highest),
      1,
    );
  }
  const [only] = left;
  if (left.length > 1 || only === undefined || only.text.length <= columns) return left;
  return [{ ...only, text: `${only.text.slice(0, columns - 1)}…` }];
}

function widthOf(parts: readonly StatusPart[]): number {
  return parts.reduce((sum, { text }) => sum + text.length + SEPARATOR.length, -SEPARATOR.length);
}

/** Parts as one line. */
export function joinParts(parts: readonly StatusPart[], colour = false): string {
  return parts.map(({ text, style }) => styled(text, style, colour)).join(SEPARATOR);
}

/** A terminal. */
export interface TerminalOutput extends TextOutput {
  readonly columns?: number;
}

const CLEAR_LINE = '\r\x1b[2K';

/** Of a terminal that does not say. */
const USUAL_COLUMNS = 80;

/** Writes to a terminal: nobody else may, while there is a status. */
export class StatusLine {
  readonly #output: TerminalOutput;
  readonly #colour: boolean;
  #parts: readonly StatusPart[] = [];
  /** Characters of the line as it stands on the terminal. */
  #width = 0;
  #hidden = false;

  constructor(output: TerminalOutput, colour: boolean) {
    this.#output = output;
    this.#colour = colour;
  }

  /** Shows a status; none if there are no parts. */
  show(parts: readonly StatusPart[]): void {
    this.#parts = parts;
    if (!this.#hidden) this.#output.write(`${CLEAR_LINE}${this.#line()}`);
  }

  /** Writes a line above the status. */
  print(line: string): void {
    this.#output.write(this.#hidden ? `${line}\n` : `${CLEAR_LINE}${line}\n${this.#line()}`);
  }

  /** The terminal is somebody else's for a while: no status is shown, and lines are plain ones. */
  hide(): void {
    if (!this.#hidden) this.#output.write(CLEAR_LINE);
    this.#hidden = true;
  }

  /** The terminal is this process's again. */
  unhide(): void {
    this.#hidden = false;
    this.#output.write(`${CLEAR_LINE}${this.#line()}`);
  }

  /**
   * The terminal has another width. One that became narrower has broken the line into several: these are cleared, and
   * it is written anew.
   */
  resized(): void {
    if (this.#hidden) return;
    const rows = Math.ceil(this.#width / (this.#output.columns ?? USUAL_COLUMNS));
    const up = rows > 1 ? `\x1b[${rows - 1}A` : '';
    this.#output.write(`\r${up}\x1b[J${this.#line()}`);
  }

  #line(): string {
    // The last column stays free: a terminal that has filled it is at the end of this line, or at the next.
    const columns = Math.max(1, (this.#output.columns ?? USUAL_COLUMNS) - 1);
    const parts = this.#parts.length === 0 ? [] : fitParts(this.#parts, columns);
    this.#width = Math.max(0, widthOf(parts));
    return joinParts(parts, this.#colour);
  }
}

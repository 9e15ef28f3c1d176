/**
 * Sums of work for many accounts and windows: whole numbers up to 2^96, in 12 bytes each. As many bigints would take three times that.
 * @module
 */

const LOW_BITS = 64n;
const LOW_MASK = (1n << LOW_BITS) - 1n;

/** The first sum that is refused. */
export const WIDE_SUM_LIMIT = 1n << 96n;

/** Rows of a page: room is made for so many at a time, and nothing is moved. */
const ROWS_IN_PAGE = 1024;

interface Page {
  readonly low: BigUint64Array;
  readonly high: Uint32Array;
}

export class WideSums {
  readonly #columns: number;
  readonly #pages: Page[] = [];
  #rows = 0;

  /** @param columns - sums of a row, at least 1 */
  constructor(columns: number) {
    this.#columns = columns;
  }

  /** Makes a row of zeros. @returns its number, from 0 */
  addRow(): number {
    if (this.#rows % ROWS_IN_PAGE === 0) {
      const sums = ROWS_IN_PAGE * this.#columns;
      this.#pages.push({ low: new BigUint64Array(sums), high: new Uint32Array(sums) });
    }
    return this.#rows++;
  }

  /** @param amount - at least 0 @throws RangeError if the sum passes 2^96 */
  add(row: number, column: number, amount: bigint): void {
    const { page, at } = this.#place(row, column);
    const sum = sumAt(page, at) + amount;
    if (amount < 0n || sum >= WIDE_SUM_LIMIT)
      throw new RangeError(`"amount" expected a sum of 0 to 2^96, got ${sum} after ${amount}`);
    page.low[at] = sum & LOW_MASK;
    page.high[at] = Number(sum >> LOW_BITS);
  }

  /** The sums of a row. */
  row(row: number): bigint[] {
    const { page, at } = this.#place(row, 0);
    return Array.from({ length: this.#columns }, (_, column) => sumAt(page, at + column));
  }

  #place(row: number, column: number): { readonly page: Page; readonly at: number } {
    const page = this.#pages[Math.floor(row / ROWS_IN_PAGE)]!;
    return { page, at: (row % ROWS_IN_PAGE) * this.#columns + column };
  }
}

function sumAt({ low, high }: Page, at: number): bigint {
  const lowest = low[at]!;
  return high[at] === 0 ? lowest : (BigInt(high[at]!) << LOW_BITS) + lowest;
}

/**
 * The rig's hashrate while its page is open, as a line.
 * @module
 */

/** Points, at most and at first: ten minutes, and one. */
const POINTS = 300;
const FIRST_POINTS = 30;

/** Of the picture's own coordinates. */
const WIDTH = 300;
const HEIGHT = 60;

export interface Line {
  /** Of a polyline. */
  readonly points: string;
  /** Of the path of what is below it. */
  readonly area: string;
}

export class Sparkline {
  /** The newest last. */
  readonly #rates: number[] = [];

  add(rate: number): void {
    this.#rates.push(rate);
    if (this.#rates.length > POINTS) this.#rates.shift();
  }

  /** Undefined while there is no line: of one point. */
  get line(): Line | undefined {
    const rates = this.#rates;
    if (rates.length < 2) return undefined;
    const top = Math.max(...rates, 1) * 1.05;
    const step = WIDTH / (Math.max(rates.length, FIRST_POINTS) - 1);
    const firstX = (WIDTH - (rates.length - 1) * step).toFixed(1);
    const points = rates.map((rate, i) => {
      const x = WIDTH - (rates.length - 1 - i) * step;
      return `${x.toFixed(1)},${(HEIGHT - (rate / top) * HEIGHT).toFixed(1)}`;
    });
    return {
      points: points.join(' '),
      area: `M${firstX},${HEIGHT} L${points.join(' L')} L${WIDTH},${HEIGHT} Z`,
    };
  }
}

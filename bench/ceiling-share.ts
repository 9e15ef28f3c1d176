/**
 * The ceiling kernel of a contender: which of its forms is the fastest, and whether its time means anything.
 * @module
 */
import type { CeilingForm, MixTask } from '../shaders/ceiling.js';
import type { Contender } from './contender.js';
import { hashesPerBusySecond, median } from './statistics.js';

/** Highest share of the ceiling's operations a second that can be true, noise included: what a kernel spares does not count. */
export const MAX_SHARE = 1.02;

/** How far twice the work may be from twice the time. */
export const DOUBLING_TOLERANCE = 0.05;

/** Pairs of runs from which the doubling is judged. */
const DOUBLING_PAIRS = 7;

/** How often the doubling is measured before it is believed to be wrong: other programs disturb it. */
const DOUBLING_TRIES = 3;

/** Runs of each form from which the fastest is chosen, and the time of one. */
const CHOICE_ROUNDS = 7;
const CHOICE_MS = 50;

const MAX_ITERATIONS = 2 ** 20;

/** What a ceiling kernel can't be believed for. */
export class CeilingError extends Error {
  override readonly name = 'CeilingError';
  readonly code = 'ERR_CEILING';
}

/** Message words of all runs: any will do. */
const WORDS = { x: 0x510e527f, y: 0x9b05688c };

/** The fastest form of a contender's ceiling kernel, ready to be timed. */
export interface Ceiling {
  readonly form: CeilingForm;
  /** A run of about so many ms. */
  task(ms: number): MixTask;
}

/**
 * Chooses the fastest form, and checks that twice its work takes twice the time: else something of it is not done, or
 * something else is timed.
 * @throws CeilingError if the doubling is off
 */
export async function prepareCeiling(contender: Contender): Promise<Ceiling> {
  const rates = new Map<CeilingForm, number[]>();
  const iterations = new Map<CeilingForm, number>();
  for (const form of contender.ceilingForms) {
    iterations.set(form, await findIterations(contender, form));
    rates.set(form, []);
  }
  const pace = new Map<CeilingForm, number>();
  for (let round = 0; round < CHOICE_ROUNDS; round++) {
    const measured = new Map<CeilingForm, number>();
    for (const form of contender.ceilingForms) {
      const repeats = Math.max(2, Math.round(CHOICE_MS / contender.repetitionMs));
      const window = await contender.mix({ ...WORDS, form, iterations: iterations.get(form)!, repeats });
      measured.set(form, hashesPerBusySecond(window));
      pace.set(form, window.wallMs / repeats);
    }
    // By the round's own median: a slow second slows a whole round.
    const usual = median([...measured.values()]);
    for (const [form, rate] of measured) rates.get(form)!.push(rate / usual);
  }
  const form = contender.ceilingForms.reduce((a, b) =>
    median(rates.get(b)!) > median(rates.get(a)!) ? b : a,
  );
  const ceiling: Ceiling = {
    form,
    task: (ms) => ({
      ...WORDS,
      form,
      iterations: iterations.get(form)!,
      repeats: Math.max(2, Math.round(ms / pace.get(form)!)),
    }),
  };
  await checkDoubling(contender, ceiling.task(contender.turnMs));
  return ceiling;
}

/** Iterations with which a repetition takes as long as it should, or half of it. */
async function findIterations(contender: Contender, form: CeilingForm): Promise<number> {
  const { repetitionMs } = contender;
  let iterations = 16;
  for (;;) {
    const { wallMs } = await contender.mix({ ...WORDS, form, iterations, repeats: 1 });
    if (wallMs >= repetitionMs / 2 || iterations === MAX_ITERATIONS) return iterations;
    const factor = Math.min(8, Math.max(2, Math.floor(repetitionMs / wallMs)));
    iterations = Math.min(MAX_ITERATIONS, iterations * factor);
  }
}

async function checkDoubling(contender: Contender, task: MixTask): Promise<void> {
  let factor = 0;
  for (let attempt = 0; attempt < DOUBLING_TRIES; attempt++) {
    const factors: number[] = [];
    for (let i = 0; i < DOUBLING_PAIRS; i++) {
      const once = await contender.mix(task);
      const twice = await contender.mix({ ...task, iterations: task.iterations * 2 });
      const msOf = (window: typeof once) => window.cpuMs ?? window.wallMs;
      factors.push(msOf(twice) / msOf(once));
    }
    factor = median(factors);
    if (Math.abs(factor / 2 - 1) <= DOUBLING_TOLERANCE) return;
  }
  throw new CeilingError(
    `twice the work of the ceiling kernel takes ${factor.toFixed(3)} times as long, expected 2 within ${DOUBLING_TOLERANCE * 100} %`,
  );
}

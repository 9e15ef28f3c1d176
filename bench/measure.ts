/**
 * The measurement of one contender: checked, warmed up, timed in windows beside its ceiling, and checked again.
 * @module
 */
import { CEILING_OPERATIONS_PER_NONCE, type CeilingForm } from '../shaders/ceiling.js';
import { type Ceiling, CeilingError, MAX_SHARE, prepareCeiling } from './ceiling-share.js';
import type { Backend, Contender, SearchOrder, SearchWindow } from './contender.js';
import {
  hashesPerBusySecond,
  hashesPerSecond,
  joinWindows,
  median,
  spread,
  type Window,
} from './statistics.js';
import { type Check, targetForNonces, templateOf, verifyExactly, verifyWindows } from './verification.js';

/** Windows of a result. */
export const WINDOWS = 7;

/** Hashing before anything is timed, ms: compilers and clocks settle. */
const WARM_UP_MS = 500;

/** Finds of a whole measurement, so that 5 standard deviations of their number are some 11 %. */
const WANTED_FINDS = 2_000;

/** Finds of one call of a kernel on average: most kernels have room for 64. */
const MAX_FINDS_PER_CALL = 16;

/** Counters between turns, as a power of two: more than all threads of a turn search. */
const TURN_BITS = 46n;

/** One line of a run, as `--json` prints it. */
export interface BenchResult {
  readonly backend: Backend;
  readonly device: string;
  readonly threads: number;
  /** Median of the windows, by the clock on the wall. */
  readonly hashesPerSecond: number;
  /** Highest window less the lowest, as a part of the median. */
  readonly spread: number;
  /** Hashes per second of each window, by the clock on the wall, in the order of time. Older files have none. */
  readonly windows?: readonly number[];
  /** The same per second of CPU time of all threads together; null where no CPU hashes, or its time can't be read. */
  readonly cpuWindows?: readonly number[] | null;
  /** What the device could make at most in the same windows; null where there is no ceiling kernel. */
  readonly ceilingHashesPerSecond: number | null;
  /**
   * Median over the windows of the search's rate to that of the ceiling beside it, both per second of CPU time where
   * a CPU does the work.
   */
  readonly ofCeiling: number | null;
  /** Mean power while it was measured, and hashes for that energy, where a sensor tells it; older files have none. */
  readonly powerW?: number | null;
  readonly hashesPerJoule?: number | null;
  /** Whether all finds, and the ceiling, are what they must be. */
  readonly verified: boolean;
}

/** A result, and what people want to know beside it. */
export interface Measurement {
  readonly result: BenchResult;
  /** The fastest form of the ceiling kernel; undefined without one. */
  readonly form: CeilingForm | undefined;
  /** Operations of the search for a nonce; undefined where nobody counted. */
  readonly operationsPerNonce: number | undefined;
  /** What makes the result worthless; undefined if it is verified. */
  readonly fault: string | undefined;
}

export interface MeasureOptions {
  /** Time measured of the search, s; its ceiling takes as long again. */
  readonly seconds: number;
  readonly checks: readonly [Check, Check];
  /** Mean power of the device since it was opened, W; undefined where nothing tells it. */
  readonly meanPowerW?: () => number | undefined;
}

/**
 * Measures a contender. What is wrong with it is in the result.
 * @throws Error if it breaks
 */
export async function measure(contender: Contender, options: MeasureOptions): Promise<Measurement> {
  const { seconds, checks } = options;
  const windowMs = (seconds * 1000) / WINDOWS;
  const faults: string[] = [];
  const attempt = async (check: () => void | Promise<void>): Promise<void> => {
    try {
      await check();
    } catch (error) {
      if (!isFault(error)) throw error;
      faults.push(error.message);
    }
  };

  await attempt(() => verifyExactly(contender, checks[0]));
  const nothing = { ...templateOf('bench'), chain: 5, target: new Uint8Array(32) };
  await contender.searchFor({ ...nothing, start: 2n ** 60n }, WARM_UP_MS);
  const pilot = await contender.searchFor({ ...nothing, start: 2n ** 61n }, Math.min(windowMs, WARM_UP_MS));
  let ceiling: Ceiling | undefined;
  if (contender.ceilingForms.length > 0) {
    await attempt(async () => {
      ceiling = await prepareCeiling(contender);
    });
  }

  const noncesPerFind = Math.max(
    16,
    contender.callNonces / MAX_FINDS_PER_CALL,
    (hashesPerSecond(pilot) * seconds) / WANTED_FINDS,
  );
  const order: SearchOrder = { ...nothing, target: targetForNonces(noncesPerFind), start: 0n };
  const { windows, shares } = await timePairs(contender, order, ceiling, windowMs);
  await attempt(() => verifyWindows(order, noncesPerFind, windows));
  await attempt(() => verifyExactly(contender, checks[1]));

  const powerW = options.meanPowerW?.();
  const rates = windows.map(hashesPerSecond);
  const rate = median(rates);
  const share = shares.length > 0 ? median(shares) : undefined;
  const spared =
    (contender.operationsPerNonce ?? CEILING_OPERATIONS_PER_NONCE) / CEILING_OPERATIONS_PER_NONCE;
  if (share !== undefined && share * spared > MAX_SHARE) {
    const made = (share * spared).toFixed(3);
    faults.push(`the search makes ${made} of its ceiling's operations, expected at most ${MAX_SHARE}`);
  }
  const result: BenchResult = {
    backend: contender.backend,
    device: contender.device,
    threads: contender.threads,
    hashesPerSecond: Math.round(rate),
    spread: round(spread(rates)),
    windows: rates.map(Math.round),
    cpuWindows: windows.every(({ cpuMs }) => cpuMs !== undefined && cpuMs > 0)
      ? windows.map((window) => Math.round(hashesPerBusySecond(window)))
      : null,
    ceilingHashesPerSecond: share === undefined ? null : Math.round(rate / share),
    ofCeiling: share === undefined ? null : round(share),
    powerW: powerW === undefined ? null : Math.round(powerW * 10) / 10,
    hashesPerJoule: powerW === undefined || powerW <= 0 ? null : Math.round(rate / powerW),
    verified: faults.length === 0,
  };
  return {
    result,
    form: ceiling?.form,
    operationsPerNonce: contender.operationsPerNonce,
    fault: faults.length > 0 ? faults.join('; ') : undefined,
  };
}

/** Windows of the search and of the ceiling, in short turns and changing order: what disturbs one disturbs both. */
async function timePairs(
  contender: Contender,
  order: SearchOrder,
  ceiling: Ceiling | undefined,
  windowMs: number,
): Promise<{ windows: SearchWindow[]; shares: number[] }> {
  const turns = Math.max(1, Math.round(windowMs / contender.turnMs));
  const turnMs = windowMs / turns;
  const windows: SearchWindow[] = [];
  const shares: number[] = [];
  let turn = 0;
  const searched: SearchWindow[] = [];
  const mixed: Window[] = [];
  const search = async () => {
    searched.push(await contender.searchFor({ ...order, start: BigInt(turn) << TURN_BITS }, turnMs));
  };
  const mix = async () => {
    if (ceiling) mixed.push(await contender.mix(ceiling.task(turnMs)));
  };
  for (let i = 0; i < WINDOWS; i++) {
    for (const end = turn + turns; turn < end; turn++) {
      for (const work of turn % 2 === 0 ? [search, mix] : [mix, search]) await work();
    }
    const window = {
      ...joinWindows(searched),
      finds: searched.flatMap(({ finds }) => finds),
      overflow: searched.reduce((sum, { overflow }) => sum + overflow, 0),
    };
    windows.push(window);
    if (ceiling) shares.push(hashesPerBusySecond(window) / hashesPerBusySecond(joinWindows(mixed)));
    searched.length = 0;
    mixed.length = 0;
  }
  return { windows, shares };
}

function isFault(error: unknown): error is Error {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return error instanceof CeilingError || code === 'ERR_VERIFICATION';
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

/**
 * The measurement of one contender: checked, warmed up, timed in windows beside its ceiling, and checked again.
 * @module
 */
import { CEILING_OPERATIONS_PER_NONCE, type CeilingForm } from '../shaders/ceiling.js';
import type { CpuKernelName } from '../shaders/cpu/cpu-kernel.js';
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
  /** Which of the CPU's kernels, where all of them are measured. */
  readonly kernel?: CpuKernelName;
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
  const [outcome] = await measureTogether([contender], options);
  if (outcome instanceof Error) throw outcome;
  return outcome!;
}

/**
 * Measures several contenders window by window in turns, so that what disturbs one disturbs all. What is wrong with one is in its
 * result.
 * @returns in their order; the error of one that broke, and the others went on
 */
export async function measureTogether(
  contenders: readonly Contender[],
  options: MeasureOptions,
): Promise<readonly (Measurement | Error)[]> {
  const windowMs = (options.seconds * 1000) / WINDOWS;
  const trials: Trial[] = contenders.map((contender) => ({
    contender,
    faults: [],
    noncesPerFind: 0,
    order: NOTHING,
    ceiling: undefined,
    turn: 0,
    windows: [],
    shares: [],
    error: undefined,
  }));
  const each = async (step: (trial: Trial) => Promise<void>, order = trials): Promise<void> => {
    for (const trial of order) {
      if (trial.error !== undefined) continue;
      try {
        await step(trial);
      } catch (error) {
        trial.error = error instanceof Error ? error : new Error(String(error));
      }
    }
  };
  await each((trial) => prepare(trial, options, windowMs));
  for (let i = 0; i < WINDOWS; i++)
    await each((trial) => timeWindow(trial, windowMs), i % 2 === 0 ? trials : trials.toReversed());
  const outcomes = new Map<Trial, Measurement>();
  await each(async (trial) => {
    outcomes.set(trial, await conclude(trial, options));
  });
  return trials.map((trial) => outcomes.get(trial) ?? trial.error!);
}

/** A search that finds nothing. */
const NOTHING: SearchOrder = { ...templateOf('bench'), chain: 5, target: new Uint8Array(32), start: 0n };

/** A contender on its way through a measurement. */
interface Trial {
  readonly contender: Contender;
  /** What makes its result worthless. */
  readonly faults: string[];
  /** In what is timed, on average. */
  noncesPerFind: number;
  order: SearchOrder;
  ceiling: Ceiling | undefined;
  /** Turns that it has had. */
  turn: number;
  readonly windows: SearchWindow[];
  /** Of each window, the search's rate to the ceiling's. */
  readonly shares: number[];
  /** What it broke by. */
  error: Error | undefined;
}

async function attempt(trial: Trial, check: () => void | Promise<void>): Promise<void> {
  try {
    await check();
  } catch (error) {
    if (!isFault(error)) throw error;
    trial.faults.push(error.message);
  }
}

/** Checks it, warms it up, and chooses its ceiling and how often it is to find something. */
async function prepare(trial: Trial, { seconds, checks }: MeasureOptions, windowMs: number): Promise<void> {
  const { contender } = trial;
  await attempt(trial, () => verifyExactly(contender, checks[0]));
  await contender.searchFor({ ...NOTHING, start: 2n ** 60n }, WARM_UP_MS);
  const pilot = await contender.searchFor({ ...NOTHING, start: 2n ** 61n }, Math.min(windowMs, WARM_UP_MS));
  if (contender.ceilingForms.length > 0)
    await attempt(trial, async () => {
      trial.ceiling = await prepareCeiling(contender);
    });
  trial.noncesPerFind = Math.max(
    16,
    contender.callNonces / MAX_FINDS_PER_CALL,
    (hashesPerSecond(pilot) * seconds) / WANTED_FINDS,
  );
  trial.order = { ...NOTHING, target: targetForNonces(trial.noncesPerFind) };
}

/** A window of the search and of the ceiling, in short turns and changing order: what disturbs one disturbs both. */
async function timeWindow(trial: Trial, windowMs: number): Promise<void> {
  const { contender, ceiling, order } = trial;
  const turns = Math.max(1, Math.round(windowMs / contender.turnMs));
  const turnMs = windowMs / turns;
  const searched: SearchWindow[] = [];
  const mixed: Window[] = [];
  const search = async () => {
    searched.push(await contender.searchFor({ ...order, start: BigInt(trial.turn) << TURN_BITS }, turnMs));
  };
  const mix = async () => {
    if (ceiling) mixed.push(await contender.mix(ceiling.task(turnMs)));
  };
  for (const end = trial.turn + turns; trial.turn < end; trial.turn++) {
    for (const work of trial.turn % 2 === 0 ? [search, mix] : [mix, search]) await work();
  }
  const window = {
    ...joinWindows(searched),
    finds: searched.flatMap(({ finds }) => finds),
    overflow: searched.reduce((sum, { overflow }) => sum + overflow, 0),
  };
  trial.windows.push(window);
  if (ceiling) trial.shares.push(hashesPerBusySecond(window) / hashesPerBusySecond(joinWindows(mixed)));
}

/** Checks what was found, and what it comes to. */
async function conclude(trial: Trial, { checks, meanPowerW }: MeasureOptions): Promise<Measurement> {
  const { contender, faults, order, windows, shares, noncesPerFind, ceiling } = trial;
  await attempt(trial, () => verifyWindows(order, noncesPerFind, windows));
  await attempt(trial, () => verifyExactly(contender, checks[1]));
  const powerW = meanPowerW?.();
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

function isFault(error: unknown): error is Error {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return error instanceof CeilingError || code === 'ERR_VERIFICATION';
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

/** Hashes per second of CPU time, the median of the windows; undefined where it is not known. */
export function perCpuSecond({ cpuWindows }: Pick<BenchResult, 'cpuWindows'>): number | undefined {
  return cpuWindows == null || cpuWindows.length === 0 ? undefined : median(cpuWindows);
}

/**
 * What the work that a miner's log has must come to in a pool's windows, at the least and at the most.
 *
 * A miner does not know in which slice of the pool's clock a share was counted. It knows that this was between sending it and the
 * answer, on its own clock; and that the two clocks differ by some seconds which hardly change. So all shares are shifted by one and the same
 * offset, each a second more or less by itself, and the least is taken over all offsets: an honest pool is never below it.
 *
 * ```
 * share sent --- answered   + offset, a second around   --> one slice, or a few --> the least and the most that windows count of it
 * ```
 * @module
 */
import type { RunWindow } from './audit-run.js';
import type { AcknowledgedShares } from './work-log-text.js';

/** Length of a slice of the pool's time, ms. */
export const SLICE_MS = 10_000;

/** What each share's time may be off by, beside the clocks, ms. */
const JITTER_MS = 1_000;

/** Least step in which the offset of the clocks is tried, ms. */
const STEP_MS = 1_000;

/** Most steps to either side: with clocks far apart they are longer, and so is what each share's time may be off by. */
const MOST_STEPS = 30;

/** A window, and what the pool says that the account did in it. */
export interface ClaimedWindow {
  readonly window: RunWindow;
  readonly work: bigint;
}

/** Sums over windows, expected hashes: work that is in two windows counts twice. */
export interface WorkBounds {
  readonly least: bigint;
  readonly most: bigint;
  readonly claimed: bigint;
}

/**
 * Compares windows with a log.
 * @param windows - of any number of tables, each once
 * @param toleranceMs - most by which the clocks may differ, at least 0
 */
export function boundsOf(
  windows: readonly ClaimedWindow[],
  shares: readonly AcknowledgedShares[],
  toleranceMs: number,
): WorkBounds {
  const stepMs = Math.max(STEP_MS, Math.ceil(toleranceMs / MOST_STEPS));
  let least: bigint | undefined;
  let most = 0n;
  for (let offsetMs = -toleranceMs; ; offsetMs = Math.min(offsetMs + stepMs, toleranceMs)) {
    const sums = sumsAt(windows, shares, offsetMs, Math.max(JITTER_MS, stepMs));
    if (least === undefined || sums.least < least) least = sums.least;
    if (sums.most > most) most = sums.most;
    if (offsetMs >= toleranceMs) break;
  }
  return { least: least!, most, claimed: windows.reduce((sum, { work }) => sum + work, 0n) };
}

/** Whether a pool counted less than it acknowledged. Its windows round down, and difficulties are told as binary fractions. */
export function isShort({ least, claimed }: WorkBounds, windows: number): boolean {
  return claimed + least / 1_000_000n + BigInt(windows) < least;
}

/** Slices from the first to the last that shares may be in, and their work. */
interface Spread {
  readonly firstMs: number;
  readonly lastMs: number;
  work: bigint;
}

function sumsAt(
  windows: readonly ClaimedWindow[],
  shares: readonly AcknowledgedShares[],
  offsetMs: number,
  jitterMs: number,
): { readonly least: bigint; readonly most: bigint } {
  const spreads = new Map<string, Spread>();
  for (const { sentMs, answeredMs, work } of shares) {
    const firstMs = sliceOf(sentMs + offsetMs - jitterMs);
    const lastMs = sliceOf(answeredMs + offsetMs + jitterMs);
    const key = `${firstMs} ${lastMs}`;
    const spread = spreads.get(key);
    if (spread === undefined) spreads.set(key, { firstMs, lastMs, work });
    else spread.work += work;
  }
  const cover = coverOf(windows, spreads.values());
  let least = 0n;
  let most = 0n;
  for (const { firstMs, lastMs, work } of spreads.values()) {
    let low: bigint | undefined;
    let high = 0n;
    for (let sliceMs = firstMs; sliceMs <= lastMs; sliceMs += SLICE_MS) {
      const counted = countedIn(cover.get(sliceMs)!, sliceMs, work);
      if (low === undefined || counted < low) low = counted;
      if (counted > high) high = counted;
    }
    least += low!;
    most += high;
  }
  return { least, most };
}

/** Windows of each slice that any share may be in. */
function coverOf(windows: readonly ClaimedWindow[], spreads: Iterable<Spread>): Map<number, RunWindow[]> {
  const cover = new Map<number, RunWindow[]>();
  for (const { firstMs, lastMs } of spreads)
    for (let sliceMs = firstMs; sliceMs <= lastMs; sliceMs += SLICE_MS)
      if (!cover.has(sliceMs)) cover.set(sliceMs, []);
  const slices = [...cover.keys()].sort((a, b) => a - b);
  for (const { window } of windows)
    for (let at = firstFrom(slices, window.fromMs); at < slices.length && slices[at]! < window.toMs; at++)
      cover.get(slices[at]!)!.push(window);
  return cover;
}

/** Index of the first slice that is not before a time. */
function firstFrom(slices: readonly number[], fromMs: number): number {
  let low = 0;
  let high = slices.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (slices[middle]! < fromMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function countedIn(windows: readonly RunWindow[], sliceMs: number, work: bigint): bigint {
  let counted = 0n;
  for (const { fromMs, part, of } of windows)
    counted += sliceMs === fromMs && part !== of ? (work * part) / of : work;
  return counted;
}

function sliceOf(timeMs: number): number {
  return Math.floor(timeMs / SLICE_MS) * SLICE_MS;
}

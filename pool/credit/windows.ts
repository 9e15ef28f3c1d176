/**
 * Whose work counts for a found block.
 *
 * | scheme | window |
 * |---|---|
 * | `pplns` | back from the find's slice, that one included, until it holds twice the expected hashes of the found block's own target |
 * | `prop` | the slices after that of the last find, up to this find's |
 * | `solo` | none: the finder's alone |
 *
 * Windows begin and end where slices do: within a slice it is not known what came first. So all finds of a slice share one window, that of
 * the first of them by hash. Of the oldest slice of a PPLNS window only a part counts, the same part of each account's work in
 * it. A pool that is younger than its window shares out by the work that there is.
 * @module
 */
import { SLICE_MS } from '../domain/batch.js';

/** How rewards are shared out. */
export const SCHEMES = ['pplns', 'prop', 'solo'] as const;

export type Scheme = (typeof SCHEMES)[number];

/** Times of the expected hashes of a block that a PPLNS window holds. */
export const PPLNS_BLOCKS = 2n;

/** Work of a slice. */
export interface SliceWork {
  /** ms since the epoch, a multiple of SLICE_MS. */
  readonly startMs: number;
  readonly total: bigint;
}

/** A found block, as far as windows are concerned. */
export interface CreditedFind {
  /** 64 hex digits. */
  readonly hash: string;
  /** When it was found, ms since the epoch, on the store's clock. */
  readonly foundMs: number;
  /** Expected hashes of its target. */
  readonly expectedHashes: bigint;
}

/** A span of slices. */
export interface Window {
  /** Start of the oldest slice, ms since the epoch. */
  readonly fromMs: number;
  /** End of the newest slice: the start of the one after it. */
  readonly toMs: number;
  /** What of the oldest slice counts: `part` of `of`, hashes. Equal where all of it does. */
  readonly oldest: { readonly part: bigint; readonly of: bigint };
}

/** Start of the slice of a time, ms since the epoch. */
export function sliceStartOf(timeMs: number): number {
  return timeMs - (timeMs % SLICE_MS);
}

/** In the order in which finds are credited: by slice, then by hash. */
export function inCreditOrder(a: CreditedFind, b: CreditedFind): number {
  const slices = sliceStartOf(a.foundMs) - sliceStartOf(b.foundMs);
  if (slices !== 0) return slices;
  return a.hash < b.hash ? -1 : Number(a.hash > b.hash);
}

/** Finds with one window. */
export interface FindsOfSlice<Find extends CreditedFind> {
  /** Start of their slice, ms since the epoch. */
  readonly startMs: number;
  /** In credit order, at least one. */
  readonly finds: readonly Find[];
}

/** Finds by slice, in credit order. */
export function findsBySlice<Find extends CreditedFind>(finds: Iterable<Find>): FindsOfSlice<Find>[] {
  const groups: { startMs: number; finds: Find[] }[] = [];
  for (const find of [...finds].sort(inCreditOrder)) {
    const startMs = sliceStartOf(find.foundMs);
    const last = groups.at(-1);
    if (last?.startMs === startMs) last.finds.push(find);
    else groups.push({ startMs, finds: [find] });
  }
  return groups;
}

/**
 * The PPLNS window of finds of a slice.
 * @param slices - oldest first, each start once; later ones than the finds' do not matter
 */
export function pplnsWindow(
  { startMs, finds }: FindsOfSlice<CreditedFind>,
  slices: readonly SliceWork[],
): Window {
  const wanted = PPLNS_BLOCKS * finds[0]!.expectedHashes;
  const toMs = startMs + SLICE_MS;
  let held = 0n;
  let fromMs = startMs;
  for (let at = slices.length - 1; at >= 0; at--) {
    const slice = slices[at]!;
    if (slice.startMs >= toMs) continue;
    fromMs = slice.startMs;
    if (held + slice.total >= wanted)
      return { fromMs, toMs, oldest: { part: wanted - held, of: slice.total } };
    held += slice.total;
  }
  return { fromMs, toMs, oldest: { part: 1n, of: 1n } };
}

/**
 * The PROP window of finds of a slice.
 * @param lastSliceMs - start of the slice of the finds before; undefined if there are none
 * @param firstSliceMs - start of the oldest slice that is kept: where there are no finds before, the window begins there
 */
export function propWindow(
  { startMs }: FindsOfSlice<CreditedFind>,
  lastSliceMs: number | undefined,
  firstSliceMs: number,
): Window {
  const fromMs = lastSliceMs === undefined ? Math.min(firstSliceMs, startMs) : lastSliceMs + SLICE_MS;
  return { fromMs, toMs: startMs + SLICE_MS, oldest: { part: 1n, of: 1n } };
}

/** What of a work in a slice counts in a window; 0 where the slice is not in it. Rounded down. */
export function workIn({ fromMs, toMs, oldest }: Window, sliceMs: number, work: bigint): bigint {
  if (sliceMs < fromMs || sliceMs >= toMs) return 0n;
  return sliceMs === fromMs && oldest.part !== oldest.of ? (work * oldest.part) / oldest.of : work;
}

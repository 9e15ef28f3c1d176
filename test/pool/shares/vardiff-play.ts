/**
 * A miner at a pool with vardiff: shares come at random, a rise waits for the next header, a fall comes at once.
 * @module
 */
import {
  noteDifficulty,
  noteShare,
  proposedWork,
  startVardiff,
  type Vardiff,
  type VardiffSettings,
} from '../../../pool/shares/vardiff.js';
import { exponential } from '../../support/seeded-random.js';

export interface Play {
  readonly settings: VardiffSettings;
  readonly startWork: bigint;
  /** Hashes a ms at a time. */
  readonly rateAt: (nowMs: number) => number;
  /** Time between headers, ms. */
  readonly headerMs: number;
  readonly endMs: number;
  /** Shares are handed in together at multiples of this time, ms; at once if left out. */
  readonly flushMs?: number;
}

/** Silence is noticed at multiples of this time, ms. */
const SWEEP_MS = 5_000;

/**
 * Plays it.
 * @param onChange - hears each difficulty from the moment on at which it counts, the first one too
 * @returns the state at the end
 */
export function play(
  p: Play,
  random: () => number,
  onChange: (work: number, nowMs: number) => void,
): Vardiff {
  const vardiff = startVardiff(p.startWork, 0);
  onChange(vardiff.work, 0);
  let nextHeader = random() * p.headerMs;
  let nextSweep = random() * SWEEP_MS;
  let nextFlush = p.flushMs ?? Number.POSITIVE_INFINITY;
  let held = 0;
  let nowMs = 0;
  /** Hashes until the next share, of such as take one hash each. */
  let luck = exponential(1, random);
  const change = (risesToo: boolean): void => {
    const proposed = proposedWork(vardiff, p.settings, nowMs);
    if (proposed === undefined || (Number(proposed) > vardiff.work && !risesToo)) return;
    noteDifficulty(vardiff, proposed, nowMs);
    onChange(vardiff.work, nowMs);
  };
  while (nowMs < p.endMs) {
    const rate = p.rateAt(nowMs);
    const share = nowMs + (luck * vardiff.work) / rate;
    const event = Math.min(share, nextHeader, nextSweep, nextFlush);
    luck -= ((event - nowMs) * rate) / vardiff.work;
    nowMs = event;
    if (event === share) {
      luck = exponential(1, random);
      if (p.flushMs !== undefined) held++;
      else {
        noteShare(vardiff, vardiff.work, nowMs);
        change(false);
      }
    } else if (event === nextFlush) {
      nextFlush += p.flushMs!;
      for (; held > 0; held--) noteShare(vardiff, vardiff.work, nowMs);
      change(false);
    } else if (event === nextHeader) {
      nextHeader += p.headerMs;
      change(true);
    } else {
      nextSweep += SWEEP_MS;
      change(false);
    }
  }
  return vardiff;
}

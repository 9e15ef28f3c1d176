/**
 * How difficult a miner's shares should be, so that they come at the rate that is wanted. Pure.
 *
 * Shares come at random, so a few of them tell little: the difficulty is changed when what came would be too unlikely if
 * it were right. Not the work of the shares is counted but the shares, beside the hashes that each was likely to take:
 * this way shares from before and after a change of difficulty count alike, and silence counts too.
 *
 * Two memories of one and of ten minutes: the long one is what is believed, until the short one contradicts it.
 * @module
 */
import { clampWork, ladderWork } from '../domain/difficulty.js';

/** What a listener wants. */
export interface VardiffSettings {
  /** Shares a minute of one connection. */
  readonly sharesPerMinute: number;
  /** Bounds of the difficulty, in expected hashes. */
  readonly minWork: bigint;
  readonly maxWork: bigint;
}

/** What is remembered of a connection: numbers alone, since there are many that idle. */
export interface Vardiff {
  /** Difficulty that its new headers have, in expected hashes. */
  work: number;
  /** Time of the last event. */
  atMs: number;
  /** Shares, fading. */
  shortShares: number;
  longShares: number;
  /** Shares that a miner of one hash a ms would have been expected to find, fading likewise. */
  shortChance: number;
  longChance: number;
}

const SHORT_MS = 60_000;
const LONG_MS = 600_000;

/**
 * How unlikely what came must be, as `deviance` has it, before a difficulty that seems off is changed. A fall is easier
 * than a rise: too many shares tell soon that it was wrong, while too few tell nothing for long.
 */
const RISE_DEVIANCE = 2;
const FALL_DEVIANCE = 1.5;

/** How badly the memories must fit each other before the long one is thrown away: silence does after eleven shares' time. */
const FORGET_DEVIANCE = 14;

/** What then counts of the short one, in shares at most. */
const KEPT_SHARES = 3;

/** A difficulty that is off by less is left alone, as a ratio. */
const NEAR = 1.4;

/** Trust in the present difficulty, in shares: without any share, what it says is all that is known. */
const PRIOR_SHARES = 0.5;

/** A connection that begins with a difficulty. @param work - expected hashes of a share */
export function startVardiff(work: bigint, nowMs: number): Vardiff {
  return { work: Number(work), atMs: nowMs, shortShares: 0, longShares: 0, shortChance: 0, longChance: 0 };
}

/** A share was accepted. @param work - expected hashes it counts for; less than the present where its header is older */
export function noteShare(vardiff: Vardiff, work: number, nowMs: number): void {
  advance(vardiff, nowMs);
  const share = Math.min(1, work / vardiff.work);
  vardiff.shortShares += share;
  vardiff.longShares += share;
}

/** Headers of another difficulty go to the connection from now on. */
export function noteDifficulty(vardiff: Vardiff, work: bigint, nowMs: number): void {
  advance(vardiff, nowMs);
  vardiff.work = Number(work);
  // What was seen at a far lower difficulty would outweigh all that comes: no more than a memory's length of the new one.
  const short = Math.min(1, SHORT_MS / vardiff.work / vardiff.shortChance);
  const long = Math.min(1, LONG_MS / vardiff.work / vardiff.longChance);
  if (short < 1) {
    vardiff.shortShares *= short;
    vardiff.shortChance *= short;
  }
  if (long < 1) {
    vardiff.longShares *= long;
    vardiff.longChance *= long;
  }
}

/**
 * The difficulty that a connection should have, of the ladder. To be asked after a share, before a header is sent, and
 * every few seconds of silence. It comes with a header that was not sent there before.
 * @returns expected hashes of a share; undefined when the present one may stay
 */
export function proposedWork(vardiff: Vardiff, settings: VardiffSettings, nowMs: number): bigint | undefined {
  advance(vardiff, nowMs);
  const { work, longShares, longChance } = vardiff;
  const perMs = settings.sharesPerMinute / 60_000;
  // Shares that should have come by now if the present difficulty were right.
  const expected = longChance * work * perMs;
  const ratio = (longShares + PRIOR_SHARES) / (expected + PRIOR_SHARES);
  const outside = work < Number(settings.minWork) || work > Number(settings.maxWork);
  if (!outside) {
    if (ratio < NEAR && ratio > 1 / NEAR) return undefined;
    if (deviance(longShares, expected) < (ratio > 1 ? RISE_DEVIANCE : FALL_DEVIANCE)) return undefined;
  }
  const proposed = clampWork(ladderWork(work * ratio), settings.minWork, settings.maxWork);
  return Number(proposed) === work ? undefined : proposed;
}

/** Hashes a second that a connection's shares tell; without any, what its difficulty says. */
export function estimatedRate(vardiff: Vardiff, sharesPerMinute: number, nowMs: number): number {
  advance(vardiff, nowMs);
  const prior = (PRIOR_SHARES * 60_000) / (sharesPerMinute * vardiff.work);
  return ((vardiff.longShares + PRIOR_SHARES) / (vardiff.longChance + prior)) * 1000;
}

/** Lets time pass. */
function advance(vardiff: Vardiff, nowMs: number): void {
  const elapsedMs = nowMs - vardiff.atMs;
  if (!(elapsedMs > 0)) return;
  vardiff.atMs = nowMs;
  const short = Math.exp(-elapsedMs / SHORT_MS);
  const long = Math.exp(-elapsedMs / LONG_MS);
  vardiff.shortShares *= short;
  vardiff.longShares *= long;
  vardiff.shortChance = vardiff.shortChance * short + ((1 - short) * SHORT_MS) / vardiff.work;
  vardiff.longChance = vardiff.longChance * long + ((1 - long) * LONG_MS) / vardiff.work;
  const expected = (vardiff.longShares / vardiff.longChance) * vardiff.shortChance;
  // Of what fades, twice as much was seen as is left.
  if (2 * deviance(vardiff.shortShares, expected) < FORGET_DEVIANCE) return;
  // The short memory reaches back to before the change too, so that little weight is left to it.
  const weight = Math.min(1, KEPT_SHARES / vardiff.shortShares);
  vardiff.shortShares *= weight;
  vardiff.shortChance *= weight;
  vardiff.longShares = vardiff.shortShares;
  vardiff.longChance = vardiff.shortChance;
}

/** How badly a number of random events fits the number expected: twice the logarithm of the ratio of likelihoods. */
function deviance(seen: number, expected: number): number {
  if (expected <= 0) return seen > 0 ? Number.POSITIVE_INFINITY : 0;
  return 2 * ((seen > 0 ? seen * Math.log(seen / expected) : 0) - (seen - expected));
}

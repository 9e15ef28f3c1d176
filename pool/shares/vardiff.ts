/**
 * Chooses the difficulty at which a miner's shares come at the wanted rate. Pure.
 *
 * Shares come at random, so a few of them tell little: the difficulty is changed when the shares seen would be too unlikely if
 * it were right. The shares are counted, not their work, beside the hashes that each was likely to take:
 * this way shares from before and after a change of difficulty count alike, and silence counts, too.
 *
 * There are two memories, of one and of ten minutes: the long one is believed until the short one contradicts it.
 * @module
 */
import { clampWork, ladderWork } from '../domain/difficulty.js';

/** A listener's wishes. */
export interface VardiffSettings {
  /** Wanted shares a minute of one connection. */
  readonly sharesPerMinute: number;
  /** Bounds of the difficulty, in expected hashes. */
  readonly minWork: bigint;
  readonly maxWork: bigint;
}

/** The memory of a connection: numbers alone, since many connections idle. */
export interface Vardiff {
  /** Difficulty of the headers that are sent from now on, in expected hashes. */
  work: number;
  /** Time of the last event. */
  atMs: number;
  /** Shares, fading. */
  shortShares: number;
  longShares: number;
  /** Shares that a miner of one hash a ms would have found, as expected, fading likewise. */
  shortChance: number;
  longChance: number;
}

const SHORT_MS = 60_000;
const LONG_MS = 600_000;

/**
 * How unlikely the shares seen must be, as `deviance` measures it, before the difficulty is changed. A fall is easier
 * than a rise: too many shares tell soon that it was wrong, while too few tell nothing for long.
 */
const RISE_DEVIANCE = 2;
const FALL_DEVIANCE = 1.5;

/** How badly the memories must fit each other before the long one is thrown away: silence of eleven shares' time does. */
const FORGET_DEVIANCE = 14;

/** Most shares of the short memory that count then. */
const KEPT_SHARES = 3;

/** A difficulty that is off by less than this ratio is left alone. */
const NEAR = 1.4;

/** Weight of the present difficulty, in shares: before the first share nothing else is known. */
const PRIOR_SHARES = 0.5;

/** The memory of a new connection. @param work - its first difficulty, expected hashes of a share */
export function startVardiff(work: bigint, nowMs: number): Vardiff {
  return { work: Number(work), atMs: nowMs, shortShares: 0, longShares: 0, shortChance: 0, longChance: 0 };
}

/** Notes an accepted share. @param work - expected hashes it counts for, by the difficulty of its header */
export function noteShare(vardiff: Vardiff, work: number, nowMs: number): void {
  advance(vardiff, nowMs);
  const share = Math.min(1, work / vardiff.work);
  vardiff.shortShares += share;
  vardiff.longShares += share;
}

/** Notes that the connection's new headers have another difficulty from now on. */
export function noteDifficulty(vardiff: Vardiff, work: bigint, nowMs: number): void {
  advance(vardiff, nowMs);
  vardiff.work = Number(work);
  // Shares seen at a far lower difficulty would outweigh all that follow: they count for one memory's length at the new one at most.
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
 * The step of the ladder that a connection should have. To be asked after a share, before a header is sent, and
 * every few seconds of silence. The new difficulty is sent with a header that the connection has not seen.
 * @returns expected hashes of a share; undefined if the present difficulty may stay
 */
export function proposedWork(vardiff: Vardiff, settings: VardiffSettings, nowMs: number): bigint | undefined {
  advance(vardiff, nowMs);
  const { work, longShares, longChance } = vardiff;
  const perMs = settings.sharesPerMinute / 60_000;
  // Shares that are expected by now if the present difficulty is right.
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

/** A connection's hashes a second by its shares; before the first share, by its difficulty. */
export function estimatedRate(vardiff: Vardiff, sharesPerMinute: number, nowMs: number): number {
  advance(vardiff, nowMs);
  const prior = (PRIOR_SHARES * 60_000) / (sharesPerMinute * vardiff.work);
  return ((vardiff.longShares + PRIOR_SHARES) / (vardiff.longChance + prior)) * 1000;
}

/** Time between two looks at a silent connection, with what it takes until it has a header that it had not, ms. */
const SILENCE_STEP_MS = 10_000;

/** No listener's settings make it take longer, ms. */
const MAX_FIRST_SHARE_MS = 3_600_000;

/** Share times in which no share comes with a chance of one in 160,000. */
const SURE_SHARES = 12;

/**
 * Time in which a miner that is made for the least difficulty of a listener has its first share, ms: the difficulty falls to
 * it step by step, and then shares come as often as is wished.
 */
export function firstShareMs(settings: VardiffSettings & { readonly startWork: bigint }): number {
  const vardiff = startVardiff(settings.startWork, 0);
  let nowMs = 0;
  while (vardiff.work > Number(settings.minWork) && nowMs < MAX_FIRST_SHARE_MS) {
    nowMs += SILENCE_STEP_MS;
    const work = proposedWork(vardiff, settings, nowMs);
    if (work !== undefined) noteDifficulty(vardiff, work, nowMs);
  }
  return nowMs + (SURE_SHARES * 60_000) / settings.sharesPerMinute;
}

/** Fades the memories by the time that has passed. */
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
  // Of a fading count, twice as much was seen as is left.
  if (2 * deviance(vardiff.shortShares, expected) < FORGET_DEVIANCE) return;
  // The short memory, too, reaches back before the change, so it gets little weight.
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

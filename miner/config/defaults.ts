/**
 * What is taken where neither the command line nor a file says anything, and bounds that both ways keep.
 * @module
 */

import { LEAST_LOAD } from '../core/load-pacer.js';

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const MINER_DEFAULTS = {
  /** Pools that ask for none take this one. */
  password: 'x',
  logLevel: 'info',
  polwShift: 0,
  /** Size from which on a log file is put aside, MB. */
  logMegabytes: 10,
  /** Log files that were put aside and are kept. */
  logFiles: 5,
  loadPercent: 100,
  onTrouble: 'restart',
  maxRestarts: 3,
} as const;

/** Least load that devices can be limited to, percent. */
export const LEAST_LOAD_PERCENT = LEAST_LOAD * 100;

/** Bounds of the watchdog: restarts of one device within an hour, and a day without work, s. */
export const MAX_RESTARTS = 100;
export const MAX_NO_WORK_SECONDS = 86_400;

/** Most bits that a test network's threshold can be lowered by. */
export const MAX_SHIFT_BITS = 54;

/** Threads that may hash for each that the CPU has: with many more the main thread would hardly get to hear a signal. */
export const MAX_THREADS_PER_CPU_THREAD = 4;

/** Nodes, or pools, of one miner. */
export const MAX_SOURCES = 16;

/** Words of `devices`. */
export const MAX_DEVICE_WORDS = 64;

/** Bounds of the log file: MB, and files that are kept. */
export const MAX_LOG_MEGABYTES = 10_000;
export const MAX_LOG_FILES = 1_000;

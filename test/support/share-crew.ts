/**
 * Miners wherever the pool is at the time. Guests come one after the other, each for one share, and some try once more
 * what others had submitted, as miners do that lost their connection; residents stay while they can.
 * @module
 */
import { createWasmKernel } from '../../shaders/cpu/wasm.js';
import type { ShareLedger } from './share-ledger.js';
import { type Login, reside, visit, type WireShare } from './share-miner.js';
import { ADDRESS, OTHER_ADDRESS } from './test-pool.js';
import { sleep } from './wait.js';

/** Two accounts, of several workers each. */
const LOGINS: readonly Login[] = [ADDRESS, OTHER_ADDRESS].flatMap((address) =>
  ['rig1', 'rig2', 'rig3'].map((worker) => ({ address, worker })),
);

/** Shares that are kept for trying them again. */
const KEPT = 50;

export interface CrewOptions {
  /** Guests at a time. */
  readonly guests: number;
  /** Mean wait of a guest before it comes, ms. */
  readonly pauseMs: number;
  /** 0 by default. */
  readonly residents?: number;
  /** Longest wait of a resident before it comes, or comes again, ms. 100 by default. */
  readonly returnMs?: number;
}

export interface CrewModules {
  readonly ledger: ShareLedger;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Where the pool listens now, or undefined. */
  readonly port: () => number | undefined;
}

export interface ShareCrew {
  /** No more shares; resolves when all that was begun has ended. */
  stop(): Promise<void>;
}

/** Begins at once. */
export function startCrew(
  { guests, pauseMs, residents = 0, returnMs = 100 }: CrewOptions,
  modules: CrewModules,
): ShareCrew {
  const { ledger, random, port } = modules;
  const kernel = createWasmKernel();
  const kept: WireShare[] = [];
  let stopped = false;
  const keep = (share: WireShare): void => {
    if (kept.length < KEPT) kept.push(share);
    else kept[Math.floor(random() * KEPT)] = share;
  };
  const work = async (login: Login): Promise<void> => {
    while (!stopped) {
      await sleep(2 * pauseMs * random());
      const target = port();
      if (target === undefined || stopped) continue;
      const old = random() < 0.2 ? kept[Math.floor(random() * kept.length)] : undefined;
      const mischief = { foreign: old === undefined ? [] : [old], double: random() < 0.2 };
      await visit(target, login, mischief, { kernel, ledger, random, onSent: keep });
    }
  };
  const stay = async (login: Login): Promise<void> => {
    while (!stopped) {
      await sleep(returnMs * random());
      const target = port();
      if (target === undefined || stopped) continue;
      await reside(target, login, () => !stopped, { kernel, ledger, random, onSent: () => {} });
    }
  };
  const loginOf = (i: number): Login => LOGINS[i % LOGINS.length]!;
  const ended = Promise.all([
    ...Array.from({ length: guests }, (_, i) => work(loginOf(i))),
    ...Array.from({ length: residents }, (_, i) => stay(loginOf(i))),
  ]);
  return {
    stop: async () => {
      stopped = true;
      await ended;
    },
  };
}

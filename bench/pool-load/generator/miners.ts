/**
 * All miners of one process: connects them at a pace that a server can follow, and drives their load.
 * @module
 */
import { createWasmKernel } from '../../../shaders/cpu/wasm.js';
import { accountAddress } from './accounts.js';
import { Logins } from './logins.js';
import type { Connected, LoadPlan, Report } from './messages.js';
import { StratumClient } from './stratum-client.js';
import { Tally } from './tally.js';

/** Connections that are being opened at a time. */
const MAX_CONNECTING = 64;
/** Time for all to be ready, ms: fewer than 200 connections a second would be a failure of its own. */
const CONNECT_TIMEOUT_MS = 120_000;
/** Between two turns of an offered load, ms. */
const OFFER_MS = 2;
/** Bytes read at once. */
const READ_BYTES = 64 * 1024;
/** Hashes of a difficulty of 1: passwords name difficulties in these. */
const HASHES_PER_DIFFICULTY = 2 ** 34;

/** The miners of a plan. */
export class Miners {
  readonly #plan: LoadPlan;
  readonly #tally: Tally;
  readonly #clients: StratumClient[];
  #offer: NodeJS.Timeout | undefined;
  #logins: Logins | undefined;

  constructor(plan: LoadPlan) {
    this.#plan = plan;
    this.#tally = new Tally(plan.newestOnly ?? false);
    const modules = { tally: this.#tally, kernel: createWasmKernel(), buffer: Buffer.alloc(READ_BYTES) };
    const { host, port, address, ownAccounts = false, load, difficulties, sources } = plan;
    this.#clients = Array.from({ length: plan.connections }, (_, i) => {
      const worker = plan.firstWorker + i;
      return new StratumClient(
        {
          host,
          port,
          localAddress: sources > 1 ? `127.0.0.${2 + (worker % sources)}` : undefined,
          login: `${ownAccounts ? accountAddress(worker) : address}.w${worker}`,
          password:
            difficulties === 0
              ? 'x'
              : `d=${((16 + (worker % difficulties)) / HASHES_PER_DIFFICULTY).toFixed(25)}`,
          inFlight: load.kind === 'idle' ? 0 : load.inFlight,
          coalesce: load.kind === 'saturated' && load.coalesce,
        },
        modules,
      );
    });
  }

  /** Resolves when each miner is ready or has failed, or when time is up. */
  connect(): Promise<Connected> {
    const failures: Record<string, number> = {};
    let authorized = 0;
    let next = 0;
    let settled = 0;
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        const waiting = this.#clients.length - settled;
        if (waiting > 0) failures[`not ready within ${CONNECT_TIMEOUT_MS / 1000} s`] = waiting;
        resolve({ type: 'connected', authorized, failures });
      };
      const timer = setTimeout(finish, CONNECT_TIMEOUT_MS);
      const connectNext = (): void => {
        const client = this.#clients[next++];
        if (client === undefined) return;
        client.onReady = (failure) => {
          if (failure === undefined) authorized++;
          else failures[failure] = (failures[failure] ?? 0) + 1;
          if (++settled === this.#clients.length) finish();
          else connectNext();
        };
        client.connect();
      };
      for (let i = 0; i < MAX_CONNECTING; i++) connectNext();
    });
  }

  load(): void {
    const { load } = this.#plan;
    if (load.kind === 'saturated') for (const client of this.#clients) client.saturate();
    if (load.kind !== 'offered') return;
    this.#startOffer(load.sharesPerSecond);
    if (load.loginsPerSecond === undefined) return;
    const { host, port, address } = this.#plan;
    const plan = { host, port, address, perSecond: load.loginsPerSecond };
    this.#logins = new Logins(plan, () => this.#tally.logins++);
    this.#logins.start();
  }

  measure(): void {
    this.#tally.restart();
  }

  report(): Report {
    return this.#tally.report(this.#clients.filter(({ connected }) => connected).length);
  }

  close(): void {
    clearInterval(this.#offer);
    this.#logins?.close();
    for (const client of this.#clients) client.close();
  }

  /** Shares that are due go to one miner after the other; one that has no room is passed over. */
  #startOffer(sharesPerSecond: number): void {
    const startedMs = performance.now();
    let issued = 0;
    let turn = 0;
    this.#offer = setInterval(() => {
      const due = Math.floor(((performance.now() - startedMs) / 1000) * sharesPerSecond);
      for (; issued < due; issued++) {
        let sent = false;
        for (let tried = 0; tried < this.#clients.length && !sent; tried++) {
          sent = this.#clients[turn++ % this.#clients.length]!.submitOne();
        }
        if (sent) continue;
        this.#tally.held += due - issued;
        issued = due;
        return;
      }
    }, OFFER_MS);
  }
}

/**
 * Mining in this tab: owns the worker, from the click on "start" to the click on "stop", the tab's end, or a failure.
 *
 * ```
 * off --start--> mining --stop--> stopping --stopped--> off
 *                  |  ^---- tab is shown again
 *                  +------- tab is hidden, unless asked to go on: no work is done
 * ```
 * @module
 */
import type { MinerStatus } from '../../miner/core/events.js';
import { Cell } from '../live/cell.js';
import type { LastShare, MineNews, MineOptions, MineOrder } from './messages.js';

export interface MineWord {
  readonly level: 'info' | 'warn';
  readonly text: string;
  readonly timeMs: number;
}

export interface MineState {
  readonly phase: 'off' | 'mining' | 'stopping';
  /** Whether nothing is done since the tab is hidden. */
  readonly resting: boolean;
  /** How it goes, or went; undefined before the first start. */
  readonly status: MinerStatus | undefined;
  readonly lastShare: LastShare | undefined;
  /** The newest first. */
  readonly words: readonly MineWord[];
  /** Why it ended by itself. */
  readonly failure: string | undefined;
}

const OFF: MineState = {
  phase: 'off',
  resting: false,
  status: undefined,
  lastShare: undefined,
  words: [],
  failure: undefined,
};

/** Words that are kept. */
export const MAX_MINE_WORDS = 20;

/** Longest wait for a worker that is told to stop, ms: it waits a second for answers of the pool. */
const STOP_WAIT_MS = 3_000;

export interface MineModules {
  readonly startWorker: () => Worker;
  /** The document: whether it is hidden. */
  readonly page: Document;
}

export class MineControl {
  readonly state = new Cell<MineState>(OFF);
  readonly #modules: MineModules;
  #worker: Worker | undefined;
  #whileHidden = false;
  #stopTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(modules: MineModules) {
    this.#modules = modules;
    modules.page.addEventListener('visibilitychange', () => this.#restOrGoOn());
    // Kept for "back", a page must not mine meanwhile.
    modules.page.defaultView?.addEventListener('pagehide', () => this.#end());
  }

  /** @param whileHidden - whether to go on while the tab is hidden */
  start(options: MineOptions, whileHidden: boolean): void {
    if (this.#worker !== undefined) return;
    this.#whileHidden = whileHidden;
    this.state.set({ ...OFF, phase: 'mining' });
    let worker: Worker;
    try {
      worker = this.#modules.startWorker();
    } catch (error) {
      this.#fail(`This browser does not start the worker: ${error instanceof Error ? error.message : error}`);
      return;
    }
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<MineNews>) => this.#take(data);
    worker.onerror = (event) => {
      event.preventDefault();
      const why = event.message === undefined || event.message === '' ? 'it did not load' : event.message;
      this.#fail(`The worker that mines has failed: ${why}`);
    };
    this.#send({ type: 'start', options });
    this.#restOrGoOn();
  }

  setLoad(load: number): void {
    this.#send({ type: 'load', load });
  }

  setWhileHidden(whileHidden: boolean): void {
    this.#whileHidden = whileHidden;
    this.#restOrGoOn();
  }

  stop(): void {
    if (this.#worker === undefined || this.state.value.phase === 'stopping') return;
    this.#change({ phase: 'stopping' });
    this.#send({ type: 'stop' });
    this.#stopTimer = setTimeout(() => this.#end(), STOP_WAIT_MS);
  }

  #take(news: MineNews): void {
    switch (news.type) {
      case 'state':
        this.#change({ status: news.status, lastShare: news.lastShare });
        break;
      case 'word': {
        const word = { level: news.level, text: news.text, timeMs: Date.now() };
        this.#change({ words: [word, ...this.state.value.words].slice(0, MAX_MINE_WORDS) });
        break;
      }
      case 'failed':
        this.#fail(news.text);
        break;
      case 'stopped':
        this.#end();
        break;
    }
  }

  #restOrGoOn(): void {
    if (this.#worker === undefined) return;
    const resting = this.#modules.page.visibilityState === 'hidden' && !this.#whileHidden;
    if (resting === this.state.value.resting) return;
    this.#send({ type: 'pause', paused: resting });
    this.#change({ resting });
  }

  #fail(failure: string): void {
    this.#end();
    this.#change({ failure });
  }

  #end(): void {
    clearTimeout(this.#stopTimer);
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#change({ phase: 'off', resting: false });
  }

  #send(order: MineOrder): void {
    this.#worker?.postMessage(order);
  }

  #change(part: Partial<MineState>): void {
    this.state.set({ ...this.state.value, ...part });
  }
}

/**
 * Some CPU threads as a contender: each with a kernel of its own, all at work at the same time.
 * @module
 */
import { Worker } from 'node:worker_threads';
import type { CeilingForm, MixTask } from '../../shaders/ceiling.js';
import { type CpuKernel, isFast } from '../../shaders/cpu/cpu-kernel.js';
import { NATIVE_CEILING_FORMS } from '../../shaders/cpu/native-ceiling.js';
import { WASM_CEILING_FORMS } from '../../shaders/cpu/wasm-ceiling.js';
import { WASM_OPERATIONS_PER_NONCE } from '../../shaders/operations.js';
import type { NonceRange, SearchResult } from '../../shaders/search.js';
import type { Contender, SearchOrder, SearchWindow } from '../contender.js';
import type { Window } from '../statistics.js';
import type { ThreadAnswer, ThreadAnswers, ThreadData, ThreadOrder } from './messages.js';

/** Counters between the threads of a window: far more than one of them can search. */
const THREAD_STRIDE = 2n ** 36n;

/** Of the ceiling kernel: the CPU twin makes one lane in ten times as long. */
const REPETITION_MS = 2;

/** Short, since what else runs on the cores comes and goes. */
const TURN_MS = 100;

/** Nonces of a slice, at most: the finds of 5 ms. */
const SLICE_NONCES = 2 ** 16;

export interface CrewOptions {
  readonly kernel: CpuKernel;
  /** At least 1. */
  readonly threads: number;
  /** Of the CPU, for people. */
  readonly device: string;
}

/** Its threads start at once; the first order waits for them. */
export class Crew implements Contender {
  readonly backend: 'cpu-native' | 'cpu-noble' | 'cpu-wasm';
  readonly device: string;
  readonly threads: number;
  readonly operationsPerNonce: number | undefined;
  readonly callNonces = SLICE_NONCES;
  readonly ceilingForms: readonly CeilingForm[];
  readonly repetitionMs = REPETITION_MS;
  readonly turnMs = TURN_MS;
  readonly #workers: readonly Worker[];

  constructor({ kernel, threads, device }: CrewOptions) {
    const native = 'variant' in kernel;
    this.backend = native ? 'cpu-native' : isFast(kernel) ? 'cpu-wasm' : 'cpu-noble';
    this.device = device;
    this.threads = threads;
    this.operationsPerNonce = isFast(kernel) ? WASM_OPERATIONS_PER_NONCE : undefined;
    this.ceilingForms = native ? NATIVE_CEILING_FORMS : isFast(kernel) ? WASM_CEILING_FORMS : [];
    const workerData: ThreadData = { kernel };
    this.#workers = Array.from(
      { length: threads },
      () => new Worker(new URL('./thread.js', import.meta.url), { workerData }),
    );
  }

  /** By the first thread alone. */
  search(range: NonceRange): Promise<SearchResult> {
    return order(this.#workers[0]!, { type: 'search', range });
  }

  async searchFor(search: SearchOrder, windowMs: number): Promise<SearchWindow> {
    const windows = await this.#all('searchFor', (i) => ({
      type: 'searchFor',
      order: { ...search, start: BigInt.asUintN(64, search.start + BigInt(i) * THREAD_STRIDE) },
      windowMs,
    }));
    return {
      ...together(windows),
      finds: windows.flatMap((window) => window.finds),
      overflow: windows.reduce((sum, window) => sum + window.overflow, 0),
    };
  }

  async mix(task: MixTask): Promise<Window> {
    return together(await this.#all('mix', () => ({ type: 'mix', task })));
  }

  /** Plain `blake3(blake3(buf))`, whatever the kernel. */
  async yardstick(windowMs: number): Promise<Window> {
    return together(await this.#all('yardstick', () => ({ type: 'yardstick', windowMs })));
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #all<T extends ThreadOrder['type']>(
    _type: T,
    orderOf: (thread: number) => ThreadOrder & { readonly type: T },
  ): Promise<ThreadAnswers[T][]> {
    return Promise.all(this.#workers.map((worker, i) => order<T>(worker, orderOf(i))));
  }
}

/** One window of all threads: rates add up, so the time is the one that gives the sum of their rates. */
function together(windows: readonly Window[]): Window {
  const hashes = windows.reduce((sum, window) => sum + window.hashes, 0);
  const perMs = windows.reduce((sum, window) => sum + window.hashes / window.wallMs, 0);
  const cpuMs = windows.map((window) => window.cpuMs);
  return {
    hashes,
    wallMs: hashes / perMs,
    cpuMs: cpuMs.reduce((sum, ms) => (sum === undefined || ms === undefined ? undefined : sum + ms), 0),
  };
}

function order<T extends ThreadOrder['type']>(
  worker: Worker,
  message: ThreadOrder & { readonly type: T },
): Promise<ThreadAnswers[T]> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void): void => {
      worker.off('message', take);
      worker.off('error', fail);
      worker.off('exit', leave);
      end();
    };
    const take = (said: ThreadAnswer): void =>
      settle(() =>
        said.type === 'done' ? resolve(said.answer as ThreadAnswers[T]) : reject(new Error(said.message)),
      );
    const fail = (error: Error): void => settle(() => reject(error));
    const leave = (code: number): void => settle(() => reject(new Error(`a thread ended with ${code}`)));
    worker.on('message', take);
    worker.on('error', fail);
    worker.on('exit', leave);
    worker.postMessage(message);
  });
}

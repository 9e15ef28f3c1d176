/**
 * A card, or a software adapter, as a contender: its child process, and orders to it.
 * @module
 */
import type { Adapter } from '../../miner/backends/gpu/adapters.js';
import { ChildLink } from '../../miner/backends/gpu/child-link.js';
import { type MixTask, WGSL_CEILING_FORMS } from '../../shaders/ceiling.js';
import { WGSL_OPERATIONS_PER_NONCE } from '../../shaders/operations.js';
import type { NonceRange, SearchResult } from '../../shaders/search.js';
import type { Contender, SearchOrder, SearchWindow } from '../contender.js';
import type { Window } from '../statistics.js';
import type { CardAnswer, CardAnswers, CardOrder } from './messages.js';

/** Longest that an order may take: drivers may compile for a while, and software adapters are slow. */
const ANSWER_TIMEOUT_MS = 120_000;

/** Of the ceiling kernel: a dispatch as long as the search's, and on a software driver, which no watchdog guards, longer. */
const HARDWARE_REPETITION_MS = 30;
const SOFTWARE_REPETITION_MS = 200;

/** Ten dispatches and more, beside which the start and the end of a turn do not count. */
const TURN_MS = 400;

interface Waiting {
  resolve(answer: never): void;
  reject(error: Error): void;
}

/** Made by `openCard`. */
export class Card implements Contender {
  readonly backend = 'webgpu';
  readonly device: string;
  readonly threads = 1;
  readonly operationsPerNonce = WGSL_OPERATIONS_PER_NONCE;
  readonly ceilingForms = WGSL_CEILING_FORMS;
  readonly repetitionMs: number;
  readonly turnMs = TURN_MS;
  callNonces = 1;
  readonly #link: ChildLink<CardOrder, CardAnswer>;
  #waiting: Waiting | undefined;
  #ended: Error | undefined;

  constructor(adapter: Adapter) {
    this.device = adapter.name;
    this.repetitionMs = adapter.software ? SOFTWARE_REPETITION_MS : HARDWARE_REPETITION_MS;
    const vulkan = { driverManifest: adapter.driverManifest, layer: adapter.oneOf?.layer };
    this.#link = new ChildLink(new URL('./child.js', import.meta.url), vulkan, {
      onMessage: (message) => this.#take(message),
      onEnd: (why) => this.#fail(new Error(`${this.device}: ${why}`)),
    });
  }

  search(range: NonceRange): Promise<SearchResult> {
    return this.order({ type: 'search', range });
  }

  searchFor(order: SearchOrder, windowMs: number): Promise<SearchWindow> {
    return this.order({ type: 'searchFor', order, windowMs });
  }

  mix(task: MixTask): Promise<Window> {
    return this.order({ type: 'mix', task });
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  /** Sends an order and waits for its answer; only one at a time. */
  order<T extends CardOrder['type']>(message: CardOrder & { readonly type: T }): Promise<CardAnswers[T]> {
    return new Promise((resolve, reject) => {
      if (this.#ended) return reject(this.#ended);
      const timer = setTimeout(
        () => this.#link.kill(`no answer to "${message.type}" in ${ANSWER_TIMEOUT_MS} ms`),
        ANSWER_TIMEOUT_MS,
      );
      this.#waiting = {
        resolve: (answer: CardAnswers[T]) => {
          clearTimeout(timer);
          resolve(answer);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      this.#link.send(message);
    });
  }

  #take(message: CardAnswer): void {
    if (message.type === 'failed') {
      this.#fail(new Error(`${this.device}: ${message.message}`));
      return;
    }
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve(message.answer as never);
  }

  #fail(error: Error): void {
    this.#ended ??= error;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(this.#ended);
  }
}

/**
 * Starts a child process on an adapter and waits until its kernels are ready.
 * @throws Error if the adapter can't be used
 */
export async function openCard(adapter: Adapter): Promise<Card> {
  const card = new Card(adapter);
  try {
    const { callNonces } = await card.order({
      type: 'open',
      adapter: { name: adapter.oneOf?.card.name ?? adapter.name, backend: adapter.backend },
      card: adapter.oneOf?.card,
    });
    card.callNonces = callNonces;
    return card;
  } catch (error) {
    await card.close();
    throw error;
  }
}

/**
 * A WebGPU adapter at work, wherever it was found: self-test, size of dispatches, then task after task.
 * @module
 */
import type { ChainIndex } from '../../../protocol/chain.js';
import type { SearchTask } from '../../core/device.js';
import type { ChildMessage, ParentMessage } from './messages.js';
import { createSearchEngine, HARDWARE_TUNING, SOFTWARE_TUNING } from './search-engine.js';
import { judgeSelfTest, plantFind } from './self-test.js';
import { TaskRunner } from './task-runner.js';

/** Says what comes of it: `ready`, reports, and one last `failed`, after which the card is of no more use. */
export type TellCard = (message: Exclude<ChildMessage, { readonly type: 'alive' }>) => void;

export class Card {
  readonly #tell: TellCard;
  #device: GPUDevice | undefined;
  #runner: TaskRunner | undefined;
  #load = 1;
  #failed = false;

  constructor(tell: TellCard) {
    this.#tell = tell;
  }

  /** Does what it is told, once it is open. */
  take(message: Exclude<ParentMessage, { readonly type: 'open' }>): void {
    switch (message.type) {
      case 'search':
        this.search(message.task);
        break;
      case 'abandon':
        this.abandon(message.chain, message.generation);
        break;
      case 'load':
        this.setLoad(message.load);
        break;
      case 'loseDevice':
        this.loseDevice();
        break;
    }
  }

  /**
   * Opens the adapter. `ready` follows, or `failed`.
   * @param shader - text of the search kernel
   */
  async open(adapter: GPUAdapter, shader: string): Promise<void> {
    const { maxComputeWorkgroupsPerDimension } = adapter.limits;
    const device = await adapter.requestDevice({ requiredLimits: { maxComputeWorkgroupsPerDimension } });
    this.#device = device;
    void device.lost.then((info) => this.fail(`device lost: ${info.message || info.reason}`, false));
    device.addEventListener('uncapturederror', (event) => this.fail(`WebGPU: ${event.error.message}`, false));
    const tuning = adapter.info.isFallbackAdapter ? SOFTWARE_TUNING : HARDWARE_TUNING;
    const engine = await createSearchEngine(device, shader, tuning);
    const planted = plantFind();
    const wrong = judgeSelfTest(planted, await engine.dispatch(planted.range));
    if (wrong !== undefined) {
      this.fail(wrong, true);
      return;
    }
    await engine.tune();
    this.#runner = new TaskRunner(engine, {
      onReport: (report) => this.#tell({ type: 'report', report, taskSize: engine.dispatchNonces }),
      onError: (error) =>
        this.fail(`dispatch failed: ${error instanceof Error ? error.message : error}`, false),
    });
    this.#runner.setLoad(this.#load);
    this.#tell({ type: 'ready', taskSize: engine.dispatchNonces });
  }

  search(task: SearchTask): void {
    this.#runner?.add(task);
  }

  abandon(chain: ChainIndex, generation: number): void {
    this.#runner?.abandon(chain, generation);
  }

  /** @param load - part of its time that the card may be busy for, above 0, at most 1 */
  setLoad(load: number): void {
    this.#load = load;
    this.#runner?.setLoad(load);
  }

  /** A drill: what follows is what follows a lost device. */
  loseDevice(): void {
    this.#device?.destroy();
  }

  /** Says why it is of no more use. Only the first reason counts: a lost device also fails what was in flight. */
  fail(message: string, final: boolean): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#tell({ type: 'failed', message, final });
  }
}

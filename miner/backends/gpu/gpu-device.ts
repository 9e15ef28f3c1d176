/**
 * A card as the miner sees it: supervises the child process that works it, and starts another one after a crash, a
 * hang or a lost device.
 *
 * ```
 * starting --ready--> working --failure--> waiting (1 s, doubled to 60 s) --> starting
 *     \-- a final failure, or 8 in a row without a report --> given up
 * ```
 * @module
 */
import type { ChainIndex } from '../../../protocol/chain.js';
import type { DeviceEvents, SearchDevice, SearchTask } from '../../core/device.js';
import { restartDelayMs } from '../../core/restart-delay.js';
import type { ListedAdapter } from './adapter-list.js';
import { ChildLink } from './child-link.js';
import type { ChildMessage, Failed, ParentMessage } from './messages.js';

/** Which card, and how its child gets to see it. */
export interface GpuDeviceOptions {
  readonly adapter: ListedAdapter;
  /** Vulkan driver that the child shall see alone; without it the system's own. */
  readonly driverManifest?: string | undefined;
}

/** Two on the card and two behind them, so that it never waits for the miner. */
const DEPTH = 4;

const TICK_MS = 500;

/** No sign of life for so long: the process hangs. It says something every 500 ms, however busy the card is. */
const SILENT_TICKS = 6000 / TICK_MS;

/** The same before the first `ready`: drivers may block while they load and compile. */
const SILENT_TICKS_AT_START = 60_000 / TICK_MS;

/** Tasks and no report for so long: the card hangs. A task takes 40 ms, or a few seconds on a machine under heavy load. */
const STALLED_TICKS = 30_000 / TICK_MS;

type Link = ChildLink<ParentMessage, ChildMessage>;

/** A GPU. */
export class GpuDevice implements SearchDevice {
  readonly kind = 'gpu';
  readonly name: string;
  readonly depth = DEPTH;
  readonly #options: GpuDeviceOptions;
  readonly #held = new Set<number>();
  #events: DeviceEvents | undefined;
  #link: Link | undefined;
  #ready = false;
  #closed = false;
  #taskSize = 1;
  #failures = 0;
  #barrenFailures = 0;
  #silentTicks = 0;
  #stalledTicks = 0;
  #ticker: NodeJS.Timeout | undefined;
  #restart: NodeJS.Timeout | undefined;

  constructor(options: GpuDeviceOptions) {
    this.#options = options;
    this.name = options.adapter.name;
  }

  get taskSize(): number {
    return this.#taskSize;
  }

  /** Failures since the start, survived or not. */
  get failures(): number {
    return this.#failures;
  }

  /** Process id of the child; undefined while there is none. */
  get childPid(): number | undefined {
    return this.#link?.pid;
  }

  start(events: DeviceEvents): void {
    this.#events = events;
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
    this.#launch();
  }

  /** @throws Error if the device is not ready or holds `depth` tasks already */
  search(task: SearchTask): void {
    if (!this.#ready) throw new Error(`${this.name} is not ready for a task`);
    if (this.#held.size >= DEPTH) throw new Error(`${this.name} holds ${DEPTH} tasks already`);
    if (this.#held.size === 0) this.#stalledTicks = 0;
    this.#held.add(task.id);
    this.#link?.send({ type: 'search', task });
  }

  abandon(chain: ChainIndex, generation: number): void {
    this.#link?.send({ type: 'abandon', chain, generation });
  }

  /** A drill: the child loses its device. */
  loseDevice(): void {
    this.#link?.send({ type: 'loseDevice' });
  }

  async close(): Promise<void> {
    this.#stop();
    await this.#link?.close();
  }

  #launch(): void {
    let failed: Failed | undefined;
    this.#silentTicks = 0;
    const link: Link = new ChildLink('child', this.#options.driverManifest, {
      onMessage: (message) => {
        if (this.#closed) return;
        this.#silentTicks = 0;
        if (message.type === 'failed') failed = message;
        else this.#handle(message);
      },
      onEnd: (why) => {
        this.#link = undefined;
        if (!this.#closed) this.#fail(failed ?? { type: 'failed', message: why, final: false });
      },
    });
    this.#link = link;
    link.send({ type: 'open', adapter: this.#options.adapter });
  }

  #handle(message: Exclude<ChildMessage, Failed>): void {
    switch (message.type) {
      case 'alive':
        break;
      case 'ready':
        this.#taskSize = message.taskSize;
        this.#ready = true;
        this.#events?.onReady();
        break;
      case 'report':
        this.#taskSize = message.taskSize;
        this.#barrenFailures = 0;
        this.#stalledTicks = 0;
        this.#held.delete(message.report.taskId);
        this.#events?.onReport(message.report);
        break;
    }
  }

  #fail({ message, final }: Failed): void {
    this.#ready = false;
    this.#failures++;
    this.#barrenFailures++;
    const lostTaskIds = [...this.#held];
    this.#held.clear();
    const delayMs = final ? undefined : restartDelayMs(this.#barrenFailures);
    const givenUp = delayMs === undefined;
    if (givenUp) this.#stop();
    else this.#restart = setTimeout(() => this.#launch(), delayMs);
    this.#events?.onFailure({ message, lostTaskIds, final: givenUp });
  }

  /** Counted in ticks of this process, not in time: while the whole machine sleeps nobody is silent. */
  #tick(): void {
    if (!this.#link) return;
    if (++this.#silentTicks > (this.#ready ? SILENT_TICKS : SILENT_TICKS_AT_START)) {
      this.#link.kill('child process hangs: no sign of life');
    } else if (this.#held.size > 0 && ++this.#stalledTicks > STALLED_TICKS) {
      this.#link.kill('device hangs: no task comes back');
    }
  }

  #stop(): void {
    this.#closed = true;
    this.#ready = false;
    clearInterval(this.#ticker);
    clearTimeout(this.#restart);
  }
}

/**
 * A card as the miner sees it: supervises the child process, or the worker of a browser, that works it, and starts another
 * one after a crash, a hang or a lost device.
 *
 * ```
 * starting --ready--> working --failure--> waiting (1 s, doubled to 60 s) --> starting
 *     \-- a final failure, or 8 in a row without a minute of work --> given up
 * ```
 * @module
 */
import type { ChainIndex } from '../../../protocol/chain.js';
import type { DeviceEvents, DeviceHardware, SearchDevice, SearchTask } from '../../core/device.js';
import { PROVEN_MS, restartDelayMs } from '../../core/restart-delay.js';
import type { GpuLink, OpenGpuLink } from './gpu-link.js';
import type { ChildMessage, Failed } from './messages.js';

export interface GpuDeviceOptions {
  /** The card's name, for people. */
  readonly name: string;
  /** Missing where the CPU does the card's work. */
  readonly hardware?: DeviceHardware | undefined;
}

/** Two on the card and two behind them, so that it never waits for the miner. */
const DEPTH = 4;

/** Times after which a device is considered broken, ms. */
export interface GpuTimes {
  /** Time between two looks. */
  readonly tickMs: number;
  /** No sign of life for so long: the process hangs. */
  readonly silenceMs: number;
  /** Not ready for so long: the driver hangs while it loads or compiles, whether or not the process shows life. */
  readonly startMs: number;
  /** Tasks and no report for so long: the card hangs. */
  readonly stallMs: number;
  /** Work for so long: earlier failures are forgotten at the next report. */
  readonly provenMs: number;
}

const TIMES: GpuTimes = {
  tickMs: 500,
  silenceMs: 6_000,
  startMs: 120_000,
  stallMs: 30_000,
  provenMs: PROVEN_MS,
};

/** The parts that a device is built from; tests bring their own times. */
export interface GpuDeviceModules {
  readonly openLink: OpenGpuLink;
  readonly times?: GpuTimes;
  /** As in core/restart-delay.ts. */
  readonly restartDelayMs?: (deaths: number) => number | undefined;
}

/** A GPU. */
export class GpuDevice implements SearchDevice {
  readonly kind = 'gpu';
  readonly name: string;
  readonly hardware: DeviceHardware | undefined;
  readonly depth = DEPTH;
  readonly #modules: Required<GpuDeviceModules>;
  readonly #held = new Set<number>();
  #events: DeviceEvents | undefined;
  #link: GpuLink | undefined;
  #ready = false;
  #closed = false;
  #taskSize = 1;
  #load = 1;
  #failures = 0;
  #barrenFailures = 0;
  /** Ticks since the launch, then since `ready`. */
  #stateTicks = 0;
  #silentTicks = 0;
  #stalledTicks = 0;
  #ticker: ReturnType<typeof setInterval> | undefined;
  #restart: ReturnType<typeof setTimeout> | undefined;

  constructor(options: GpuDeviceOptions, modules: GpuDeviceModules) {
    this.#modules = { times: TIMES, restartDelayMs, ...modules };
    this.name = options.name;
    this.hardware = options.hardware;
  }

  get taskSize(): number {
    return this.#taskSize;
  }

  /** Failures since the start, survived or not. */
  get failures(): number {
    return this.#failures;
  }

  /** Process id of the child; undefined while there is none, and where it is no process. */
  get childPid(): number | undefined {
    return this.#link?.pid;
  }

  start(events: DeviceEvents): void {
    this.#events = events;
    this.#ticker = setInterval(() => this.#tick(), this.#modules.times.tickMs);
    this.#tryLaunch();
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

  setLoad(load: number): void {
    this.#load = load;
    this.#link?.send({ type: 'load', load });
  }

  /** A drill: the child loses its device. */
  loseDevice(): void {
    this.#link?.send({ type: 'loseDevice' });
  }

  restart(why: string): void {
    this.#link?.kill(why);
  }

  async close(): Promise<void> {
    this.#stop();
    await this.#link?.close();
  }

  /** A child that the system has no room for is a failure like another; told later, since `start` tells nothing. */
  #tryLaunch(): void {
    try {
      this.#launch();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#restart = setTimeout(() => this.#fail({ type: 'failed', message, final: false }), 0);
    }
  }

  #launch(): void {
    let failed: Failed | undefined;
    this.#stateTicks = 0;
    this.#silentTicks = 0;
    this.#link = this.#modules.openLink({
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
    if (this.#load < 1) this.#link.send({ type: 'load', load: this.#load });
  }

  #handle(message: Exclude<ChildMessage, Failed>): void {
    switch (message.type) {
      case 'alive':
        break;
      case 'ready':
        this.#taskSize = message.taskSize;
        this.#ready = true;
        this.#stateTicks = 0;
        this.#events?.onReady();
        break;
      case 'report':
        this.#taskSize = message.taskSize;
        if (this.#lasted(this.#modules.times.provenMs)) this.#barrenFailures = 0;
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
    const delayMs = final ? undefined : this.#modules.restartDelayMs(this.#barrenFailures);
    const givenUp = delayMs === undefined;
    if (givenUp) this.#stop();
    else this.#restart = setTimeout(() => this.#tryLaunch(), delayMs);
    this.#events?.onFailure({ message, lostTaskIds, final: givenUp });
  }

  /** Counted in ticks of this process, not in time: while the whole machine sleeps nobody is silent. */
  #tick(): void {
    if (!this.#link) return;
    const { tickMs, silenceMs, startMs, stallMs } = this.#modules.times;
    this.#stateTicks++;
    this.#silentTicks++;
    if (!this.#ready) {
      // Drivers may block the process while they load and compile: its silence means nothing yet.
      if (this.#lasted(startMs)) this.#link.kill(`device hangs: not ready in ${startMs} ms`);
    } else if (this.#silentTicks * tickMs > silenceMs) {
      this.#link.kill('child hangs: no sign of life');
    } else if (this.#held.size > 0 && ++this.#stalledTicks * tickMs > stallMs) {
      this.#link.kill('device hangs: no task comes back');
    }
  }

  /** Whether the device has been starting, or working, for so long. */
  #lasted(ms: number): boolean {
    return this.#stateTicks * this.#modules.times.tickMs >= ms;
  }

  #stop(): void {
    this.#closed = true;
    this.#ready = false;
    clearInterval(this.#ticker);
    clearTimeout(this.#restart);
  }
}

/**
 * Puts the chosen devices to work.
 * @module
 */
import { availableParallelism } from 'node:os';
import { CpuDevice } from './backends/cpu/cpu-device.js';
import { type Adapter, AdapterListError, distinctAdapters, listAdapters } from './backends/gpu/adapters.js';
import { GpuDevice } from './backends/gpu/gpu-device.js';
import type { SearchDevice } from './core/device.js';
import type { DeviceSlot } from './core/device-slot.js';
import type { MinerEvent } from './core/events.js';
import type { Miner } from './core/miner.js';
import { type DeviceChoice, findAdapters } from './device-choice.js';

export interface DevicesOptions {
  readonly choice: DeviceChoice;
  /** Threads of the CPU device. */
  readonly threads: number;
}

/** Functions that make devices; tests bring their own. */
export interface DevicesModules {
  readonly miner: Miner;
  readonly onEvent: (event: MinerEvent) => void;
  readonly listAdapters?: typeof listAdapters;
  /** Threads that the CPU runs at once. */
  readonly cpuThreads?: number;
  readonly createCpu?: (threads: number) => SearchDevice;
  readonly createCard?: (adapter: Adapter) => SearchDevice;
}

/** Decides which devices mine, and acts when that changes. */
export class Devices {
  readonly #options: DevicesOptions;
  readonly #modules: Required<DevicesModules>;
  #cpu: DeviceSlot | undefined;
  /** The adapters that were asked for; undefined before they were found, and if none was asked for. */
  #wished: readonly Adapter[] | undefined;
  readonly #abort = new AbortController();

  constructor(options: DevicesOptions, modules: DevicesModules) {
    this.#options = options;
    this.#modules = {
      listAdapters,
      cpuThreads: availableParallelism(),
      createCpu: (threads) => new CpuDevice({ threads }),
      createCard: (adapter) => new GpuDevice({ adapter, driverManifest: adapter.driverManifest }),
      ...modules,
    };
  }

  /**
   * Finds the adapters that were asked for, which takes up to some seconds. To be called before `start`, so that a missing
   * device is told before anything is done.
   * @returns undefined where none was asked for: nothing has to be waited for
   * @throws UnknownDeviceError if a device that was asked for is not there
   * @throws AdapterListError if cards were asked for and can't be listed
   */
  find(): Promise<void> | undefined {
    const { choice } = this.#options;
    if (choice === 'auto' || choice.every((wish) => wish.kind === 'cpu')) return undefined;
    return this.#wishedAdapters(choice).then((adapters) => {
      this.#wished = adapters;
    });
  }

  /** Starts the devices. With `auto` cards take some seconds to be found: the CPU is at work long before this ends. */
  async start(): Promise<void> {
    const { choice } = this.#options;
    if (choice === 'auto') await this.#startAuto();
    else {
      if (choice.some((wish) => wish.kind === 'cpu')) this.#startCpu();
      this.#startCards(this.#wished ?? []);
    }
  }

  /** Starts no more devices. */
  close(): void {
    this.#abort.abort();
  }

  async #startAuto(): Promise<void> {
    this.#startCpu();
    let adapters: Adapter[];
    try {
      adapters = await this.#modules.listAdapters({ software: false, signal: this.#abort.signal });
    } catch (error) {
      if (!(error instanceof AdapterListError)) throw error;
      this.#notice('warn', `no GPU is used: ${error.message}`);
      return;
    }
    if (adapters.length === 0)
      this.#notice('info', 'no GPU found: mining on the CPU (lesswork doctor tells more)');
    const { distinct, left } = distinctAdapters(adapters);
    for (const { adapter, reason } of left) this.#notice('warn', `${adapter.name} is not used: ${reason}`);
    this.#startCards(distinct);
  }

  async #wishedAdapters(wishes: Exclude<DeviceChoice, 'auto'>): Promise<Adapter[]> {
    const all = await this.#modules.listAdapters({
      software: wishes.some((wish) => wish.kind === 'adapter'),
      signal: this.#abort.signal,
      onFault: (message) => this.#notice('warn', `a software driver is not used: ${message}`),
    });
    const { distinct, left } = distinctAdapters(findAdapters(wishes, all));
    for (const { adapter, reason } of left) this.#notice('warn', `${adapter.name} is not used: ${reason}`);
    return distinct;
  }

  #startCpu(): void {
    if (this.#abort.signal.aborted || this.#cpu !== undefined) return;
    const { threads } = this.#options;
    const { miner, createCpu, cpuThreads } = this.#modules;
    if (threads > cpuThreads)
      this.#notice(
        'warn',
        `--threads ${threads}: this CPU runs ${cpuThreads} at once, more make it no faster`,
      );
    this.#cpu = miner.addDevice(createCpu(threads));
  }

  #startCards(adapters: readonly Adapter[]): void {
    if (this.#abort.signal.aborted) return;
    for (const { name, ambiguous } of adapters)
      if (ambiguous !== undefined)
        this.#notice('warn', `${name} may turn out to be another card: ${ambiguous}`);
    const slots = adapters.map((adapter) =>
      this.#modules.miner.addDevice(this.#modules.createCard(adapter), () => {
        if (this.#options.choice === 'auto') this.#balance(slots);
      }),
    );
  }

  /** With `auto` the CPU mines whenever no card does: before the first, and while all are away or given up. */
  #balance(cards: readonly DeviceSlot[]): void {
    if (this.#abort.signal.aborted) return;
    if (cards.some((slot) => slot.state === 'mining') && this.#cpu !== undefined) {
      const cpu = this.#cpu;
      this.#cpu = undefined;
      void this.#modules.miner.stopDevice(cpu);
    } else if (!cards.some((slot) => slot.state === 'mining')) this.#startCpu();
  }

  #notice(level: 'info' | 'warn', message: string): void {
    if (!this.#abort.signal.aborted)
      this.#modules.onEvent({ type: 'notice', level, name: 'devices', message });
  }
}

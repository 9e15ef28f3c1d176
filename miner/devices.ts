/**
 * Puts the chosen devices to work.
 * @module
 */
import { isDeepStrictEqual } from 'node:util';
import type { NativeFinding } from '../shaders/cpu/find-native.js';
import { nativeFinding } from '../shaders/cpu/kernels.js';
import { pinningFault } from '../shaders/cpu/pin-thread.js';
import { createCpuDevice } from './backends/cpu/create-cpu-device.js';
import {
  type Adapter,
  AdapterListError,
  distinctAdapters,
  hardwareOf,
  listAdapters,
} from './backends/gpu/adapters.js';
import { createGpuDevice } from './backends/gpu/create-gpu-device.js';
import type { SearchDevice } from './core/device.js';
import type { DeviceSlot } from './core/device-slot.js';
import type { MinerEvent } from './core/events.js';
import type { Miner } from './core/miner.js';
import { CpuSide } from './cpu-side.js';
import { checkAffinity } from './cpus/affinity.js';
import { type UsableCpus, usableCpus } from './cpus/usable-cpus.js';
import { type DeviceChoice, findAdapters, namesOneOfSeveral, UnknownDeviceError } from './device-choice.js';

/** Where `auto` finds no card, it looks again so long after, ms: a driver may be loaded later than a service is started. */
const LOOK_AGAIN_MS: readonly number[] = [60_000, 300_000];

export interface DevicesOptions {
  readonly choice: DeviceChoice;
  /** Threads of the CPU device. */
  readonly threads: number;
  /** CPUs that they are bound to, one each; as many as threads, or more. */
  readonly affinity?: readonly number[] | undefined;
}

/** Functions that make devices; tests bring their own. */
export interface DevicesModules {
  readonly miner: Miner;
  readonly onEvent: (event: MinerEvent) => void;
  readonly listAdapters?: typeof listAdapters;
  readonly cpus?: UsableCpus;
  readonly createCpu?: (threads: number, affinity?: readonly number[]) => SearchDevice;
  readonly createCard?: (adapter: Adapter) => SearchDevice;
  readonly nativeFinding?: () => NativeFinding;
  /** Why threads can't be bound to CPUs; undefined where they can. */
  readonly pinningFault?: () => string | undefined;
  /** Times after which cards are looked for again where there was none, ms. */
  readonly lookAgainMs?: readonly number[];
}

/** Decides which devices mine, and acts when that changes. */
export class Devices {
  #options: DevicesOptions;
  readonly #modules: Required<DevicesModules>;
  readonly #cpu: CpuSide;
  /** Cards that were asked for. */
  readonly #cards = new Map<string, { readonly slot: DeviceSlot; readonly adapter: Adapter }>();
  /** Why the last list does not tell cards apart that another list may tell apart. */
  #layerFault: string | undefined;
  /** The adapters that were asked for; undefined before they were found, and if none was asked for. */
  #wished: readonly Adapter[] | undefined;
  readonly #abort = new AbortController();
  /** The next look for cards where there was none. */
  #look: NodeJS.Timeout | undefined;

  constructor(options: DevicesOptions, modules: DevicesModules) {
    this.#options = options;
    this.#modules = {
      listAdapters,
      cpus: usableCpus(),
      createCpu: createCpuDevice,
      createCard: (adapter) =>
        createGpuDevice({
          adapter,
          driverManifest: adapter.driverManifest,
          oneOf: adapter.oneOf,
          hardware: hardwareOf(adapter),
        }),
      nativeFinding,
      pinningFault: () => pinningFault(nativeFinding),
      lookAgainMs: LOOK_AGAIN_MS,
      ...modules,
    };
    this.#cpu = new CpuSide({
      ...this.#modules,
      onNotice: (level, message) => this.#notice(level, message),
    });
  }

  /**
   * Finds the adapters that were asked for, which takes up to some seconds. To be called before `start`, so that a missing
   * device is told before anything is done.
   * @returns undefined where none was asked for: nothing has to be waited for
   * @throws UnknownDeviceError if a device that was asked for is not there
   * @throws AdapterListError if cards were asked for and can't be listed, or not told apart just now
   * @throws AffinityError if its threads can't be bound as they should be
   */
  find(): Promise<void> | undefined {
    const { choice } = this.#options;
    try {
      this.#checkAffinity(this.#options);
    } catch (error) {
      return Promise.reject(error);
    }
    if (!asksForCards(choice)) return undefined;
    return this.#wishedAdapters(choice).then((adapters) => {
      this.#wished = adapters;
    });
  }

  /** Starts the devices. With `auto` cards take some seconds to be found: the CPU is at work long before this ends. */
  async start(): Promise<void> {
    const { choice } = this.#options;
    if (choice === 'auto') {
      this.#startCpu();
      this.#startCards(await this.#cardsOfMachine());
      this.#lookLater(this.#modules.lookAgainMs);
    } else {
      if (asksForCpu(choice)) this.#startCpu();
      this.#startCards(this.#wished ?? []);
    }
  }

  /**
   * Has other devices mine. Those that are asked for before and now go on undisturbed; a CPU with another number of threads
   * goes on until its successor is at work. To be called when `start` has ended, and once at a time.
   * @throws UnknownDeviceError if a device that is asked for is not there; then all goes on as before
   * @throws AdapterListError if cards are asked for and can't be listed, or those at work not told apart just now; as well
   * @throws AffinityError if the CPU's threads can't be bound as they should be; as well
   */
  async change(options: DevicesOptions): Promise<void> {
    const before = this.#options;
    this.#checkAffinity(options);
    this.#lookNoMore();
    if (!isDeepStrictEqual(options.choice, before.choice)) await this.#changeCards(options.choice);
    if (this.#abort.signal.aborted) return;
    this.#options = options;
    if (options.choice === 'auto') this.#balance();
    else if (!asksForCpu(options.choice)) this.#cpu.remove();
    else this.#startCpu();
    this.#cpu.change(options);
    this.#lookLater(this.#modules.lookAgainMs);
  }

  #checkAffinity({ choice, affinity }: DevicesOptions): void {
    if (affinity === undefined || (choice !== 'auto' && !asksForCpu(choice))) return;
    checkAffinity(affinity, this.#modules.cpus, this.#modules.pinningFault);
  }

  /** Starts no more devices. */
  close(): void {
    this.#abort.abort();
    this.#lookNoMore();
  }

  #lookNoMore(): void {
    clearTimeout(this.#look);
    this.#look = undefined;
  }

  /** Looks for cards again, where any will do and there is none. */
  #lookLater([delayMs, ...later]: readonly number[]): void {
    const { choice } = this.#options;
    if (delayMs === undefined || choice !== 'auto' || this.#cards.size > 0 || this.#abort.signal.aborted)
      return;
    const look = setTimeout(async () => {
      // A list that fails is no card, once more; why, was told the first time.
      const adapters = await this.#modules
        .listAdapters({ software: false, signal: this.#abort.signal })
        .catch(() => []);
      // Other devices may have been asked for meanwhile.
      if (this.#look !== look) return;
      this.#startCards(this.#distinct(adapters));
      this.#lookLater(later);
    }, delayMs);
    this.#look = look.unref();
  }

  #list(options: Parameters<typeof listAdapters>[0]): Promise<Adapter[]> {
    this.#layerFault = undefined;
    const onLayerFault = (message: string): void => {
      this.#layerFault ??= message;
    };
    return this.#modules.listAdapters({ ...options, signal: this.#abort.signal, onLayerFault });
  }

  /**
   * The cards that this machine has, for whom all of them will do.
   * @throws AdapterListError if they can't be listed, or told apart, while some are at work
   */
  async #cardsOfMachine(): Promise<readonly Adapter[]> {
    let adapters: Adapter[];
    try {
      adapters = await this.#list({ software: false });
    } catch (error) {
      if (!(error instanceof AdapterListError) || this.#cards.size > 0) throw error;
      this.#notice('warn', `no GPU is used: ${error.message}`);
      return [];
    }
    this.#checkRunning(adapters);
    if (adapters.length === 0)
      this.#notice('info', 'no GPU found: mining on the CPU (lesswork doctor tells more)');
    return this.#distinct(adapters);
  }

  async #wishedAdapters(wishes: Exclude<DeviceChoice, 'auto'>): Promise<readonly Adapter[]> {
    const all = await this.#list({
      software: wishes.some((wish) => wish.kind === 'adapter'),
      onFault: (message) => this.#notice('warn', `a software driver is not used: ${message}`),
    });
    this.#checkRunning(all);
    try {
      return this.#distinct(findAdapters(wishes, all));
    } catch (error) {
      const one = wishes.some((wish) => wish.kind === 'adapter' && namesOneOfSeveral(wish.which));
      if (!(error instanceof UnknownDeviceError) || this.#layerFault === undefined || !one) throw error;
      // Not a device that is not there: a service that is started again may find it.
      throw new AdapterListError(
        `${error.message}; the Vulkan layer that tells cards apart is not used: ${this.#layerFault}`,
      );
    }
  }

  /** @throws AdapterListError if cards at work are not in a list because it does not tell cards apart */
  #checkRunning(all: readonly Adapter[]): void {
    const listed = all.map(keyOf);
    const lost = [...this.#cards.values()].filter(
      ({ adapter }) => (adapter.pciAddress ?? adapter.oneOf) && !listed.includes(keyOf(adapter)),
    );
    if (this.#layerFault !== undefined && lost.length > 0)
      throw new AdapterListError(
        `${lost.map(({ adapter }) => adapter.name).join(', ')} can't be told apart just now, and all goes on as before: ${this.#layerFault}`,
      );
  }

  #distinct(adapters: readonly Adapter[]): readonly Adapter[] {
    const { distinct, left } = distinctAdapters(adapters);
    for (const { adapter, reason } of left) this.#notice('warn', `${adapter.name} is not used: ${reason}`);
    return distinct;
  }

  async #changeCards(choice: DeviceChoice): Promise<void> {
    const adapters =
      choice === 'auto'
        ? await this.#cardsOfMachine()
        : asksForCards(choice)
          ? await this.#wishedAdapters(choice)
          : [];
    if (this.#abort.signal.aborted) return;
    const wanted = new Set(adapters.map(keyOf));
    for (const [key, { slot }] of this.#cards) {
      if (wanted.has(key)) continue;
      this.#cards.delete(key);
      void this.#modules.miner.removeDevice(slot);
    }
    this.#startCards(adapters.filter((adapter) => !this.#cards.has(keyOf(adapter))));
  }

  #startCpu(): void {
    if (!this.#abort.signal.aborted) this.#cpu.start(this.#options);
  }

  #startCards(adapters: readonly Adapter[]): void {
    if (this.#abort.signal.aborted) return;
    for (const { name, ambiguous } of adapters)
      if (ambiguous !== undefined)
        this.#notice('warn', `${name} may turn out to be another card: ${ambiguous}`);
    for (const adapter of adapters) {
      const slot = this.#modules.miner.addDevice(this.#modules.createCard(adapter), () => {
        if (this.#options.choice === 'auto') this.#balance();
      });
      this.#cards.set(keyOf(adapter), { slot, adapter });
    }
  }

  /** With `auto` the CPU mines whenever no card does: before the first, and while all are away or given up. */
  #balance(): void {
    if (this.#abort.signal.aborted) return;
    const cards = [...this.#cards.values()];
    if (!cards.some(({ slot }) => slot.state === 'mining')) this.#startCpu();
    else this.#cpu.remove();
  }

  #notice(level: 'info' | 'warn', message: string): void {
    if (!this.#abort.signal.aborted)
      this.#modules.onEvent({ type: 'notice', level, name: 'devices', message });
  }
}

function asksForCards(choice: DeviceChoice): choice is Exclude<DeviceChoice, 'auto'> {
  return choice !== 'auto' && choice.some((wish) => wish.kind !== 'cpu');
}

function asksForCpu(choice: DeviceChoice): boolean {
  return choice !== 'auto' && choice.some((wish) => wish.kind === 'cpu');
}

/** The same for the same card, list by list. */
function keyOf({ pciAddress, index, name }: Adapter): string {
  return pciAddress ?? `${index} ${name}`;
}

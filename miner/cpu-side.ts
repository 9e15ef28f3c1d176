/**
 * The CPU as a device of the miner: at most one is at work, and its successor with other threads while that gets ready.
 * @module
 */
import { isDeepStrictEqual } from 'node:util';
import { counted } from '../protocol/quantity-text.js';
import type { NativeFinding } from '../shaders/cpu/find-native.js';
import type { SearchDevice } from './core/device.js';
import type { DeviceSlot } from './core/device-slot.js';
import type { Miner } from './core/miner.js';
import { quotaText, type UsableCpus } from './cpus/usable-cpus.js';

/** How the CPU shall mine. */
export interface CpuThreads {
  readonly threads: number;
  /** CPUs that they are bound to, one each; as many as threads, or more. */
  readonly affinity?: readonly number[] | undefined;
}

export interface CpuSideModules {
  readonly miner: Miner;
  readonly cpus: UsableCpus;
  readonly createCpu: (threads: number, affinity?: readonly number[]) => SearchDevice;
  readonly nativeFinding: () => NativeFinding;
  readonly onNotice: (level: 'info' | 'warn', message: string) => void;
}

export class CpuSide {
  readonly #modules: CpuSideModules;
  #threads: CpuThreads | undefined;
  #slot: DeviceSlot | undefined;
  /** With other threads, until the one that replaces it is at work. */
  #before: DeviceSlot | undefined;
  /** Whether it was told what is wrong with the native kernel, and what limits the CPU, if anything is. */
  #told = false;

  constructor(modules: CpuSideModules) {
    this.#modules = modules;
  }

  /** Starts it, unless it is there already. */
  start(threads: CpuThreads): void {
    if (this.#slot === undefined) this.#slot = this.#add(threads, () => {});
  }

  /** Has other threads mine, if any do: those before go on until these are at work. */
  change(threads: CpuThreads): void {
    const { threads: count, affinity } = this.#threads ?? threads;
    if (
      this.#slot === undefined ||
      (count === threads.threads && isDeepStrictEqual(affinity, threads.affinity))
    )
      return;
    const { miner } = this.#modules;
    // One that is not at work yet need not be waited for.
    if (this.#before === undefined) this.#before = this.#slot;
    else void miner.removeDevice(this.#slot);
    const slot: DeviceSlot = this.#add(threads, () => {
      if (slot.state !== 'mining' || this.#slot !== slot || this.#before === undefined) return;
      void miner.removeDevice(this.#before);
      this.#before = undefined;
    });
    this.#slot = slot;
  }

  /** Ends it, and forgets it: where cards come and go for weeks, one would be left behind each time. */
  remove(): void {
    for (const slot of [this.#slot, this.#before])
      if (slot !== undefined) void this.#modules.miner.removeDevice(slot);
    this.#slot = undefined;
    this.#before = undefined;
  }

  /** @param onState - told of each change of its state */
  #add(wanted: CpuThreads, onState: () => void): DeviceSlot {
    const { threads, affinity } = wanted;
    const { miner, createCpu, cpus, nativeFinding, onNotice } = this.#modules;
    this.#threads = wanted;
    const { reason, broken } = nativeFinding();
    if (broken && !this.#told) onNotice('warn', `${reason} (lesswork doctor tells more)`);
    if (cpus.quota !== undefined && !this.#told)
      onNotice(
        'info',
        `a quota limits this process to the time of ${quotaText(cpus.quota)}: ${counted(cpus.threads, 'thread')} can use it`,
      );
    this.#told = true;
    if (threads > cpus.threads)
      onNotice(
        'warn',
        `--threads ${threads}: ${cpus.threads < cpus.count ? 'the quota lets' : 'this CPU has'} ${cpus.threads} run at once, more make it no faster`,
      );
    return miner.addDevice(createCpu(threads, affinity), onState);
  }
}

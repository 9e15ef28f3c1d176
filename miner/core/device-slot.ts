/**
 * One device as the miner keeps it: its tasks that are not reported yet, its nonces, its rate.
 * @module
 */
import type { SearchDevice, SearchTask } from './device.js';
import type { DeviceState, DeviceStatus } from './events.js';
import { FindWatch } from './find-watch.js';
import { HashrateMeter } from './hashrate.js';
import { Holds } from './holds.js';
import type { Template } from './job-board.js';
import type { NonceSpace } from './nonce-space.js';
import type { MeasuredDevice } from './sensors.js';

/** A task with a device. */
export interface GivenTask {
  readonly task: SearchTask;
  readonly template: Template;
}

export class DeviceSlot {
  readonly device: SearchDevice;
  readonly nonces: NonceSpace;
  readonly meter: HashrateMeter;
  /** Tasks of the device by their id. */
  readonly given = new Map<number, GivenTask>();
  /** What holds this device alone. */
  readonly holds = new Holds();
  state: DeviceState = 'starting';
  errors = 0;
  /** Whether what it finds is to be believed. */
  readonly findWatch = new FindWatch();

  constructor(device: SearchDevice, nonces: NonceSpace, nowMs: number) {
    this.device = device;
    this.nonces = nonces;
    this.meter = new HashrateMeter(nowMs);
  }

  /** Whether the device should be given another task. */
  get wantsTask(): boolean {
    return this.state === 'mining' && !this.holds.any && this.given.size < this.device.depth;
  }

  /** @param all - what holds all devices */
  status(nowMs: number, all: Holds, measured: MeasuredDevice): DeviceStatus {
    const { name, kind, cpus } = this.device;
    const { pci, sensors, meanPowerW, among } = measured;
    const state = this.state === 'mining' && this.given.size === 0 ? 'idle' : this.state;
    const hashrates = this.meter.read(nowMs);
    return {
      name,
      kind,
      state,
      held: this.holds.reasonsWith(all),
      hashrates,
      totalHashes: this.meter.total,
      errors: this.errors,
      ...(pci === undefined ? {} : { pci }),
      ...(cpus === undefined ? {} : { cpus }),
      ...(sensors === undefined ? {} : { sensors }),
      ...(among === undefined ? {} : { among }),
      ...(meanPowerW === undefined || meanPowerW <= 0
        ? {}
        : { hashesPerJoule: hashrates.over60s / meanPowerW }),
    };
  }
}

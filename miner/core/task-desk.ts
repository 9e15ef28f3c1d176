/**
 * Gives tasks to devices, and takes what comes of them: hashes into the books, finds, once they are hashed again, on to
 * where they are wanted.
 * @module
 */
import { bytesToHex } from '../../protocol/bytes.js';
import type { ChainIndex } from '../../protocol/chain.js';
import { counted } from '../../protocol/quantity-text.js';
import type { DeviceEvents, SearchDevice, SearchReport, SearchTask } from './device.js';
import { DeviceSlot, type GivenTask } from './device-slot.js';
import type { DeviceState, DeviceStatus, MinerEvent } from './events.js';
import { checkFind } from './find-check.js';
import { type HoldReason, Holds } from './holds.js';
import { DEVICE_NUMBERS, NonceSpace } from './nonce-space.js';
import type { DeviceSensors } from './sensors.js';
import type { Find } from './submissions.js';
import type { Tally } from './tally.js';
import { findsPerNonce, taskNonces } from './task-size.js';
import type { WorkPlan } from './work-plan.js';

export interface TaskDeskModules {
  readonly plan: WorkPlan;
  readonly tally: Tally;
  /** Monotonic clock, ms. */
  readonly now: () => number;
  /** 16 random bytes, drawn once per process. */
  readonly noncePrefix: Uint8Array;
  readonly sensors: DeviceSensors;
  readonly onEvent: (event: MinerEvent) => void;
  /** A verified find, of a report that came at this time. */
  readonly onFind: (find: Find, nowMs: number) => void;
}

/** The devices of a miner, and their work. */
export class TaskDesk {
  /** While any of these stands no tasks are given. */
  readonly holds = new Holds();
  #maxLoad = 1;
  #stopped = false;
  readonly #modules: TaskDeskModules;
  readonly #slots: DeviceSlot[] = [];
  /** Devices that there were so far. */
  #devices = 0;
  /** Errors of devices that were removed. */
  #pastErrors = 0;
  #taskIds = 0;

  constructor(modules: TaskDeskModules) {
    this.#modules = modules;
  }

  /** Tasks that devices hold. */
  get given(): number {
    return this.#slots.reduce((sum, slot) => sum + slot.given.size, 0);
  }

  /** Errors of all devices. */
  get errors(): number {
    return this.#slots.reduce((sum, slot) => sum + slot.errors, this.#pastErrors);
  }

  status(nowMs: number): DeviceStatus[] {
    const { sensors } = this.#modules;
    return this.#slots.map((slot) => slot.status(nowMs, this.holds, sensors.read(slot.device)));
  }

  /** Devices that are not stopped. */
  get slots(): readonly DeviceSlot[] {
    return this.#slots.filter(({ state }) => state !== 'stopped');
  }

  /**
   * Holds a device, or all of them, for a reason, or lets that reason go. What devices have been given they work off.
   * @returns whether that is a change
   */
  setHeld(reason: HoldReason, held: boolean, slot?: DeviceSlot): boolean {
    if (!(slot?.holds ?? this.holds).set(reason, held)) return false;
    if (!held) this.fill();
    return true;
  }

  /** Part of their time that all devices may be busy for, above 0, at most 1. */
  get maxLoad(): number {
    return this.#maxLoad;
  }

  set maxLoad(load: number) {
    if (load === this.#maxLoad) return;
    this.#maxLoad = load;
    for (const { device } of this.slots) device.setLoad(load);
  }

  /** Gives no more tasks, for good. */
  stop(): void {
    this.#stopped = true;
  }

  /**
   * Adds a device and starts it.
   * @param onState - told after each change of the slot's state but `stopped`
   * @returns its slot, to remove it with
   */
  addDevice(device: SearchDevice, onState: () => void): DeviceSlot {
    const { now, noncePrefix } = this.#modules;
    const slot = new DeviceSlot(device, new NonceSpace(noncePrefix, this.#devices % DEVICE_NUMBERS), now());
    this.#devices++;
    this.#slots.push(slot);
    this.#modules.sensors.watch(device);
    if (this.#maxLoad < 1) device.setLoad(this.#maxLoad);
    device.start(this.#deviceEvents(slot, onState));
    return slot;
  }

  /** Its tasks are given up. */
  async #stopDevice(slot: DeviceSlot): Promise<void> {
    if (slot.state !== 'failed') slot.state = 'stopped';
    this.#loseTasks(slot, [...slot.given.keys()]);
    await slot.device.close();
  }

  /** Stops a device, and forgets it but for its errors. */
  async removeDevice(slot: DeviceSlot): Promise<void> {
    const place = this.#slots.indexOf(slot);
    if (place === -1) return;
    this.#slots.splice(place, 1);
    this.#pastErrors += slot.errors;
    await this.#stopDevice(slot);
  }

  /** Stops all devices that are not stopped. */
  async stopAll(): Promise<void> {
    await Promise.all(
      this.#slots.filter((slot) => slot.state !== 'stopped').map((slot) => this.#stopDevice(slot)),
    );
  }

  /** Work on what chains had before is worth nothing any more. */
  abandon(chains: readonly ChainIndex[]): void {
    for (const chain of chains) {
      const generation = this.#modules.plan.board.generation(chain);
      for (const slot of this.#slots) if (slot.state === 'mining') slot.device.abandon(chain, generation);
    }
  }

  /** Gives tasks to all that want some, while there is work. */
  fill(): void {
    if (this.#stopped || this.holds.any) return;
    for (const slot of this.#slots) {
      while (slot.wantsTask) {
        if (!this.#giveTask(slot)) return;
      }
    }
  }

  /** @returns false if no chain has work */
  #giveTask(slot: DeviceSlot): boolean {
    const nowMs = this.#modules.now();
    const template = this.#modules.plan.next(nowMs);
    if (template === undefined) return false;
    const { job, generation, session } = template;
    const count = taskNonces(slot.device.taskSize, job.target);
    this.#taskIds++;
    const task: SearchTask = {
      id: this.#taskIds,
      generation,
      headerBlob: job.headerBlob,
      chain: job.chain,
      target: job.target,
      prefix: slot.nonces.prefix(session.noncePrefix),
      start: slot.nonces.take(count),
      count,
    };
    this.#modules.plan.book(job.chain, count, nowMs);
    slot.given.set(task.id, { task, template });
    slot.device.search(task);
    return true;
  }

  #deviceEvents(slot: DeviceSlot, onState: () => void): DeviceEvents {
    const enter = (state: DeviceState, message: string): void => {
      slot.state = state;
      // Told first: those who hear of the event find its consequences done, such as another device's start.
      onState();
      this.#tellDevice(slot, message, state !== 'mining');
    };
    return {
      onReady: () => {
        if (slot.state === 'stopped') return;
        slot.findWatch.reset();
        enter('mining', 'self-test passed');
        this.fill();
      },
      onReport: (report) => {
        if (slot.state !== 'stopped') this.#takeReport(slot, report);
      },
      onFailure: ({ message, lostTaskIds, final }) => {
        if (slot.state === 'stopped') return;
        slot.errors++;
        this.#loseTasks(slot, lostTaskIds);
        enter(final ? 'failed' : 'away', message);
      },
      onNotice: (message) => {
        if (slot.state === 'stopped') return;
        const { name } = slot.device;
        this.#modules.onEvent({
          type: 'notice',
          level: 'warn',
          name: 'devices',
          message: `${name}: ${message}`,
        });
      },
    };
  }

  #takeReport(slot: DeviceSlot, report: SearchReport): void {
    const given = slot.given.get(report.taskId);
    if (given === undefined) return;
    slot.given.delete(report.taskId);
    const nowMs = this.#modules.now();
    const { chain, count } = given.task;
    if (report.hashes < count) this.#modules.plan.book(chain, report.hashes - count, nowMs);
    slot.meter.add(report.hashes, nowMs);
    this.#modules.tally.addHashes(chain, report.hashes, report.staleHashes, nowMs);
    // The device gets its next task first: it goes on while the finds are checked.
    this.fill();
    if (report.overflow > 0)
      this.#deviceError(slot, `${counted(report.overflow, 'find')} more than it has room for in one task`);
    slot.findWatch.searched(report.hashes * findsPerNonce(given.task.target));
    for (const counter of report.finds) this.#takeFind(slot, given, counter, nowMs);
    const { doubt } = slot.findWatch;
    if (doubt === undefined || slot.state !== 'mining') return;
    slot.findWatch.reset();
    slot.device.restart?.(doubt);
  }

  #takeFind(slot: DeviceSlot, { task, template }: GivenTask, counter: bigint, nowMs: number): void {
    const { header, hash, valid } = checkFind(task, counter);
    if (!valid) {
      slot.findWatch.wrong();
      this.#deviceError(slot, `a find that is none: counter ${counter} hashes to ${bytesToHex(hash)}`);
      return;
    }
    slot.findWatch.right();
    this.#modules.onEvent({
      type: 'find',
      chain: task.chain,
      height: template.job.height,
      hash: bytesToHex(hash),
      device: slot.device.name,
      stale: this.#modules.plan.board.isStale(template),
    });
    this.#modules.onFind({ template, header, hash }, nowMs);
  }

  #deviceError(slot: DeviceSlot, message: string): void {
    slot.errors++;
    this.#tellDevice(slot, message, true);
  }

  #tellDevice(slot: DeviceSlot, message: string, error: boolean): void {
    this.#modules.onEvent({ type: 'device', name: slot.device.name, state: slot.state, error, message });
  }

  /** Takes back the work of tasks that will never be reported. */
  #loseTasks(slot: DeviceSlot, taskIds: readonly number[]): void {
    for (const taskId of taskIds) {
      const given = slot.given.get(taskId);
      if (given === undefined) continue;
      slot.given.delete(taskId);
      this.#modules.plan.book(given.task.chain, -given.task.count, this.#modules.now());
    }
  }
}

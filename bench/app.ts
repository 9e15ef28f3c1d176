/**
 * The bench put together: which contenders there are here, and one measurement after the other.
 * @module
 */
import {
  type Adapter,
  AdapterListError,
  distinctAdapters,
  hardwareOf,
  listAdapters,
} from '../miner/backends/gpu/adapters.js';
import type { MeasurableDevice } from '../miner/core/sensors.js';
import { type DeviceChoice, findAdapters } from '../miner/device-choice.js';
import { Sensors } from '../miner/sensors/sensors.js';
import type { CpuKernel } from '../shaders/cpu/cpu-kernel.js';
import { allFastKernels, bestCpuKernel, bestWasmKernel, nativeFinding } from '../shaders/cpu/kernels.js';
import type { Contender } from './contender.js';
import { Crew } from './cpu/crew.js';
import { openCard } from './gpu/card.js';
import { describeMachine, type Machine } from './machine.js';
import { type BenchResult, type Measurement, measure, measureTogether } from './measure.js';
import { type Check, createChecks } from './verification.js';
import { warningsOf } from './warnings.js';

/** `auto`: the CPU and every card. `all`: software adapters as well. */
export type BenchChoice = DeviceChoice | 'all';

export interface BenchOptions {
  readonly devices: BenchChoice;
  /** Threads of the largest CPU result. */
  readonly threads: number;
  /** Time measured for each result, s. */
  readonly seconds: number;
  /** Every kernel of the CPU that runs here, with one thread, in turns, and nothing else. */
  readonly allKernels?: boolean;
}

export interface BenchEvents {
  onMachine(machine: Machine): void;
  /** What is about to be measured. */
  onStart(name: string): void;
  onMeasurement(measurement: Measurement): void;
  /** A contender broke: it has no result, and the others go on. */
  onFailure(name: string, message: string): void;
  /** Something is left out, or a result is worth little, and why. */
  onNotice(message: string): void;
}

/** What `bench --json` prints. */
export interface BenchRun {
  readonly machine: Machine;
  readonly results: readonly BenchResult[];
}

/** A contender that was asked for. */
interface Entry {
  readonly name: string;
  /** What sensors are asked about. */
  readonly device: MeasurableDevice;
  open(): Contender | Promise<Contender>;
}

/**
 * Measures everything that was chosen.
 * @throws UnknownDeviceError if a device that was asked for is not there
 * @throws AdapterListError if cards were asked for and can't be listed
 */
export async function runBench(options: BenchOptions, events: BenchEvents): Promise<BenchRun> {
  const { adapters, fault } = options.allKernels
    ? { adapters: [], fault: undefined }
    : await chosenAdapters(options.devices, events);
  const machine = describeMachine(adapters, fault);
  events.onMachine(machine);
  const checks = createChecks();
  if (options.allKernels)
    return { machine, results: await benchKernels(options.seconds, checks, machine, events) };
  const results: BenchResult[] = [];
  for (const entry of [...cpuEntries(options, machine), ...cardEntries(adapters, events)]) {
    events.onStart(entry.name);
    let contender: Contender | undefined;
    const { device } = entry;
    // Of this contender alone: power of before is none of its.
    const sensors = new Sensors({ onFault: (message) => events.onNotice(message) });
    try {
      contender = await entry.open();
      sensors.watch(device);
      const meanPowerW = (): number | undefined => sensors.read(device).meanPowerW;
      const measurement = await measure(contender, { seconds: options.seconds, checks, meanPowerW });
      const { result } = measurement;
      events.onMeasurement(measurement);
      for (const warning of warningsOf(result, results)) events.onNotice(warning);
      results.push(result);
    } catch (error) {
      events.onFailure(entry.name, error instanceof Error ? error.message : String(error));
    } finally {
      sensors.close();
      await contender?.close();
    }
  }
  return { machine, results };
}

/** All kernels that are faster than the reference, with one thread each; they take turns, window by window. */
async function benchKernels(
  seconds: number,
  checks: readonly [Check, Check],
  { cpu }: Machine,
  events: BenchEvents,
): Promise<readonly BenchResult[]> {
  const { reason, broken } = nativeFinding();
  if (reason !== undefined) events.onNotice(broken ? reason : `no machine code: ${reason}`);
  const kernels = allFastKernels();
  const crews = kernels.map((kernel) => new Crew({ kernel, threads: 1, device: cpu }));
  events.onStart(kernels.map(({ name }) => name).join(', '));
  try {
    const outcomes = await measureTogether(crews, { seconds, checks });
    return outcomes.flatMap((outcome, i) => {
      const { name } = kernels[i]!;
      if (outcome instanceof Error) {
        events.onFailure(`cpu-${name}`, outcome.message);
        return [];
      }
      const { backend, ...rest } = outcome.result;
      const result: BenchResult = { backend, kernel: name, ...rest };
      events.onMeasurement({ ...outcome, result });
      for (const warning of warningsOf(result, [])) events.onNotice(warning);
      return [result];
    });
  } finally {
    await Promise.all(crews.map((crew) => crew.close()));
  }
}

function cpuEntries({ devices, threads }: BenchOptions, { cpu }: Machine): Entry[] {
  if (typeof devices !== 'string' && !devices.some((wish) => wish.kind === 'cpu')) return [];
  const entry = (kernel: CpuKernel, count: number): Entry => ({
    name: `cpu-${kernel.name}, ${count} ${count === 1 ? 'thread' : 'threads'}`,
    device: { kind: 'cpu', name: cpu },
    open: () => new Crew({ kernel, threads: count, device: cpu }),
  });
  const entries = [entry({ name: 'noble' }, 1)];
  const best = bestCpuKernel();
  if (best.name === 'noble') return entries;
  // Machine code stands beside the best of WebAssembly.
  if ('variant' in best) {
    const wasm = bestWasmKernel();
    if (wasm !== undefined) entries.push(entry(wasm, 1));
  }
  entries.push(entry(best, 1));
  if (threads > 1) entries.push(entry(best, threads));
  return entries;
}

function cardEntries(adapters: readonly Adapter[], events: BenchEvents): Entry[] {
  const { distinct, left } = distinctAdapters(adapters);
  for (const { adapter, reason } of left) events.onNotice(`${adapter.name} is left out: ${reason}`);
  return distinct.map((adapter) => ({
    name: `webgpu, ${adapter.name}`,
    device: { kind: 'gpu', name: adapter.name, hardware: hardwareOf(adapter) },
    open: () => openCard(adapter),
  }));
}

async function chosenAdapters(
  devices: BenchChoice,
  events: BenchEvents,
): Promise<{ readonly adapters: readonly Adapter[]; readonly fault?: string }> {
  if (typeof devices !== 'string') {
    if (devices.every((wish) => wish.kind === 'cpu')) return { adapters: [] };
    return { adapters: findAdapters(devices, await listAdapters({ software: true })) };
  }
  try {
    return { adapters: await listAdapters({ software: devices === 'all' }) };
  } catch (error) {
    if (!(error instanceof AdapterListError)) throw error;
    events.onNotice(`no GPU is measured: ${error.message}`);
    return { adapters: [], fault: error.message };
  }
}

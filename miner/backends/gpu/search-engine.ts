/**
 * The search kernel on a WebGPU device: pipelined dispatches over a ring of reused buffers.
 *
 * ```
 * dispatch(range) --Work--> [slot: uniform, finds, readback] --submit--> device --map--> DispatchResult
 * ```
 * @module
 */
import {
  type DispatchResult,
  FINDS_BYTES,
  MAX_DISPATCH_NONCES,
  MAX_FINDS,
  packWork,
  unpackFinds,
  WORK_BYTES,
} from '../../../shaders/layout.js';
import type { NonceRange, SearchKernel, SearchResult } from '../../../shaders/search.js';
import { DispatchPace, MAX_DISPATCH_MS } from './dispatch-pace.js';
import { FullSpeed } from './full-speed.js';

/** Dispatches in flight: one that runs and one that waits, so that the device never waits. */
export const DISPATCHES_IN_FLIGHT = 2;

/**
 * Part of a dispatch's expected time that passes before its result is asked for. Dawn polls from then on, and keeps a
 * whole core of the CPU busy with it.
 */
const UNPOLLED = 0.85;

/** How the kernel is laid out on a device. */
export interface KernelTuning {
  readonly workgroupSize: number;
  readonly noncesPerInvocation: number;
  /** See `blake3.wgsl`. */
  readonly rotateByMultiplication: boolean;
}

/**
 * For cards: four warps a workgroup. 65535 workgroups, which every device takes, are 67 million nonces: 15 ms at
 * 4.4 GH/s. Invocations of more nonces would leave a large card idle for longer while the last ones finish; with 8 it
 * is some 1 % of a dispatch. Reckoned, not measured.
 */
export const HARDWARE_TUNING: KernelTuning = {
  workgroupSize: 128,
  noncesPerInvocation: 8,
  rotateByMultiplication: false,
};

/** For software drivers: measured on SwiftShader, where setting up an invocation costs as much as a nonce. */
export const SOFTWARE_TUNING: KernelTuning = {
  workgroupSize: 32,
  noncesPerInvocation: 16,
  rotateByMultiplication: true,
};

interface Slot {
  readonly work: GPUBuffer;
  readonly finds: GPUBuffer;
  readonly readback: GPUBuffer;
  readonly bindings: GPUBindGroup;
}

interface Flight {
  readonly slot: Slot;
  readonly nonces: number;
  readonly submittedMs: number;
  resolve(result: DispatchResult): void;
  reject(error: unknown): void;
}

/**
 * A search kernel on a device.
 * @param shader - text of the files of `SEARCH_SHADER`
 * @throws Error if the shader does not compile there
 */
export async function createSearchEngine(
  device: GPUDevice,
  shader: string,
  tuning: KernelTuning,
): Promise<SearchEngine> {
  const pipeline = await device.createComputePipelineAsync({
    layout: 'auto',
    compute: {
      module: device.createShaderModule({ code: shader }),
      entryPoint: 'search',
      constants: {
        workgroup_size: tuning.workgroupSize,
        nonces_per_invocation: tuning.noncesPerInvocation,
        rotate_by_multiplication: Number(tuning.rotateByMultiplication),
      },
    },
  });
  return new SearchEngine(device, pipeline, tuning);
}

/** Made by `createSearchEngine`. All its promises are rejected once the device is lost or destroyed. */
export class SearchEngine implements SearchKernel {
  readonly name = 'webgpu';
  readonly maxFinds = MAX_FINDS;
  readonly #device: GPUDevice;
  readonly #pipeline: GPUComputePipeline;
  readonly #granule: number;
  readonly #pace: DispatchPace;
  readonly #fullSpeed = new FullSpeed();
  readonly #free: Slot[];
  readonly #flights: Flight[] = [];
  #reading = false;
  #lastDoneMs = 0;

  constructor(device: GPUDevice, pipeline: GPUComputePipeline, tuning: KernelTuning) {
    this.#device = device;
    this.#pipeline = pipeline;
    this.#granule = tuning.workgroupSize * tuning.noncesPerInvocation;
    const most = this.#granule * device.limits.maxComputeWorkgroupsPerDimension;
    this.#pace = new DispatchPace(this.#granule, Math.min(most, MAX_DISPATCH_NONCES));
    this.#free = Array.from({ length: DISPATCHES_IN_FLIGHT }, () => this.#createSlot());
  }

  /** Nonces of a dispatch that takes some 30 ms, as far as is known. */
  get dispatchNonces(): number {
    return this.#pace.nonces;
  }

  /** Dispatches that can be given now. */
  get freeSlots(): number {
    return this.#free.length;
  }

  /** Time that the device was busy for with so many nonces, of the `ms` from giving them to having them back. */
  busyMs(nonces: number, ms: number): number {
    return this.#fullSpeed.busyMs(nonces, ms);
  }

  /** Finds the size of dispatches by trial, on ranges in which nothing can be found. */
  async tune(): Promise<void> {
    const range = {
      headerBlob: new Uint8Array(302),
      chain: 0,
      target: new Uint8Array(32),
      prefix: new Uint8Array(16),
      start: 0n,
    };
    // Growing by 4 from one workgroup to the largest dispatch takes 8 steps; noise may cost some more. The first ones
    // may be slow because a driver still compiles, and look long enough for that.
    for (let i = 0; i < 12 && (i < 4 || !this.#pace.settled); i++) {
      await this.dispatch({ ...range, count: this.#pace.nonces });
    }
  }

  /**
   * One dispatch, in flight when this returns.
   * @param range - at most `MAX_DISPATCH_NONCES`; more than `dispatchNonces` take longer than a dispatch should
   * @throws Error if no slot is free, RangeError if the range has parts of a wrong length
   */
  dispatch(range: NonceRange): Promise<DispatchResult> {
    const work = packWork(range);
    const slot = this.#free.pop();
    if (!slot) throw new Error(`expected at most ${DISPATCHES_IN_FLIGHT} dispatches in flight`);
    this.#device.queue.writeBuffer(slot.work, 0, work);
    const encoder = this.#device.createCommandEncoder();
    encoder.clearBuffer(slot.finds, 0, 4);
    const pass = encoder.beginComputePass();
    pass.setPipeline(this.#pipeline);
    pass.setBindGroup(0, slot.bindings);
    pass.dispatchWorkgroups(Math.ceil(range.count / this.#granule));
    pass.end();
    encoder.copyBufferToBuffer(slot.finds, 0, slot.readback, 0, FINDS_BYTES);
    this.#device.queue.submit([encoder.finish()]);
    return new Promise((resolve, reject) => {
      this.#flights.push({ slot, nonces: range.count, submittedMs: performance.now(), resolve, reject });
      if (!this.#reading) void this.#readAll();
    });
  }

  /** The whole of a range, in as many dispatches as it takes. One at a time: it uses all slots. */
  async search(range: NonceRange): Promise<SearchResult> {
    const finds: bigint[] = [];
    let overflow = 0;
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < range.count) {
        const first = next;
        const count = Math.min(this.dispatchNonces, range.count - first);
        next += count;
        const start = BigInt.asUintN(64, range.start + BigInt(first));
        const result = await this.dispatch({ ...range, start, count });
        overflow += result.overflow;
        for (const { offset } of result.finds) {
          if (finds.length < MAX_FINDS) finds.push(BigInt.asUintN(64, start + BigInt(offset)));
          else overflow++;
        }
      }
    };
    await Promise.all(Array.from({ length: DISPATCHES_IN_FLIGHT }, work));
    return { finds, overflow };
  }

  /** Reads results in the order of their dispatches, until none is in flight. */
  async #readAll(): Promise<void> {
    this.#reading = true;
    for (let flight = this.#flights[0]; flight; flight = this.#flights[0]) {
      const startedMs = Math.max(flight.submittedMs, this.#lastDoneMs);
      try {
        const expectedMs = Math.min(this.#pace.expectedMs(flight.nonces), MAX_DISPATCH_MS);
        const waitMs = startedMs + expectedMs * UNPOLLED - performance.now();
        if (waitMs >= 1) await sleep(waitMs);
        const result = await read(flight.slot.readback);
        // Neither before nor after it did the device wait.
        const unbroken = flight.submittedMs < this.#lastDoneMs && this.#flights.length > 1;
        this.#lastDoneMs = performance.now();
        const ms = this.#lastDoneMs - startedMs;
        this.#pace.record(flight.nonces, ms, unbroken);
        if (unbroken) this.#fullSpeed.record(flight.nonces, ms);
        this.#flights.shift();
        this.#free.push(flight.slot);
        flight.resolve(result);
      } catch (error) {
        // The device is gone: the slot is of no more use.
        this.#flights.shift();
        flight.reject(error);
      }
    }
    this.#reading = false;
  }

  #createSlot(): Slot {
    const device = this.#device;
    const work = device.createBuffer({
      size: WORK_BYTES,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    const finds = device.createBuffer({
      size: FINDS_BYTES,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
    });
    const readback = device.createBuffer({
      size: FINDS_BYTES,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
    const bindings = device.createBindGroup({
      layout: this.#pipeline.getBindGroupLayout(0),
      entries: [
        { binding: 0, resource: { buffer: work } },
        { binding: 1, resource: { buffer: finds } },
      ],
    });
    return { work, finds, readback, bindings };
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function read(buffer: GPUBuffer): Promise<DispatchResult> {
  await buffer.mapAsync(GPUMapMode.READ);
  const result = unpackFinds(buffer.getMappedRange());
  buffer.unmap();
  return result;
}

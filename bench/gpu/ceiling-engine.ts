/**
 * The ceiling kernel on a WebGPU device: how fast it mixes when it does nothing else.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { KernelTuning } from '../../miner/backends/gpu/search-engine.js';
import { assembleShader } from '../../shaders/assemble.js';
import {
  type CeilingForm,
  CHAIN_BYTES,
  entryPointOf,
  GS_PER_ITERATION,
  GS_PER_NONCE,
  type MixTask,
  mixChain,
  mixCrossed,
  packCeilingTask,
} from '../../shaders/ceiling.js';
import { CEILING_SHADER } from '../../shaders/shader-files.js';

/** Chains of a dispatch on a card: 64 MiB of seeds, and many more invocations than any card has at work at once. */
export const HARDWARE_CHAINS = 2 ** 22;

/** On a software driver: some hundred invocations for each core, so long that their setting up does not count. */
export const SOFTWARE_CHAINS = 2 ** 13;

/** Invocations whose results the CPU makes, too: the first, the last, and some between; of independent chains the first. */
const CHECKED_INVOCATIONS = 6;

/** Dispatches in flight, as in the search. */
const IN_FLIGHT = 2;

/** Part of a dispatch's expected time before its end is asked for, as in the search: Dawn polls, at a whole core's cost. */
const UNPOLLED = 0.85;

/** Runs ceiling kernels of all chain counts on one pair of buffers. */
export class CeilingEngine {
  readonly #device: GPUDevice;
  readonly #tuning: KernelTuning;
  readonly #chains: number;
  readonly #seeds: Uint32Array<ArrayBuffer>;
  readonly #task: GPUBuffer;
  readonly #input: GPUBuffer;
  readonly #output: GPUBuffer;
  readonly #marks: readonly GPUBuffer[];
  /** Time of a dispatch by iteration, ms, by entry point. */
  readonly #paces = new Map<string, number>();
  readonly #pipelines = new Map<string, GPUComputePipeline>();

  /** @param chains - of a dispatch, a power of two */
  constructor(device: GPUDevice, tuning: KernelTuning, chains: number) {
    this.#device = device;
    this.#tuning = tuning;
    this.#chains = chains;
    const size = chains * CHAIN_BYTES;
    this.#seeds = Uint32Array.from({ length: size / 4 }, (_, i) => Math.imul(i + 1, 0x9e3779b9));
    this.#task = device.createBuffer({ size: 16, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
    this.#input = device.createBuffer({ size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
    this.#output = device.createBuffer({ size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC });
    this.#marks = Array.from({ length: IN_FLIGHT }, () =>
      device.createBuffer({ size: CHAIN_BYTES, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST }),
    );
    device.queue.writeBuffer(this.#input, 0, this.#seeds);
  }

  /**
   * Dispatches a kernel `task.repeats` times.
   * @returns nonces' worth of Gs, and the time from the first submission to the end of the last dispatch, ms
   * @throws Error if the results are not what the CPU mixes
   */
  async mix(task: MixTask): Promise<{ readonly hashes: number; readonly wallMs: number }> {
    const pipeline = await this.#pipelineOf(task.form);
    const bindings = this.#bind(pipeline);
    this.#device.queue.writeBuffer(this.#task, 0, packCeilingTask(task));
    await this.#device.queue.onSubmittedWorkDone();
    const startedMs = performance.now();
    let submitted = 0;
    let turnMs = startedMs;
    for (let done = 0; done < task.repeats; done++) {
      for (; submitted < Math.min(task.repeats, done + IN_FLIGHT); submitted++) {
        this.#submit(pipeline, bindings, task.form.chains, submitted % IN_FLIGHT);
      }
      const waitMs = turnMs + this.#expectedMs(task) * UNPOLLED - performance.now();
      if (waitMs >= 1) await sleep(waitMs);
      await this.#marks[done % IN_FLIGHT]!.mapAsync(GPUMapMode.READ);
      this.#marks[done % IN_FLIGHT]!.unmap();
      const endMs = performance.now();
      this.#paces.set(entryPointOf(task.form), (endMs - turnMs) / task.iterations);
      turnMs = endMs;
    }
    const wallMs = performance.now() - startedMs;
    await this.#check(task);
    const gs = task.iterations * GS_PER_ITERATION * this.#chains * task.repeats;
    return { hashes: gs / GS_PER_NONCE, wallMs };
  }

  /** Time that a dispatch should take by the latest one of its form, ms. */
  #expectedMs(task: MixTask): number {
    return (this.#paces.get(entryPointOf(task.form)) ?? 0) * task.iterations;
  }

  /** @param mark - the buffer that can be mapped when the dispatch is done */
  #submit(pipeline: GPUComputePipeline, bindings: GPUBindGroup, chains: number, mark: number): void {
    const encoder = this.#device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindings);
    pass.dispatchWorkgroups(this.#chains / chains / this.#tuning.workgroupSize);
    pass.end();
    encoder.copyBufferToBuffer(this.#output, 0, this.#marks[mark]!, 0, CHAIN_BYTES);
    this.#device.queue.submit([encoder.finish()]);
  }

  async #check(task: MixTask): Promise<void> {
    const { chains, crossed } = task.form;
    const bytes = chains * CHAIN_BYTES;
    const readback = this.#device.createBuffer({
      size: CHECKED_INVOCATIONS * bytes,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
    const last = this.#chains / chains - 1;
    const checked = Array.from({ length: CHECKED_INVOCATIONS }, (_, i) =>
      Math.floor((last * i) / (CHECKED_INVOCATIONS - 1)),
    );
    const encoder = this.#device.createCommandEncoder();
    for (const [i, invocation] of checked.entries()) {
      encoder.copyBufferToBuffer(this.#output, invocation * bytes, readback, i * bytes, bytes);
    }
    this.#device.queue.submit([encoder.finish()]);
    await readback.mapAsync(GPUMapMode.READ);
    const results = new Uint32Array(readback.getMappedRange().slice(0));
    readback.destroy();
    const words = bytes / 4;
    for (const [i, invocation] of checked.entries()) {
      const from = this.#seeds.subarray(invocation * words, (invocation + 1) * words);
      const expected = crossed ? mixCrossed(from, task) : mixChain(from.subarray(0, 4), task);
      const got = results.subarray(i * words, (i + 1) * words);
      if (expected.some((word, at) => word !== got[at])) {
        throw new Error(
          `the ceiling kernel mixes wrong: invocation ${invocation} expected ${expected}, got ${got}`,
        );
      }
    }
  }

  #bind(pipeline: GPUComputePipeline): GPUBindGroup {
    const entries = [this.#task, this.#input, this.#output].map((buffer, binding) => ({
      binding,
      resource: { buffer },
    }));
    return this.#device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
  }

  async #pipelineOf(form: CeilingForm): Promise<GPUComputePipeline> {
    const entryPoint = entryPointOf(form);
    const known = this.#pipelines.get(entryPoint);
    if (known) return known;
    const pipeline = await this.#device.createComputePipelineAsync({
      layout: 'auto',
      compute: {
        module: this.#device.createShaderModule({ code: assembleShader(CEILING_SHADER) }),
        entryPoint,
        constants: {
          workgroup_size: this.#tuning.workgroupSize,
          rotate_by_multiplication: Number(this.#tuning.rotateByMultiplication),
        },
      },
    });
    this.#pipelines.set(entryPoint, pipeline);
    return pipeline;
  }
}

/**
 * The ceiling kernel on a WebGPU device: how fast it mixes when it does nothing else.
 * @module
 */
import type { KernelTuning } from '../../miner/backends/gpu/search-engine.js';
import { assembleShader, CEILING_SHADER } from '../../shaders/assemble.js';
import {
  CHAIN_BYTES,
  GS_PER_ITERATION,
  GS_PER_NONCE,
  type MixTask,
  mixChain,
  packCeilingTask,
} from '../../shaders/ceiling.js';

/** Chains of a dispatch on a card: 64 MiB of seeds, and many more invocations than any card has at work at once. */
export const HARDWARE_CHAINS = 2 ** 22;

/** On a software driver: some hundred invocations for each core, so long that their setting up does not count. */
export const SOFTWARE_CHAINS = 2 ** 13;

/** Chains whose results the CPU makes, too: the first, the last, and some between. */
const CHECKED_CHAINS = 6;

/** Dispatches in flight, as in the search. */
const IN_FLIGHT = 2;

/** Runs ceiling kernels of all chain counts on one pair of buffers. */
export class CeilingEngine {
  readonly #device: GPUDevice;
  readonly #tuning: KernelTuning;
  readonly #chains: number;
  readonly #seeds: Uint32Array<ArrayBuffer>;
  readonly #task: GPUBuffer;
  readonly #input: GPUBuffer;
  readonly #output: GPUBuffer;
  readonly #pipelines = new Map<number, GPUComputePipeline>();

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
    device.queue.writeBuffer(this.#input, 0, this.#seeds);
  }

  /**
   * Dispatches a kernel `task.repeats` times.
   * @returns nonces' worth of Gs, and the time from the first submission to the end of the last dispatch, ms
   * @throws Error if the results are not what the CPU mixes
   */
  async mix(task: MixTask): Promise<{ readonly hashes: number; readonly wallMs: number }> {
    const pipeline = await this.#pipelineOf(task.chains);
    const bindings = this.#bind(pipeline);
    this.#device.queue.writeBuffer(this.#task, 0, packCeilingTask(task));
    await this.#device.queue.onSubmittedWorkDone();
    const startedMs = performance.now();
    let left = task.repeats;
    const work = async (): Promise<void> => {
      while (left-- > 0) {
        this.#submit(pipeline, bindings, task.chains);
        await this.#device.queue.onSubmittedWorkDone();
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, work));
    const wallMs = performance.now() - startedMs;
    await this.#check(task);
    const gs = task.iterations * GS_PER_ITERATION * this.#chains * task.repeats;
    return { hashes: gs / GS_PER_NONCE, wallMs };
  }

  #submit(pipeline: GPUComputePipeline, bindings: GPUBindGroup, chains: number): void {
    const encoder = this.#device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindings);
    pass.dispatchWorkgroups(this.#chains / chains / this.#tuning.workgroupSize);
    pass.end();
    this.#device.queue.submit([encoder.finish()]);
  }

  async #check(task: MixTask): Promise<void> {
    const size = CHECKED_CHAINS * CHAIN_BYTES;
    const readback = this.#device.createBuffer({
      size,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
    const encoder = this.#device.createCommandEncoder();
    const chains = Array.from({ length: CHECKED_CHAINS }, (_, i) =>
      Math.floor(((this.#chains - 1) * i) / (CHECKED_CHAINS - 1)),
    );
    for (const [i, chain] of chains.entries()) {
      encoder.copyBufferToBuffer(this.#output, chain * CHAIN_BYTES, readback, i * CHAIN_BYTES, CHAIN_BYTES);
    }
    this.#device.queue.submit([encoder.finish()]);
    await readback.mapAsync(GPUMapMode.READ);
    const got = new Uint32Array(readback.getMappedRange().slice(0));
    readback.destroy();
    for (const [i, chain] of chains.entries()) {
      const expected = mixChain(this.#seeds.subarray(chain * 4, chain * 4 + 4), task);
      const found = got.subarray(i * 4, i * 4 + 4);
      if (expected.some((word, at) => word !== found[at])) {
        throw new Error(`the ceiling kernel mixes wrong: chain ${chain} expected ${expected}, got ${found}`);
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

  async #pipelineOf(chains: number): Promise<GPUComputePipeline> {
    const known = this.#pipelines.get(chains);
    if (known) return known;
    const pipeline = await this.#device.createComputePipelineAsync({
      layout: 'auto',
      compute: {
        module: this.#device.createShaderModule({ code: assembleShader(CEILING_SHADER) }),
        entryPoint: `chains_${chains}`,
        constants: {
          workgroup_size: this.#tuning.workgroupSize,
          rotate_by_multiplication: Number(this.#tuning.rotateByMultiplication),
        },
      },
    });
    this.#pipelines.set(chains, pipeline);
    return pipeline;
  }
}

import { deepStrictEqual } from 'node:assert/strict';
import test from 'node:test';
import { assembleShader } from '../../shaders/assemble.js';
import { wordsOf } from '../../shaders/blake3.js';
import {
  type CeilingForm,
  type CeilingTask,
  CHAIN_BYTES,
  entryPointOf,
  mixChain,
  mixCrossed,
  packCeilingTask,
  WGSL_CEILING_FORMS,
} from '../../shaders/ceiling.js';
import { CEILING_SHADER } from '../../shaders/shader-files.js';
import { skipWhen } from '../support/requirement.js';
import { seededBytes } from '../support/seeded-bytes.js';
import { inErrorScopes, noSoftwareGpu, softwareGpu } from '../support/software-gpu.js';

const skip = skipWhen(noSoftwareGpu);
const INVOCATIONS = 64;

async function run(
  form: CeilingForm,
  seeds: Uint32Array<ArrayBuffer>,
  task: CeilingTask,
): Promise<Uint32Array> {
  const device = await softwareGpu();
  const module = device.createShaderModule({ code: assembleShader(CEILING_SHADER) });
  const pipeline = await device.createComputePipelineAsync({
    layout: 'auto',
    compute: { module, entryPoint: entryPointOf(form), constants: { workgroup_size: INVOCATIONS } },
  });
  const size = seeds.byteLength;
  const uniform = device.createBuffer({ size: 16, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST });
  const input = device.createBuffer({ size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST });
  const output = device.createBuffer({
    size,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
  });
  const readback = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  device.queue.writeBuffer(uniform, 0, packCeilingTask(task));
  device.queue.writeBuffer(input, 0, seeds);
  device.queue.writeBuffer(output, 0, new Uint8Array(size).fill(0xff));
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  const entries = [uniform, input, output].map((buffer, binding) => ({ binding, resource: { buffer } }));
  pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
  pass.dispatchWorkgroups(1);
  pass.end();
  encoder.copyBufferToBuffer(output, 0, readback, 0, size);
  device.queue.submit([encoder.finish()]);
  await readback.mapAsync(GPUMapMode.READ);
  return new Uint32Array(readback.getMappedRange().slice(0));
}

for (const form of WGSL_CEILING_FORMS) {
  const { chains, crossed } = form;
  for (const iterations of [0, 1, 2, 33]) {
    test(`${entryPointOf(form)}, ${iterations} iterations, as the CPU twin mixes them`, {
      skip,
    }, async () => {
      const words = (INVOCATIONS * chains * CHAIN_BYTES) / 4;
      const seeds = wordsOf(seededBytes(`ceiling ${chains}`, words * 4), words);
      const task = { iterations, x: 0x12345678, y: 0x9abcdef0 };
      const got = await inErrorScopes(await softwareGpu(), () => run(form, seeds, task));
      const width = chains * 4;
      const expected = Array.from({ length: INVOCATIONS }, (_, i) => {
        const own = seeds.subarray(i * width, (i + 1) * width);
        if (crossed) return [...mixCrossed(own, task)];
        return Array.from({ length: chains }, (_, c) => [
          ...mixChain(own.subarray(c * 4, c * 4 + 4), task),
        ]).flat();
      }).flat();
      deepStrictEqual([...got], expected);
    });
  }
}

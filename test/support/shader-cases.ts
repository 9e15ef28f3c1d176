/**
 * Calls single WGSL functions: an entry point is generated round a piece of WGSL, which reads the words of one case
 * and writes those of its result, and runs it over all cases.
 * @module
 */
import { deepStrictEqual } from 'node:assert/strict';
import { assembleShader } from '../../shaders/assemble.js';
import { inErrorScopes } from './software-gpu.js';

/** Words in, words out. */
export interface ShaderCase {
  readonly name: string;
  readonly input: ArrayLike<number>;
  readonly expected: ArrayLike<number>;
}

/** What is called, and how. */
export interface ShaderCall {
  /** Shader files that it needs. */
  readonly files: readonly string[];
  /**
   * WGSL statements. They read with `word(i)`, `vec(i)`, `words(i)`, `state(i)` and `block(i)` from word i of the
   * input on, and write with `put(i, u32)`, `put_vec`, `put_words`, `put_state` and `put_block`.
   */
  readonly body: string;
  readonly constants?: Record<string, number>;
  /** Bytes of `header`, a `Header` in uniform memory, for functions that take one. */
  readonly header?: Uint8Array<ArrayBuffer>;
}

const ACCESS = `
@group(0) @binding(0) var<storage, read> inputs: array<u32>;
@group(0) @binding(1) var<storage, read_write> outputs: array<u32>;
var<private> input_at: u32;
var<private> output_at: u32;
fn word(i: u32) -> u32 { return inputs[input_at + i]; }
fn vec(i: u32) -> vec4u { return vec4u(word(i), word(i + 1), word(i + 2), word(i + 3)); }
fn put(i: u32, x: u32) { outputs[output_at + i] = x; }
fn put_vec(i: u32, v: vec4u) { put(i, v.x); put(i + 1, v.y); put(i + 2, v.z); put(i + 3, v.w); }
`;

const STRUCTURES = `
fn words(i: u32) -> Words { return Words(vec(i), vec(i + 4)); }
fn state(i: u32) -> State { return State(vec(i), vec(i + 4), vec(i + 8), vec(i + 12)); }
fn block(i: u32) -> Block { return Block(vec(i), vec(i + 4), vec(i + 8), vec(i + 12)); }
fn put_words(i: u32, w: Words) { put_vec(i, w.lo); put_vec(i + 4, w.hi); }
fn put_state(i: u32, s: State) { put_vec(i, s.a); put_vec(i + 4, s.b); put_vec(i + 8, s.c); put_vec(i + 12, s.d); }
fn put_block(i: u32, m: Block) { put_vec(i, m.w0); put_vec(i + 4, m.w1); put_vec(i + 8, m.w2); put_vec(i + 12, m.w3); }
`;

/** Runs all cases in one dispatch and compares. All must have as many words as the first. */
export async function checkCases(
  device: GPUDevice,
  call: ShaderCall,
  cases: readonly ShaderCase[],
): Promise<void> {
  const inputWords = cases[0]!.input.length;
  const outputWords = cases[0]!.expected.length;
  const code = [
    assembleShader(call.files),
    ACCESS,
    STRUCTURES,
    call.header ? '@group(0) @binding(2) var<uniform> header: Header;' : '',
    '@compute @workgroup_size(1) fn run_case(@builtin(global_invocation_id) id: vec3u) {',
    `input_at = id.x * ${inputWords}u; output_at = id.x * ${outputWords}u;`,
    call.body,
    '}',
  ].join('\n');
  const input = Uint32Array.from(cases.flatMap((one) => Array.from(one.input)));
  // One word more than is written: it must stay as it was.
  const outputs = cases.length * outputWords + 1;
  const result = await inErrorScopes(device, () =>
    run(device, code, call, { input, outputs, invocations: cases.length }),
  );
  cases.forEach((one, i) => {
    const got = Array.from(result.subarray(i * outputWords, (i + 1) * outputWords), hex);
    deepStrictEqual(got, Array.from(one.expected, hex), one.name);
  });
  deepStrictEqual(hex(result[outputs - 1]!), 'ffffffff', 'the word after the last result');
}

async function run(
  device: GPUDevice,
  code: string,
  call: ShaderCall,
  io: { input: Uint32Array<ArrayBuffer>; outputs: number; invocations: number },
): Promise<Uint32Array> {
  const pipeline = await device.createComputePipelineAsync({
    layout: 'auto',
    compute: { module: device.createShaderModule({ code }), constants: call.constants ?? {} },
  });
  const filled = (bytes: Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>, usage: number): GPUBuffer => {
    const buffer = device.createBuffer({ size: bytes.byteLength, usage: usage | GPUBufferUsage.COPY_DST });
    device.queue.writeBuffer(buffer, 0, bytes);
    return buffer;
  };
  const output = filled(
    new Uint32Array(io.outputs).fill(0xffffffff),
    GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC,
  );
  const buffers = [filled(io.input, GPUBufferUsage.STORAGE), output];
  if (call.header) buffers.push(filled(call.header, GPUBufferUsage.UNIFORM));
  const readback = filled(new Uint32Array(io.outputs), GPUBufferUsage.MAP_READ);
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(
    0,
    device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    }),
  );
  pass.dispatchWorkgroups(io.invocations);
  pass.end();
  encoder.copyBufferToBuffer(output, 0, readback, 0, output.size);
  device.queue.submit([encoder.finish()]);
  await readback.mapAsync(GPUMapMode.READ);
  return new Uint32Array(readback.getMappedRange().slice(0));
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}

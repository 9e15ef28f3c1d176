/**
 * Dawn, the WebGPU of Node.js, as the package `webgpu` brings it. Only child processes may call what is here: Dawn can
 * take its process down, can't be used from worker threads, and is optional.
 * @module
 */

/** The package can't be loaded here: not installed, or not made for this platform. */
export class WebgpuMissingError extends Error {
  override readonly name = 'WebgpuMissingError';
  readonly code = 'ERR_WEBGPU_MISSING';
}

interface DawnModule {
  create(options: string[]): GPU;
  readonly globals: object;
}

// A variable, so that the project compiles and runs without the optional package.
const PACKAGE: string = 'webgpu';

/**
 * Dawn's entry point. Kept on `globalThis` for the life of the process: holding a device alone is not enough, and once
 * this object is collected the process crashes.
 * @param options - Dawn's own, as `adapter=NAME` and `backend=vulkan`
 * @throws WebgpuMissingError if the package does not load
 */
export async function createGpu(options: readonly string[]): Promise<GPU> {
  let dawn: DawnModule;
  try {
    dawn = (await import(PACKAGE)) as DawnModule;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new WebgpuMissingError(
      `WebGPU needs the optional package "webgpu", which does not load here (npm install webgpu): ${why}`,
    );
  }
  Object.assign(globalThis, dawn.globals);
  const gpu = dawn.create([...options]);
  const keeper = globalThis as { lessworkGpus?: GPU[] };
  keeper.lessworkGpus ??= [];
  keeper.lessworkGpus.push(gpu);
  return gpu;
}

/**
 * Ends this process at once. Not by `process.exit`: taking Dawn down in order may hang or crash, and a child that
 * holds nothing but a device, which the driver takes back, has nothing to put in order.
 */
export function endProcess(): never {
  process.kill(process.pid, 'SIGKILL');
  // The signal may take a moment to arrive; nothing else may happen until it does.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/**
 * How much faster the shader is on this machine's software driver than the reference hash on one thread. Both are
 * measured in turns, so that whatever else the machine does slows both.
 *
 *     node dist/bench/shader-speed.js [windows] [seconds of a window]
 * @module
 */

import { listAdapters } from '../miner/backends/gpu/adapters.js';
import { GpuDevice } from '../miner/backends/gpu/gpu-device.js';
import { joinHeader } from '../protocol/header.js';
import { blockHash } from '../protocol/pow.js';
import { nonceOf, PREFIX_BYTES } from '../shaders/search.js';

const windows = Number(process.argv[2] ?? 8);
const windowMs = Number(process.argv[3] ?? 2) * 1000;
const template = { headerBlob: new Uint8Array(302).fill(7), prefix: new Uint8Array(PREFIX_BYTES) };

/** Hashes a second of the reference, with one buffer in which the counter is written. */
function nobleWindow(): number {
  const header = joinHeader(nonceOf(template.prefix, 0n), template.headerBlob);
  const view = new DataView(header.buffer);
  const start = performance.now();
  let hashes = 0;
  while (performance.now() - start < windowMs) {
    for (let i = 0; i < 100; i++) {
      view.setUint32(PREFIX_BYTES, hashes++, true);
      blockHash(header);
    }
  }
  return (hashes / (performance.now() - start)) * 1000;
}

/** Gives a device tasks for the time of a window, and lets it run dry after it. */
class DeviceWindow {
  readonly #device: GpuDevice;
  #hashes = 0;
  #held = 0;
  #nextId = 1;
  #endMs = 0;
  #done: () => void = () => {};

  constructor(device: GpuDevice) {
    this.#device = device;
  }

  /** Tells when the device is ready. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#device.start({
        onReady: resolve,
        onFailure: (failure) => reject(new Error(failure.message)),
        onReport: (report) => {
          this.#held--;
          this.#hashes += report.hashes;
          this.#fill();
        },
      });
    });
  }

  /** Hashes a second, from the first task given to the last one back. */
  async run(): Promise<number> {
    const startMs = performance.now();
    this.#hashes = 0;
    this.#endMs = startMs + windowMs;
    await new Promise<void>((resolve) => {
      this.#done = resolve;
      this.#fill();
    });
    return (this.#hashes / (performance.now() - startMs)) * 1000;
  }

  #fill(): void {
    while (performance.now() < this.#endMs && this.#held < this.#device.depth) {
      this.#held++;
      const id = this.#nextId++;
      const count = this.#device.taskSize;
      const target = new Uint8Array(32);
      this.#device.search({ ...template, chain: 0, target, start: 0n, count, id, generation: 0 });
    }
    if (this.#held === 0) this.#done();
  }
}

const [adapter] = (await listAdapters({ software: true })).filter(({ software }) => software);
if (!adapter) throw new Error('no software Vulkan driver here');
const device = new GpuDevice({ adapter, driverManifest: adapter.driverManifest });
const shader = new DeviceWindow(device);
await shader.start();
nobleWindow();
await shader.run();
const ratios: number[] = [];
for (let i = 0; i < windows; i++) {
  const [reference, rate] = [nobleWindow(), await shader.run()];
  ratios.push(rate / reference);
  console.log(
    `shader ${mega(rate)} MH/s, reference ${mega(reference)} MH/s, ${(rate / reference).toFixed(2)} times`,
  );
}
ratios.sort((a, b) => a - b);
console.log(
  `${adapter.name}: median ${ratios[Math.floor(ratios.length / 2)]!.toFixed(2)} times the reference`,
);
await device.close();

function mega(rate: number): string {
  return (rate / 1e6).toFixed(3);
}

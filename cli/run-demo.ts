/**
 * The demo: a simulated full node in this process, and a miner on it over a real socket.
 * @module
 */
import { startDevnet } from '../devnet/app.js';
import type { DeviceChoice } from '../miner/device-choice.js';
import { simdSupported } from '../shaders/cpu/wasm.js';
import type { OutputOptions } from './options.js';
import { runMiner } from './run-miner.js';

export interface DemoRunOptions extends OutputOptions {
  readonly seconds: number | undefined;
  readonly device: DeviceChoice;
  readonly threads: number;
}

/** As on the main network: two blocks a second over all 16 chains, once the target fits. */
const BLOCK_TIME_MS = 8_000;

/** A cautious guess at a thread's rate, so that the first blocks come within a second or two; the devnet retargets. */
const HASHES_PER_SECOND_PER_THREAD = simdSupported() ? 2_000_000 : 100_000;

export async function runDemo(options: DemoRunOptions): Promise<void> {
  const devnet = await startDevnet({
    rate: HASHES_PER_SECOND_PER_THREAD * options.threads,
    blockTimeMs: BLOCK_TIME_MS,
  });
  try {
    await runMiner(
      {
        endpoints: [{ host: '127.0.0.1', port: devnet.minerApiPort, restPort: devnet.restPort }],
        devices: options.device,
        threads: options.threads,
      },
      options,
      { seconds: options.seconds, withParent: true },
    );
  } finally {
    await devnet.close();
  }
}

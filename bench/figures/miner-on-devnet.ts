/**
 * A miner of this process, on a simulated node that is another.
 * @module
 */
import { type MinerApp, startMiner } from '../../miner/app.js';
import type { DeviceWish } from '../../miner/device-choice.js';
import { LessworkProcess } from './lesswork-process.js';

/** A miner on a devnet of its own, a separate process. @param rate - of the devnet's first targets */
export async function mineOnDevnet(
  device: DeviceWish,
  threads: number,
  rate: string,
): Promise<{ app: MinerApp; devnet: LessworkProcess }> {
  const devnet = new LessworkProcess(['devnet', '--port', '0', '--rest-port', '0', '--rate', rate]);
  const ready = await devnet.line(({ minerApiPort }) => minerApiPort !== undefined);
  const endpoints = [{ host: '127.0.0.1', port: Number(ready.minerApiPort), restPort: 1 }];
  return { app: startMiner({ endpoints, devices: [device], threads }, { onEvent: () => {} }), devnet };
}

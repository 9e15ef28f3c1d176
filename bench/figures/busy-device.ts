/**
 * A device that is given task after task, all of one template, none of which has finds: for figures of its rate.
 * @module
 */
import type { SearchDevice } from '../../miner/core/device.js';
import { templateOf } from '../verification.js';

export interface BusyDevice {
  /** Hashes of all reports so far. */
  readonly hashes: number;
}

/**
 * Starts it, and keeps it busy from then on.
 * @param seed - of the template
 * @throws Error if it fails before it is ready
 */
export async function keepBusy(device: SearchDevice, seed: string): Promise<BusyDevice> {
  const template = templateOf(seed);
  const busy = { hashes: 0 };
  let held = 0;
  let id = 0;
  const fill = (): void => {
    for (; held < device.depth; held++)
      device.search({
        ...template,
        id: ++id,
        generation: 1,
        chain: 3,
        target: new Uint8Array(32),
        start: BigInt(id) * 2n ** 32n,
        count: device.taskSize,
      });
  };
  await new Promise<void>((resolve, reject) => {
    device.start({
      onReady: () => {
        fill();
        resolve();
      },
      onReport: (report) => {
        held--;
        busy.hashes += report.hashes;
        fill();
      },
      onFailure: ({ message }) => reject(new Error(message)),
    });
  });
  return busy;
}

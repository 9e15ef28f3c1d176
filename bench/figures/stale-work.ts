/**
 * How long devices go on hashing on an old parent after a new one has arrived.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createCpuDevice } from '../../miner/backends/cpu/create-cpu-device.js';
import { listAdapters } from '../../miner/backends/gpu/adapters.js';
import { createGpuDevice } from '../../miner/backends/gpu/create-gpu-device.js';
import type { DeviceEvents, SearchDevice, SearchTask } from '../../miner/core/device.js';
import { Miner } from '../../miner/core/miner.js';
import type { JobSource, SourceEvents } from '../../miner/core/source.js';
import { ALL_CHAINS, type ChainIndex, toGroupOf } from '../../protocol/chain.js';
import { parentOf } from '../../protocol/header.js';
import { type Job, NODE_KEEPS_TXS } from '../../protocol/job.js';
import { percentile } from '../statistics.js';
import { templateOf } from '../verification.js';
import { CORES } from './contenders.js';
import { type Figure, type FigureLine, limitLine } from './figure.js';

const CHANGES = 300;
/** Between two changes, on average, ms. */
const INTERVAL_MS = 100;
const WARM_UP_MS = 5_000;

export const staleWork: Figure = {
  name: 'stale-work',
  async measure() {
    const lines = await watchParents(createCpuDevice(CORES), `cpu, ${CORES} threads`, 50);
    const adapter = (await listAdapters({ software: true }))[0];
    if (adapter === undefined) return lines;
    const device = createGpuDevice({ adapter, driverManifest: adapter.driverManifest });
    return [...lines, ...(await watchParents(device, adapter.name, 100))];
  },
};

/** A device, and which chains its unfinished tasks are of. */
class WatchedDevice implements SearchDevice {
  readonly kind;
  readonly name;
  readonly tasks = new Map<number, SearchTask>();
  readonly #device: SearchDevice;
  /** Called after each report. */
  onReport: () => void = () => {};

  constructor(device: SearchDevice) {
    this.#device = device;
    this.kind = device.kind;
    this.name = device.name;
  }

  get taskSize(): number {
    return this.#device.taskSize;
  }

  get depth(): number {
    return this.#device.depth;
  }

  start(events: DeviceEvents): void {
    this.#device.start({
      onReady: () => events.onReady(),
      onFailure: (failure) => events.onFailure(failure),
      onReport: (report) => {
        this.tasks.delete(report.taskId);
        this.onReport();
        events.onReport(report);
      },
    });
  }

  search(task: SearchTask): void {
    this.tasks.set(task.id, task);
    this.#device.search(task);
  }

  abandon(chain: ChainIndex, generation: number): void {
    this.#device.abandon(chain, generation);
  }

  setLoad(load: number): void {
    this.#device.setLoad(load);
  }

  close(): Promise<void> {
    return this.#device.close();
  }
}

/**
 * Brings a device new parents, and looks how long it goes on with old work.
 * @param limitMs - longest that 99 of 100 may take
 * @param load - part of its time that the device may be busy for
 */
export async function watchParents(
  device: SearchDevice,
  name: string,
  limitMs: number,
  load = 1,
): Promise<FigureLine[]> {
  const watched = new WatchedDevice(device);
  let events: SourceEvents | undefined;
  const source: JobSource = {
    kind: 'nodes',
    open: (given) => {
      events = given;
    },
    submit: () => false,
    close: () => {},
  };
  const miner = new Miner({
    source,
    now: () => performance.now(),
    noncePrefix: templateOf('stale work').prefix,
    onEvent: () => {},
  });
  miner.start();
  miner.setMaxLoad(load);
  miner.addDevice(watched);
  const session = { id: 1, name: 'figures', noncePrefix: new Uint8Array(0) };
  const parents = ALL_CHAINS.map(() => 1);
  events!.onSession(session);
  events!.onJobs(session, jobsOf(parents));
  while (miner.status().totalHashes === 0) await sleep(50);
  await sleep(WARM_UP_MS);

  const times: number[] = [];
  const before = miner.status();
  for (let i = 0; i < CHANGES; i++) {
    // Now and then in a task, and always of a chain that is worked on.
    await sleep(INTERVAL_MS * (0.5 + ((i * 0.618) % 1)));
    const working = [...watched.tasks.values()][0];
    if (working === undefined) continue;
    const old = [...watched.tasks.values()].filter(({ chain }) => chain === working.chain);
    parents[working.chain]!++;
    const arrivedMs = performance.now();
    const ended = new Promise<void>((resolve) => {
      watched.onReport = () => {
        if (old.every(({ id }) => !watched.tasks.has(id))) resolve();
      };
    });
    events!.onJobs(session, jobsOf(parents));
    await ended;
    times.push(performance.now() - arrivedMs);
  }
  const { totalHashes, staleHashes } = miner.status();
  await miner.close();
  const share = (staleHashes - before.staleHashes) / (totalHashes - before.totalHashes);
  const middle = ` (median ${Math.round(percentile(times, 0.5))}, ${times.length} changes)`;
  return [
    limitLine(`${name}: new parent to end of old work, p99`, percentile(times, 0.99), limitMs, 'ms', middle),
    {
      what: '  hashes spent on stale templates',
      measured: `${(share * 100).toFixed(2)} % at a new parent every ${INTERVAL_MS} ms; ${Math.round((staleHashes - before.staleHashes) / times.length)} for each`,
    },
  ];
}

/** A job for each chain, whose parent is a number. */
function jobsOf(parents: readonly number[]): Job[] {
  const { headerBlob } = templateOf('stale work');
  return ALL_CHAINS.map((chain) => {
    const blob = headerBlob.slice();
    const parent = parentOf(blob, toGroupOf(chain));
    new DataView(parent.buffer, parent.byteOffset).setUint32(0, parents[chain]!);
    return {
      chain,
      headerBlob: blob,
      txsBlob: NODE_KEEPS_TXS,
      target: new Uint8Array(32),
      height: parents[chain]!,
    };
  });
}

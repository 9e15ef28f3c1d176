/**
 * What is lost between the bare kernel and the whole miner: network, tasks, messages, finds hashed again, statistics.
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startMiner } from '../../miner/app.js';
import { CORES, searchRate, warmCrew } from './contenders.js';
import { type Figure, ratioLine, ratiosOf } from './figure.js';
import { LessworkProcess } from './lesswork-process.js';

const WINDOW_MS = 1_500;
/** Until all that a paused miner had given out is reported. */
const DRAIN_MS = 400;
const WARM_UP_MS = 4_000;

export const wholeMiner: Figure = {
  name: 'whole-miner',
  async measure() {
    const threads = Math.max(1, CORES - 1);
    const devnet = new LessworkProcess([
      'devnet',
      ...['--port', '0', '--rest-port', '0', '--rate', `${4 * threads}MH/s`],
    ]);
    const ready = await devnet.line(({ minerApiPort }) => minerApiPort !== undefined);
    const bare = await warmCrew(threads);
    const others = new Set(threadIds());
    const port = Number(ready.minerApiPort);
    const app = startMiner(
      {
        endpoints: [{ host: '127.0.0.1', port, restPort: 1 }],
        devices: [{ kind: 'cpu' }],
        threads,
      },
      { onEvent: () => {} },
    );
    await sleep(WARM_UP_MS);
    const hashing = busiest(
      threadIds().filter((id) => !others.has(id)),
      threads,
    );
    app.miner.setPaused(true);
    await sleep(DRAIN_MS);
    const busy: number[] = [];
    const ofProcess: number[] = [];

    const mine = async (): Promise<number> => {
      const hashes = app.miner.status().totalHashes;
      const cpuMs = hashing.reduce((sum, id) => sum + threadCpuMs(id), 0);
      const usage = process.cpuUsage();
      const startedMs = performance.now();
      app.miner.setPaused(false);
      await sleep(WINDOW_MS);
      app.miner.setPaused(true);
      const wallMs = performance.now() - startedMs;
      await sleep(DRAIN_MS);
      const spentMs = hashing.reduce((sum, id) => sum + threadCpuMs(id), 0) - cpuMs;
      const whole = process.cpuUsage(usage);
      busy.push(spentMs / (wallMs * threads));
      ofProcess.push(spentMs / ((whole.user + whole.system) / 1000));
      return ((app.miner.status().totalHashes - hashes) * 1000) / spentMs;
    };
    const ratios = await ratiosOf(mine, () => searchRate(bare, WINDOW_MS));
    const { accepted, side, rejected } = app.miner.status().blocks;
    await Promise.all([app.close(), bare.close()]);
    await devnet.close();
    return [
      ratioLine(`whole miner on devnet to the bare kernel, ${threads} thread(s)`, ratios, 0.97),
      ratioLine('  CPU time of the hashing threads to that of the process', ofProcess),
      ratioLine('  CPU time of the hashing threads to the time on the clock', busy),
      { what: '  blocks meanwhile', measured: `${accepted} accepted, ${side} side, ${rejected} refused` },
    ];
  },
};

function threadIds(): string[] {
  return readdirSync('/proc/self/task');
}

/** CPU time of a thread of this process, ms. */
function threadCpuMs(id: string): number {
  return Number(readFileSync(`/proc/self/task/${id}/schedstat`, 'latin1').split(' ')[0]) / 1e6;
}

function busiest(ids: readonly string[], count: number): string[] {
  return ids.toSorted((a, b) => threadCpuMs(b) - threadCpuMs(a)).slice(0, count);
}

/**
 * What the miner's API costs the rate, while two readers ask it once a second each.
 *
 * Both windows of a pair spend the same time on the clock beside whatever else the machine does; what the process spends beyond
 * its hashing thread is more by the answers. So much of a core's second is lost where there is nothing else to do.
 * @module
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startMinerApi } from '../../miner/api/start-miner-api.js';
import type { MinerControl } from '../../miner/control.js';
import { median } from '../statistics.js';
import { type Figure, PAIRS, ratioLine } from './figure.js';
import { mineOnDevnet } from './miner-on-devnet.js';
import { busiest, threadCpuMs, threadIds } from './thread-times.js';

const WINDOW_MS = 4_000;
const WARM_UP_MS = 4_000;
/** Between two questions of each reader: more often than once a second, so that their cost stands out. */
const ASKED_EVERY_MS = 50;
/** Questions of each reader in a second, of the figure. */
const PER_SECOND = 1;

/** What a dashboard and the page ask. */
const READ = ['2/summary', 'status'];

export const minerApi: Figure = {
  name: 'miner-api',
  async measure() {
    const others = new Set(threadIds());
    const { app, devnet } = await mineOnDevnet({ kind: 'cpu' }, 1, '4MH/s');
    const { miner } = app;
    const api = await startMinerApi({ host: '127.0.0.1', port: 0, origins: [] }, { version: 'bench' });
    // Steered by nobody.
    api.serve({ status: () => miner.status() } as MinerControl);
    const readers = fork(fileURLToPath(new URL('./api-readers.js', import.meta.url)));
    const urls = READ.map((path) => `${api.url}${path}`);
    await sleep(WARM_UP_MS);
    await ask(readers, urls);
    const [hashing] = busiest(
      threadIds().filter((id) => !others.has(id)),
      1,
    );
    const costs: number[] = [];
    for (let pair = 0; pair < PAIRS; pair++) {
      const idleMs = (await besideHashing(hashing!, async () => 0)).spentMs;
      const { spentMs, asked } = await besideHashing(hashing!, () => ask(readers, urls));
      costs.push((spentMs - idleMs) / asked);
    }
    readers.disconnect();
    await Promise.all([api.close(), app.close()]);
    await devnet.close();
    const kept = costs.map((ms) => 1 - (ms * READ.length * PER_SECOND) / 1000);
    return [
      ratioLine('rate of a miner on one core whose API two readers ask once a second', kept, 0.995),
      { what: '  CPU time of an answer', measured: `${median(costs).toFixed(2)} ms` },
    ];
  },
};

async function ask(readers: ChildProcess, urls: readonly string[]): Promise<number> {
  const answered = once(readers, 'message') as Promise<[number]>;
  readers.send(urls);
  return (await answered)[0];
}

/**
 * What this process spends beyond its hashing thread in a window.
 * @param hashing - that thread
 * @param question - asked again and again @returns how many were answered
 */
async function besideHashing(
  hashing: string,
  question: () => Promise<number>,
): Promise<{ readonly spentMs: number; readonly asked: number }> {
  const usage = process.cpuUsage();
  const hashingMs = threadCpuMs(hashing);
  const endMs = performance.now() + WINDOW_MS;
  let asked = 0;
  while (performance.now() < endMs) {
    await sleep(ASKED_EVERY_MS);
    asked += await question();
  }
  const { user, system } = process.cpuUsage(usage);
  return { spentMs: (user + system) / 1000 - (threadCpuMs(hashing) - hashingMs), asked };
}

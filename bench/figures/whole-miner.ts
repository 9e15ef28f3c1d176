/**
 * What is lost between the bare kernel and the whole miner: network, tasks, messages, finds hashed again, statistics.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { counted } from '../../protocol/quantity-text.js';
import { hashesPerSecond } from '../statistics.js';
import { CORES, NOTHING, searchRate, warmCrew, warmSoftwareCard } from './contenders.js';
import { type Figure, type FigureLine, ratioLine, ratiosOf } from './figure.js';
import { mineOnDevnet } from './miner-on-devnet.js';
import { busiest, threadCpuMs, threadIds } from './thread-times.js';

const WINDOW_MS = 1_500;
/** Until all that a paused miner had given out is reported. */
const DRAIN_MS = 400;
const WARM_UP_MS = 4_000;

export const wholeMiner: Figure = {
  name: 'whole-miner',
  async measure() {
    return [...(await onCpu()), ...(await onSoftwareCard())];
  },
};

/** By the clock: the driver's threads are another process's. */
async function onSoftwareCard(): Promise<FigureLine[]> {
  const bare = await warmSoftwareCard();
  const { app, devnet } = await mineOnDevnet({ kind: 'adapter', which: 'swiftshader' }, 1, '200kH/s');
  await sleep(2 * WARM_UP_MS);
  app.miner.setPaused(true);
  await sleep(DRAIN_MS);
  const mine = async (): Promise<number> => {
    const hashes = app.miner.status().totalHashes;
    const startedMs = performance.now();
    app.miner.setPaused(false);
    await sleep(WINDOW_MS);
    app.miner.setPaused(true);
    // What was given out is worked off, and counts with its time.
    while (app.miner.tasksGiven > 0) await sleep(5);
    return ((app.miner.status().totalHashes - hashes) * 1000) / (performance.now() - startedMs);
  };
  const ratios = await ratiosOf(mine, async () => hashesPerSecond(await bare.searchFor(NOTHING, WINDOW_MS)));
  await Promise.all([app.close(), bare.close()]);
  await devnet.close();
  return [ratioLine('whole miner on devnet to the bare kernel, SwiftShader, by the clock', ratios)];
}

async function onCpu(): Promise<FigureLine[]> {
  const threads = Math.max(1, CORES - 1);
  const bare = await warmCrew(threads);
  const others = new Set(threadIds());
  const { app, devnet } = await mineOnDevnet({ kind: 'cpu' }, threads, `${4 * threads}MH/s`);
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
    ratioLine(`whole miner on devnet to the bare kernel, ${counted(threads, 'thread')}`, ratios, 0.97),
    ratioLine('  CPU time of the hashing threads to that of the process', ofProcess),
    ratioLine('  CPU time of the hashing threads to the time on the clock', busy),
    { what: '  blocks meanwhile', measured: `${accepted} accepted, ${side} side, ${rejected} refused` },
  ];
}

/**
 * One scenario against one server: a stub node, the server, the miners; a warm-up, and a window that counts.
 * @module
 */
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { generateMinerAddresses } from '../../devnet/addresses.js';
import { createRandom } from '../../devnet/random.js';
import { median } from '../statistics.js';
import { type CrewReport, LoadCrew } from './generator/crew.js';
import { type ProcessUsage, readUsage } from './process-usage.js';
import type { Figures, ScenarioResult } from './result.js';
import type { Scenario } from './scenarios.js';
import { NO_BLOCKS, StubNode } from './stub-node/stub-node.js';
import type { StartTarget, Target } from './targets/target.js';

/** How long, and how often. */
export interface MeasureOptions {
  readonly warmUpMs: number;
  readonly windowMs: number;
  /** Between two pushes of new parents, ms. */
  readonly jobIntervalMs: number;
  /** Ports of the stub node; 0 takes free ones. */
  readonly nodePort: number;
  readonly nodeRestPort: number;
}

/** Before the memory of a server without miners is read, ms. */
const SETTLE_MS = 1_000;
/** Between two looks at a server's memory, ms. */
const MEMORY_INTERVAL_MS = 500;
/** Connections of one loopback address: the ports of one would do for some 28,000. */
const CONNECTIONS_PER_SOURCE = 5_000;

/** Where the miners' shares go: one account, whose key nobody has. */
const ACCOUNT = generateMinerAddresses(createRandom(7))[0]!.text;

/**
 * Measures.
 * @throws ServerError, GeneratorError, or Error if there is no /proc here
 */
export async function measureScenario(
  scenario: Scenario,
  start: StartTarget,
  options: MeasureOptions,
): Promise<ScenarioResult> {
  const closers: (() => Promise<void>)[] = [];
  try {
    const node = await StubNode.start({
      intervalMs: options.jobIntervalMs,
      blockTarget: NO_BLOCKS,
      port: options.nodePort,
      restPort: options.nodeRestPort,
    });
    closers.push(() => node.close());
    const target = await start(node);
    closers.push(() => target.close());
    const { host, port } = target;
    const { connections, processes, load, difficulties } = scenario;
    const sources = host === '127.0.0.1' ? Math.ceil(connections / CONNECTIONS_PER_SOURCE) : 1;
    const crew = new LoadCrew({
      ...{ host, port, connections, processes, load, difficulties, sources },
      address: ACCOUNT,
    });
    closers.push(() => crew.close());
    return await measureLoad(target, crew, node, options);
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

async function measureLoad(
  target: Target,
  crew: LoadCrew,
  node: StubNode,
  options: MeasureOptions,
): Promise<ScenarioResult> {
  await sleep(SETTLE_MS);
  const empty = usageOf(target.pid);
  const { authorized, failures } = await crew.connect();
  crew.load();
  await sleep(options.warmUpMs);

  crew.measure();
  const startedMs = performance.now();
  const before = [usageOf(target.pid), usageOf(target.redisPid), process.cpuUsage(), node.pushes] as const;
  const memory: number[] = [];
  while (performance.now() - startedMs < options.windowMs) {
    await sleep(Math.min(MEMORY_INTERVAL_MS, options.windowMs));
    memory.push(usageOf(target.pid)?.rssBytes ?? 0);
  }
  const after = [usageOf(target.pid), usageOf(target.redisPid)] as const;
  const wallMs = performance.now() - startedMs;
  const own = process.cpuUsage(before[2]);
  const pushes = node.pushes - before[3];
  const report = await crew.report();

  const grown = empty && median(memory) - empty.rssBytes;
  const figures: Figures = {
    authorized,
    connections: report.connections,
    ...countsOf(report, authorized * pushes),
    ...(authorized > 0 && grown !== undefined ? { rssKbPerConnection: grown / 1024 / authorized } : {}),
    ...serverFigures(before[0], after[0], wallMs, report),
    ...redisFigures(before[1], after[1], wallMs, report),
    generatorCores: report.cpuMs / report.wallMs,
    nodeCores: (own.user + own.system) / 1000 / wallMs,
    load1: loadavg()[0]!,
  };
  return { figures, rejected: report.rejected, failures };
}

function usageOf(pid: number | undefined): ProcessUsage | undefined {
  return pid === undefined ? undefined : readUsage(pid);
}

/** @param due - jobs of all pushes in the window, one for each miner */
function countsOf(report: CrewReport, due: number): Figures {
  const { wallMs, accepted, rejected, held, jobs, answerTimes, jobTimes } = report;
  const refused = Object.values(rejected).reduce((a, b) => a + b, 0);
  const shares = answerTimes.total > 0;
  return {
    jobsPerSecond: (jobs * 1000) / wallMs,
    jobsPerPush: jobs / due,
    jobMsP50: jobTimes.percentileUs(0.5) / 1000,
    jobMsP99: jobTimes.percentileUs(0.99) / 1000,
    jobMsMax: jobTimes.maxUs / 1000,
    ...(shares
      ? {
          sharesPerSecond: (accepted * 1000) / wallMs,
          rejectedPerSecond: (refused * 1000) / wallMs,
          heldPerSecond: (held * 1000) / wallMs,
          answerMsP50: answerTimes.percentileUs(0.5) / 1000,
          answerMsP90: answerTimes.percentileUs(0.9) / 1000,
          answerMsP99: answerTimes.percentileUs(0.99) / 1000,
          answerMsMax: answerTimes.maxUs / 1000,
        }
      : {}),
  };
}

/** Rates against rates: the server's window and the miners' differ by some ms. */
function serverFigures(
  before: ProcessUsage | undefined,
  after: ProcessUsage | undefined,
  wallMs: number,
  report: CrewReport,
): Figures {
  if (before === undefined || after === undefined) return {};
  const cores = (after.cpuMs - before.cpuMs) / wallMs;
  const mainThreads = (after.mainThreadMs - before.mainThreadMs) / wallMs;
  const perMs = (count: number): number => (cores * 1000) / (count / report.wallMs);
  return {
    serverCores: cores,
    serverMainThreads: mainThreads,
    serverRssMb: after.rssBytes / 2 ** 20,
    ...(report.accepted > 0
      ? {
          cpuUsPerShare: perMs(report.accepted),
          sharesPerBusySecond: (report.accepted * 1000) / report.wallMs / mainThreads,
        }
      : {}),
    ...(report.jobs > 0 ? { cpuUsPerJob: perMs(report.jobs) } : {}),
  };
}

function redisFigures(
  before: ProcessUsage | undefined,
  after: ProcessUsage | undefined,
  wallMs: number,
  report: CrewReport,
): Figures {
  if (before === undefined || after === undefined) return {};
  const cores = (after.cpuMs - before.cpuMs) / wallMs;
  if (report.accepted === 0) return { redisCores: cores };
  return { redisCores: cores, redisCpuUsPerShare: (cores * 1000) / (report.accepted / report.wallMs) };
}

/**
 * One scenario against one server: a stub node, the server, the miners; a warm-up, and a window that counts.
 * @module
 */
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { generateMinerAddresses } from '../../devnet/addresses.js';
import { createRandom } from '../../devnet/random.js';
import { MAX_TARGET } from '../../protocol/target.js';
import { median } from '../statistics.js';
import { ApiReader, apiPaths } from './api-reader.js';
import { makeBurnRights } from './burn-rights.js';
import { countsOf, redisFigures, serverFigures } from './figures.js';
import { LoadCrew } from './generator/crew.js';
import { HostileCrew } from './generator/hostile-crew.js';
import type { Load } from './generator/messages.js';
import { Newcomers } from './newcomers.js';
import { PageViewers } from './page-viewers.js';
import { type ProcessUsage, readUsage } from './process-usage.js';
import type { Figures, ScenarioResult } from './result.js';
import type { Scenario } from './scenarios.js';
import { SettlementReader } from './settlement-reader.js';
import { NO_BLOCKS, StubNode } from './stub-node/stub-node.js';
import { POOL_ID } from './targets/pool-config.js';
import { startSink } from './targets/sink.js';
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
/** How long the workers of a filled store send shares, ms, and how many each. */
const FILL_MS = 4_000;
const SHARES_PER_WORKER = 3;
/** Requests a second of somebody who looks at API and administration, and miners a second that come. */
const LOOKS_PER_SECOND = 10;
const NEWCOMERS_PER_SECOND = 5;
/** Hostile clients of one address: as many as one may have. */
const HOSTILE_PER_SOURCE = 2_000;

/** Connections of one loopback address: the ports of one would do for some 28,000. */
const CONNECTIONS_PER_SOURCE = 5_000;

/**
 * Until blocks that were found first have been credited, ms: they lie deep, are looked at again, and the shares of their time are in the
 * store.
 */
const CREDIT_WARM_UP_MS = 40_000;

/** Where the miners' shares go, unless each has an account of its own: one account, whose key nobody has. */
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
    const { whole, found } = scenario;
    const node = await StubNode.start({
      intervalMs: options.jobIntervalMs,
      // At the lowest difficulty every hash of the right chain is a share.
      blockTarget: found === undefined ? NO_BLOCKS : MAX_TARGET / BigInt(found.sharesPerBlock),
      follows: found !== undefined,
      ...(whole ? { whole: { transactions: whole.transactions, burn: makeBurnRights().addresses } } : {}),
      port: options.nodePort,
      restPort: options.nodeRestPort,
    });
    closers.push(() => node.close());
    const target = await start(node);
    closers.push(() => target.close());
    const startCrew = (load: Load, firstWorker: number, connections: number): LoadCrew => {
      const { host, port } = target;
      const { processes, difficulties } = scenario;
      const sources = host === '127.0.0.1' ? Math.ceil(connections / CONNECTIONS_PER_SOURCE) : 1;
      const crew = new LoadCrew({
        ...{ host, port, firstWorker, connections, processes, load, difficulties, sources },
        newestOnly: whole !== undefined,
        address: ACCOUNT,
        ownAccounts: found !== undefined,
      });
      closers.push(() => crew.close());
      return crew;
    };
    let reader: ApiReader | undefined;
    if (scenario.busy) {
      await fillStore(startCrew, scenario.connections, scenario.busy.workers);
      if (target.httpPort !== undefined) {
        reader = new ApiReader(target.httpPort, apiPaths(POOL_ID, ACCOUNT), scenario.busy.requestsPerSecond);
        closers.push(async () => reader?.close());
      }
    }
    const crew = startCrew(scenario.load, 0, scenario.connections);
    const others = scenario.strangers && (await startOthers(scenario.strangers, target, closers));
    const openPages = (): PageViewers | undefined => {
      if (scenario.pages === undefined) return undefined;
      if (target.httpPort === undefined) throw new Error('pages are those of a pool with an API');
      const pages = new PageViewers(target.httpPort, POOL_ID, scenario.pages);
      closers.push(async () => pages.close());
      return pages;
    };
    const parts = { target, crew, node, reader, openPages, others, follows: found !== undefined };
    const result = await measureLoad(parts, options);
    if (target.logCpuPercent === undefined) return result;
    return { ...result, figures: { ...result.figures, logCpuPercent: await target.logCpuPercent() } };
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

/** Who comes beside the miners of a scenario. */
interface Others {
  /** Starts the hostile ones; resolves when all have begun to connect. */
  begin(): Promise<void>;
  hostile: HostileCrew | undefined;
  readonly api: ApiReader;
  readonly admin: ApiReader;
  newcomers: Newcomers | undefined;
  /** Notes what the hostile ones took so far, when the window begins. */
  restart(): Promise<void>;
  hostileCpuMs: number;
}

async function startOthers(
  strangers: NonNullable<Scenario['strangers']>,
  target: Target,
  closers: (() => Promise<void>)[],
): Promise<Others> {
  const { host, port, httpPort, adminPort, webSocketPort } = target;
  if (httpPort === undefined || adminPort === undefined || webSocketPort === undefined)
    throw new Error('strangers need a pool with API, administration and WebSockets');
  const others: Others = {
    hostile: undefined,
    newcomers: undefined,
    api: new ApiReader(httpPort, ['/api/pools'], LOOKS_PER_SECOND),
    admin: new ApiReader(adminPort, ['/admin/status', '/metrics'], LOOKS_PER_SECOND),
    begin: async () => {
      if (strangers !== 'none') {
        const { kind, connections, to } = strangers;
        const sources = Math.ceil(connections / HOSTILE_PER_SOURCE);
        const sink = to === 'sink' ? await startSink() : undefined;
        if (sink !== undefined) closers.push(() => sink.close());
        const { port, webSocketPort, httpPort, adminPort } = sink ?? target;
        others.hostile = await HostileCrew.start({
          ...{ kind, connections, sources, host, port, address: ACCOUNT },
          ...{ webSocketPort: webSocketPort!, httpPort: httpPort!, adminPort: adminPort! },
        });
        closers.push(() => others.hostile!.close());
      }
      others.newcomers = new Newcomers(host, port, ACCOUNT, NEWCOMERS_PER_SECOND);
    },
    hostileCpuMs: 0,
    restart: async () => {
      others.api.restart();
      others.admin.restart();
      others.hostileCpuMs = (await others.hostile?.count())?.cpuMs ?? 0;
    },
  };
  closers.push(async () => {
    others.api.close();
    others.admin.close();
    others.newcomers?.close();
  });
  return others;
}

/** What was seen beside the miners. */
async function othersFigures(others: Others | undefined, wallMs: number): Promise<Figures> {
  if (others === undefined) return {};
  const { api, admin, newcomers, hostile } = others;
  const count = await hostile?.count();
  return {
    apiFailures: api.failures,
    apiMsP99: api.times.percentileUs(0.99) / 1000,
    adminFailures: admin.failures,
    adminMsP99: admin.times.percentileUs(0.99) / 1000,
    newcomersLetIn: Math.min(1, newcomers!.letIn / newcomers!.settled),
    newcomerMsP99: newcomers!.times.percentileUs(0.99) / 1000,
    ...(count
      ? {
          hostileConnected: count.connected,
          hostileEnded: count.ended,
          hostileCores: (count.cpuMs - others.hostileCpuMs) / wallMs,
        }
      : {}),
  };
}

/** Many workers send some shares each, and go. */
async function fillStore(
  startCrew: (load: Load, firstWorker: number, connections: number) => LoadCrew,
  firstWorker: number,
  workers: number,
): Promise<void> {
  const sharesPerSecond = (workers * SHARES_PER_WORKER * 1000) / FILL_MS;
  const crew = startCrew({ kind: 'offered', inFlight: 4, sharesPerSecond }, firstWorker, workers);
  await crew.connect();
  crew.load();
  await sleep(FILL_MS);
  await crew.close();
}

/** What takes part in a measurement. */
interface Parts {
  readonly target: Target;
  readonly crew: LoadCrew;
  readonly node: StubNode;
  readonly reader: ApiReader | undefined;
  /** Opens the pages of the scenario, once the miners are there. */
  readonly openPages: () => PageViewers | undefined;
  readonly others: Others | undefined;
  /** Whether it counts what is credited. */
  readonly follows: boolean;
}

async function measureLoad(parts: Parts, options: MeasureOptions): Promise<ScenarioResult> {
  const { target, crew, node, reader, openPages, others, follows } = parts;
  await sleep(SETTLE_MS);
  const empty = usageOf(target.pid);
  const { authorized, failures } = await crew.connect();
  crew.load();
  const pages = openPages();
  await others?.begin();
  await sleep(follows ? Math.max(options.warmUpMs, CREDIT_WARM_UP_MS) : options.warmUpMs);

  await others?.restart();
  const settlement = follows ? await startReading(target, node) : undefined;
  crew.measure();
  reader?.restart();
  pages?.restart();
  const waitedBefore = waitedMs(crew.pids);
  const startedMs = performance.now();
  const before = [usageOf(target.pid), usageOf(target.redisPid), process.cpuUsage(), node.pushes] as const;
  const memory: number[] = [];
  while (performance.now() - startedMs < options.windowMs) {
    await sleep(Math.min(MEMORY_INTERVAL_MS, options.windowMs));
    memory.push(usageOf(target.pid)?.rssBytes ?? 0);
  }
  const after = [usageOf(target.pid), usageOf(target.redisPid)] as const;
  const wallMs = performance.now() - startedMs;
  const waited = waitedMs(crew.pids) - waitedBefore;
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
    ...(reader
      ? {
          apiPerSecond: (reader.times.total * 1000) / wallMs,
          apiFailures: reader.failures,
          apiMsP99: reader.times.percentileUs(0.99) / 1000,
        }
      : {}),
    ...(pages
      ? {
          pagesOpen: pages.open,
          pageEventsPerSecond: (pages.events * 1000) / wallMs,
          pageRequestsPerSecond: (pages.times.total * 1000) / wallMs,
          pageFailures: pages.failures,
          pageMsP99: pages.times.percentileUs(0.99) / 1000,
        }
      : {}),
    ...(await othersFigures(others, wallMs)),
    ...(others ? { serverRssMbMost: Math.max(...memory) / 2 ** 20 } : {}),
    ...(await settlement?.()),
    generatorCores: report.cpuMs / report.wallMs,
    // What those who play the miners waited for a core, as part of the time: times of answers and jobs hold that, too.
    generatorWaits: waited / wallMs / crew.pids.length,
    nodeCores: (own.user + own.system) / 1000 / wallMs,
    load1: loadavg()[0]!,
  };
  return { figures, rejected: report.rejected, failures };
}

/** @returns what happened since then */
async function startReading({ httpPort }: Target, node: StubNode): Promise<() => Promise<Figures>> {
  if (httpPort === undefined) throw new Error('what is credited is told by a pool with an API');
  const settlement = new SettlementReader(httpPort, POOL_ID);
  const [before, found] = [await settlement.lastRun(), node.blocks];
  return async () => {
    const { runs, blocks, accounts } = await settlement.runsAfter(before);
    return {
      blocksFound: node.blocks - found,
      blocksCredited: blocks,
      creditRuns: runs,
      accountsCredited: accounts,
    };
  };
}

/** Time in which main threads could have run and had to wait for a core, ms. */
function waitedMs(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + readUsage(pid).waitMs, 0);
}

function usageOf(pid: number | undefined): ProcessUsage | undefined {
  return pid === undefined ? undefined : readUsage(pid);
}

/**
 * What is put to a server, each a figure or more that the pool promises.
 * @module
 */
import type { HostileKind } from './generator/hostile-clients.js';
import type { Load } from './generator/messages.js';

/** Submits of a miner in flight. */
const IN_FLIGHT = 4;

/** Ends the name of a scenario whose hostile clients leave the pool alone. */
export const ELSEWHERE = '-elsewhere';

/** Ends the name of a scenario without what the one right after it has: coins that are burnt, miners that are credited, pages that are open. */
export const WITHOUT = '-off';

/** Miners, and what they do. */
export interface Scenario {
  readonly name: string;
  readonly what: string;
  readonly connections: number;
  /** Least number of processes that play the miners. */
  readonly processes: number;
  readonly load: Load;
  /** Difficulties that the miners ask for; 0 leaves it to the server. */
  readonly difficulties: number;
  /** For servers with a store and an API: workers that the store has already, and requests a second. */
  readonly busy?: { readonly workers: number; readonly requestsPerSecond: number };
  /** Only for the pool on Redis: worker processes that share the load. */
  readonly workers?: number;
  /** Only for the pool: it logs at level debug, to a file too, and its CPU profile tells what that took. */
  readonly logged?: boolean;
  /** Only for the pool: strangers are let in, and these come beside the miners, to the pool or to a sink on the same machine. */
  readonly strangers?: Strangers | 'none';
  /**
   * Only for the pool: its node hands out whole templates past the threshold of Proof of Less Work, on new parents at a real
   * network's pace.
   */
  readonly whole?: WholeTemplateLoad;
  /** Only for the pool: pages of it that are open; with 0, the API is there and nobody looks. */
  readonly pages?: number;
  /** Only for the pool: each miner has an account of its own, and some of its shares are blocks. */
  readonly found?: FoundBlockLoad;
}

/** Blocks that the miners find, and whose end the node tells. */
export interface FoundBlockLoad {
  /** On average. */
  readonly sharesPerBlock: number;
  /** Whether the pool credits its miners; or it only follows the blocks. */
  readonly credits: boolean;
}

/** Whole templates. */
export interface WholeTemplateLoad {
  /** In each template, beside its coinbase. */
  readonly transactions: number;
  /** Whether the pool burns coins of its own; or it takes the templates as they come. */
  readonly burns: boolean;
}

/** Hostile clients. */
export interface Strangers {
  readonly kind: HostileKind;
  readonly connections: number;
  /** Where they go. */
  readonly to: 'pool' | 'sink';
}

const IDLE: Load = { kind: 'idle' };

/** As many as a pool asks a node about: it asks 20 times a second at most. */
const BLOCKS_PER_SECOND = 3;

/** Pages of the pool that people look at. */
const OPEN_PAGES = 100;

/** All scenarios, in the order in which they run. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'shares',
    what: 'as many shares as the server takes, 4 in flight of each miner',
    connections: 50,
    processes: 1,
    load: { kind: 'saturated', inFlight: IN_FLIGHT, coalesce: false },
    difficulties: 0,
  },
  {
    name: 'busy',
    what: 'the same, with 10,000 workers in the store and 20 requests a second of the API',
    connections: 50,
    processes: 1,
    load: { kind: 'saturated', inFlight: IN_FLIGHT, coalesce: false },
    difficulties: 0,
    busy: { workers: 10_000, requestsPerSecond: 20 },
  },
  {
    name: 'offered',
    what: '20,000 shares a second',
    connections: 50,
    processes: 1,
    load: { kind: 'offered', inFlight: IN_FLIGHT, sharesPerSecond: 20_000 },
    difficulties: 0,
  },
  {
    name: 'workers',
    what: '20,000 shares a second, offered to two worker processes',
    connections: 50,
    processes: 1,
    load: { kind: 'offered', inFlight: IN_FLIGHT, sharesPerSecond: 20_000 },
    difficulties: 0,
    workers: 2,
  },
  {
    name: 'logins',
    what: '20,000 shares a second, and 1,000 workers a second that come, take a job and go; the log at level debug',
    connections: 50,
    processes: 1,
    load: { kind: 'offered', inFlight: IN_FLIGHT, sharesPerSecond: 20_000, loginsPerSecond: 1_000 },
    difficulties: 0,
    logged: true,
  },
  {
    name: 'jobs',
    what: 'jobs only',
    connections: 4_000,
    processes: 1,
    load: IDLE,
    difficulties: 0,
  },
  {
    name: 'difficulties',
    what: 'jobs only, the miners at 30 difficulties',
    connections: 4_000,
    processes: 1,
    load: IDLE,
    difficulties: 30,
  },
  {
    name: 'latency',
    what: 'jobs only: how soon they are there',
    connections: 1_000,
    processes: 1,
    load: IDLE,
    difficulties: 0,
  },
  {
    name: 'memory',
    what: 'memory of idle connections',
    connections: 4_000,
    processes: 1,
    load: IDLE,
    difficulties: 0,
  },
  {
    name: 'idle',
    what: 'as many idle connections as one process holds',
    connections: 18_000,
    processes: 2,
    load: IDLE,
    difficulties: 0,
  },
  ...wholeTemplates('polw-few', 'as on the main network', 3),
  ...wholeTemplates('polw-full', 'a full network', 500),
  ...wholeTemplates('polw-many', 'as on the main network', 3, 16_000),
  ...besideSettlement('settled-shares', 1_000, 5_000),
  ...besideSettlement('settled-jobs', 4_000, 250),
  ...besidePages('pages-shares', 1_000, 5_000),
  ...besidePages('pages-jobs', 4_000, 250),
  hostile('calm', 'at peace'),
  ...besideHostile(
    'rubbish',
    '5,000 that send rubbish, and come back when they are put out',
    'rubbish',
    5_000,
  ),
  ...besideHostile('unauthorized', '10,000 that never authorize', 'unauthorized', 10_000),
  ...besideHostile('never-mine', '18,000 that authorize and never mine', 'idle', 18_000),
  ...besideHostile('fragments', '5 WebSockets with messages that never end', 'fragments', 5),
  ...besideHostile('pings', '10 WebSockets that send pings alone', 'pings', 10),
  ...besideHostile('slow-http', '2,000 slow HTTP connections of one address', 'slowHttp', 2_000),
];

/** Names that stand for several scenarios. */
export const GROUPS: Readonly<Record<string, readonly string[]>> = {
  hostile: SCENARIOS.filter(({ strangers }) => strangers !== undefined).map(({ name }) => name),
  polw: SCENARIOS.filter(({ whole }) => whole !== undefined).map(({ name }) => name),
  pages: SCENARIOS.filter(({ pages }) => pages !== undefined).map(({ name }) => name),
  settlement: SCENARIOS.filter(({ found }) => found !== undefined).map(({ name }) => name),
};

/**
 * A pool that burns coins on all chains, and right before it one on the same templates that does not. What burning takes for each new
 * parent is the same however many miners there are.
 */
function wholeTemplates(name: string, fill: string, transactions: number, connections = 4_000): Scenario[] {
  return [false, true].map((burns) => ({
    name: burns ? name : `${name}${WITHOUT}`,
    what: `jobs only, templates of ${transactions} transactions (${fill}), ${burns ? 'coins burnt on all chains' : 'nothing burnt'}`,
    connections,
    processes: Math.ceil(connections / 10_000),
    load: IDLE,
    difficulties: 0,
    whole: { transactions, burns },
  }));
}

/** A pool that credits its miners what blocks bring, and right before it one that finds as many and does not. */
function besideSettlement(name: string, connections: number, sharesPerSecond: number): Scenario[] {
  return [false, true].map((credits) => ({
    name: credits ? name : `${name}${WITHOUT}`,
    what: `${sharesPerSecond} shares a second, each miner an account of its own, ${BLOCKS_PER_SECOND} blocks a second, ${credits ? 'credited by PPLNS' : 'nobody credited'}`,
    connections,
    processes: 1,
    load: { kind: 'offered', inFlight: IN_FLIGHT, sharesPerSecond },
    difficulties: 0,
    found: { sharesPerBlock: Math.ceil(sharesPerSecond / BLOCKS_PER_SECOND), credits },
  }));
}

/** A pool whose page many look at, and right before it one that nobody looks at. */
function besidePages(name: string, connections: number, sharesPerSecond: number): Scenario[] {
  return [0, OPEN_PAGES].map((pages) => ({
    name: pages > 0 ? name : `${name}${WITHOUT}`,
    what: `${sharesPerSecond} shares a second, ${pages > 0 ? `${pages} pages` : 'no page'} of the pool open`,
    connections,
    processes: 1,
    load: { kind: 'offered', inFlight: IN_FLIGHT, sharesPerSecond },
    difficulties: 0,
    pages,
  }));
}

/** A thousand good miners, each with a share in four seconds, beside others. */
function hostile(name: string, what: string, strangers?: Strangers): Scenario {
  return {
    name,
    what: `250 shares a second, ${what}`,
    connections: 1_000,
    processes: 1,
    load: { kind: 'offered', inFlight: IN_FLIGHT, sharesPerSecond: 250 },
    difficulties: 0,
    strangers: strangers ?? 'none',
  };
}

/**
 * The same beside hostile clients, twice, one right after the other: while these use a sink on the same machine, which shows
 * what they take of the machine, and while they use the pool.
 */
function besideHostile(name: string, what: string, kind: HostileKind, connections: number): Scenario[] {
  return [
    hostile(`${name}${ELSEWHERE}`, `beside ${what}, in a sink`, { kind, connections, to: 'sink' }),
    hostile(name, `beside ${what}`, { kind, connections, to: 'pool' }),
  ];
}

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
}

/** Hostile clients. */
export interface Strangers {
  readonly kind: HostileKind;
  readonly connections: number;
  /** Where they go. */
  readonly to: 'pool' | 'sink';
}

const IDLE: Load = { kind: 'idle' };

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
};

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

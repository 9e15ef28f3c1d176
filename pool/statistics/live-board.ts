/**
 * Live facts of front ends, put together: one front end, or the workers of one machine.
 * @module
 */
import { ALL_CHAINS, CHAINS } from '../../protocol/chain.js';
import type { NodeStanding } from '../domain/events.js';
import type { LiveFacts, LivePoolFacts, LiveWorkerFacts } from '../domain/live-facts.js';
import type { PolwFacts } from '../domain/polw-facts.js';
import { type BlockDifficulty, blockDifficulty } from './block-difficulty.js';

/** Facts that are older than this are worth nothing: their front end hangs, or is gone. ms */
const STALE_MS = 5_000;

/** A worker of one account, on all front ends. */
export interface LiveWorkerState {
  readonly connections: number;
  readonly agent: string;
  readonly reportedHashrate: number | undefined;
  readonly address: string;
}

/** All front ends at this moment. */
export interface LivePoolState {
  readonly connections: number;
  readonly workers: number;
  readonly nodes: readonly string[];
  /** Where each node of the configuration stands for the front end that it stands best for, in order of preference. */
  readonly nodeStates: readonly NodeStanding['state'][];
  /** Port of each listener, by its name. */
  readonly ports: Readonly<Record<string, number>>;
  readonly networkId: number | undefined;
  readonly heights: readonly (number | undefined)[];
  /** Block target of each chain, 32 bytes. */
  readonly targets: readonly (Uint8Array | undefined)[];
  readonly difficulty: BlockDifficulty | undefined;
  readonly newHeightMs: number | undefined;
  readonly polw: PolwFacts | undefined;
}

/** Whether miners can mine here. */
export interface Readiness {
  readonly ready: boolean;
  /** Whether a node leads. */
  readonly node: boolean;
  /** Whether the node has work: at least one of its chains does not stand still. */
  readonly work: boolean;
  /** Whether shares can be recorded. */
  readonly journal: boolean;
  /** Whether miners can connect. */
  readonly listeners: boolean;
  /** The store can be reached; mining goes on without it, but not without the file of an embedded one. */
  readonly store: boolean;
}

/** Whether one front end's facts let miners mine. */
export function readinessOf(
  facts: Pick<
    LivePoolFacts,
    'node' | 'standing' | 'journalWritable' | 'listening' | 'storeUp' | 'storeFileGone'
  >,
): Readiness {
  const { node, standing, journalWritable, listening, storeUp, storeFileGone } = facts;
  const work = node !== undefined && standing < CHAINS;
  return {
    ready: work && journalWritable && listening && !storeFileGone,
    node: node !== undefined,
    work,
    journal: journalWritable,
    listeners: listening,
    store: storeUp,
  };
}

const NOT_READY: Readiness = {
  ready: false,
  node: false,
  work: false,
  journal: false,
  listeners: false,
  store: false,
};

interface FrontEnd {
  pool: LivePoolFacts;
  atMs: number;
  /** Workers by account and name. */
  readonly workers: Map<string, Map<string, LiveWorkerFacts>>;
}

export class LiveBoard {
  readonly #frontEnds = new Map<string, FrontEnd>();

  /** Takes a front end's facts. @param nowMs - a monotonic clock */
  update(frontEnd: string, { pool, workers }: LiveFacts, nowMs: number): void {
    let known = this.#frontEnds.get(frontEnd);
    if (known === undefined) {
      known = { pool, atMs: nowMs, workers: new Map() };
      this.#frontEnds.set(frontEnd, known);
    }
    known.pool = pool;
    known.atMs = nowMs;
    for (const worker of workers) note(known.workers, worker);
  }

  /** A front end is gone, and its connections with it. */
  remove(frontEnd: string): void {
    this.#frontEnds.delete(frontEnd);
  }

  /** One of an account's workers; undefined if it isn't connected. */
  worker(account: string, name: string): LiveWorkerState | undefined {
    let found: LiveWorkerState | undefined;
    for (const { workers } of this.#frontEnds.values()) {
      const here = workers.get(account)?.get(name);
      if (here === undefined) continue;
      found = {
        connections: (found?.connections ?? 0) + here.connections,
        agent: here.agent === '' ? (found?.agent ?? '') : here.agent,
        reportedHashrate: here.reportedHashrate ?? found?.reportedHashrate,
        address: here.address,
      };
    }
    return found;
  }

  /** Names of an account's workers that are connected, in order. */
  workerNames(account: string): string[] {
    const names = new Set<string>();
    for (const { workers } of this.#frontEnds.values())
      for (const name of workers.get(account)?.keys() ?? []) names.add(name);
    return [...names].toSorted();
  }

  /** Accounts with a connected worker, each with the address of one. */
  accounts(): ReadonlyMap<string, string> {
    const accounts = new Map<string, string>();
    for (const { workers } of this.#frontEnds.values())
      for (const [account, byName] of workers) {
        const [first] = byName.values();
        if (first !== undefined) accounts.set(account, first.address);
      }
    return accounts;
  }

  pool(): LivePoolState {
    const pools = [...this.#frontEnds.values()].map(({ pool }) => pool);
    const newest = pools.toSorted((a, b) => (b.newHeightMs ?? 0) - (a.newHeightMs ?? 0));
    return {
      connections: pools.reduce((sum, { connections }) => sum + connections, 0),
      workers: pools.reduce((sum, { workers }) => sum + workers, 0),
      nodes: [...new Set(pools.flatMap(({ node }) => node ?? []))],
      nodeStates: bestStates(pools.map(({ nodes }) => nodes)),
      ports: Object.assign({}, ...pools.map(({ ports }) => ports)),
      networkId: pools.find(({ networkId }) => networkId !== undefined)?.networkId,
      heights: ALL_CHAINS.map((chain) => newest.find(({ heights }) => heights[chain])?.heights[chain]),
      targets: ALL_CHAINS.map((chain) => newest[0]?.targets[chain]),
      difficulty: blockDifficulty(newest[0]?.targets ?? []),
      newHeightMs: newest[0]?.newHeightMs,
      polw: newest.find(({ polw }) => polw !== undefined)?.polw,
    };
  }

  /** Ready while any front end is. @param nowMs - of the same clock as updates */
  readiness(nowMs: number): Readiness {
    const all = [...this.#frontEnds.values()]
      .filter(({ atMs }) => nowMs - atMs <= STALE_MS)
      .map(({ pool }) => readinessOf(pool));
    return all.find(({ ready }) => ready) ?? all[0] ?? NOT_READY;
  }
}

/** From the best to the worst. */
const NODE_STATES: readonly NodeStanding['state'][] = ['leading', 'ready', 'behind', 'refused', 'away'];

/** Of each node the best of what front ends say. @param told - of each front end, in order of preference */
function bestStates(told: readonly (readonly NodeStanding['state'][])[]): NodeStanding['state'][] {
  const [first = []] = told;
  return first.map((_, node) => NODE_STATES.find((state) => told.some((states) => states[node] === state))!);
}

function note(accounts: FrontEnd['workers'], worker: LiveWorkerFacts): void {
  let workers = accounts.get(worker.account);
  if (worker.connections === 0) {
    workers?.delete(worker.name);
    if (workers?.size === 0) accounts.delete(worker.account);
    return;
  }
  if (workers === undefined) {
    workers = new Map();
    accounts.set(worker.account, workers);
  }
  workers.set(worker.name, worker);
}

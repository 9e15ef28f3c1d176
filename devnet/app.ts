/**
 * The simulated full node, put together: 16 chains with real proof of work, a miner API, and ways to make things happen.
 * Nothing in it knows which miner or pool is at the other end.
 * @module
 */
import type { Address } from '../protocol/address.js';
import type { ChainIndex } from '../protocol/chain.js';
import { bitsOfHashrate, MAX_TARGET } from '../protocol/target.js';
import { createNobleKernel } from '../shaders/cpu/noble.js';
import type { SearchKernel } from '../shaders/search.js';
import { generateMinerAddresses, parseMinerAddresses } from './addresses.js';
import type { AnswerFault } from './answers.js';
import type { Block } from './block.js';
import { ChainState } from './chain-state.js';
import { type Clock, createSystemClock } from './clock.js';
import { Competitors } from './competitors.js';
import { createGenesis } from './genesis.js';
import { MinerApi, type MinerApiEvent } from './miner-api.js';
import { DevnetNode } from './node.js';
import { type DevnetOptions, resolveOptions } from './options.js';
import { createRandom } from './random.js';
import type { Rules } from './rules.js';
import { loadState, saveState } from './saved-state.js';
import { type MineOptions, Scenario } from './scenario.js';
import { readStateFile, writeStateFile } from './state-file.js';
import { TemplateBoard } from './template-board.js';

export type { AnswerFault, Block, DevnetOptions, MineOptions };

/** What a devnet can be given from outside. */
export interface DevnetModules {
  /** The system's time by default. A clock that is given stays the caller's to close. */
  readonly clock?: Clock;
  /** What searches nonces for blocks that are made in here; `@noble/hashes` by default. */
  readonly kernel?: SearchKernel;
  /** Hashes that the kernel makes before anything else gets its turn: some 5 ms of work. */
  readonly sliceHashes?: number;
  /** What `saveState` gave before: the blocks to begin with. */
  readonly savedState?: string;
  /** Hears what happens. */
  readonly report?: (event: DevnetEvent) => void;
}

/** Something that happened. */
export type DevnetEvent =
  | MinerApiEvent
  | { readonly type: 'block'; readonly block: Block; readonly main: boolean; readonly left: number };

/** A running devnet. */
export interface Devnet {
  readonly host: string;
  readonly minerApiPort: number;
  /** The node itself: its blocks, its templates, its clock. */
  readonly node: DevnetNode;
  readonly minerAddresses: readonly string[];
  /** Miners that are connected. */
  connections(): number;
  mineBlock(chain: ChainIndex, options?: MineOptions): Promise<Block>;
  mineSideBlock(chain: ChainIndex, options?: MineOptions): Promise<Block>;
  reorganise(chain: ChainIndex, depth: number, options?: MineOptions): Promise<Block[]>;
  /** Moves the node's time forward, ms. */
  advance(ms: number): void;
  /** Refreshes all templates inside the node. As ever, miners hear of it with the next block. */
  refreshTemplates(): void;
  /** While a node is not synced it resets its miners, also those that are connected. */
  setSynced(synced: boolean): void;
  /** Sets the four reward addresses, or with an empty list none: then miners are reset. */
  setMinerAddresses(addresses: readonly string[]): void;
  /** Resets all miners' connections. @returns how many there were */
  dropConnections(): number;
  /** Disturbs the next answers to submissions. @param answers - how many, 1 by default */
  disturbAnswers(fault: AnswerFault, answers?: number): void;
  /** All blocks, as JSON for `savedState`. */
  saveState(): string;
  close(): Promise<void>;
}

const NOBLE_SLICE_HASHES = 512;

/**
 * Starts a devnet.
 * @throws RangeError if a setting is out of range
 * @throws Error with code EADDRINUSE and the like if it cannot listen
 */
export async function startDevnet(options: DevnetOptions = {}, modules: DevnetModules = {}): Promise<Devnet> {
  const settings = resolveOptions(options);
  const { networkId, blockTimeMs, retarget, host } = settings;
  const clock = modules.clock ?? createSystemClock();
  const kernel = modules.kernel ?? createNobleKernel();
  const sliceHashes = modules.sliceHashes ?? NOBLE_SLICE_HASHES;
  const report = modules.report ?? (() => {});
  const random = createRandom(settings.seed);
  const generated = generateMinerAddresses(random);
  const otherMiners = generateMinerAddresses(random).map((address) => address.lockupScript);
  const given = settings.minerAddresses;
  let addresses: readonly Address[] =
    given === undefined ? generated : given.length === 0 ? [] : parseMinerAddresses(given);
  let synced = settings.synced;

  const rules: Rules = { networkId, blockTimeMs, retarget, easiestTarget: MAX_TARGET };
  const targetBits = bitsOfHashrate(BigInt(settings.rate), blockTimeMs);
  const state = new ChainState(createGenesis(networkId, targetBits), settings.keepHeights);
  const { statePath } = settings;
  const savedState = modules.savedState ?? (statePath === undefined ? undefined : readStateFile(statePath));
  if (savedState !== undefined) {
    const savedMs = loadState(savedState, state, rules);
    clock.advance(Math.max(0, savedMs - clock.now()));
  }
  const scripts = (of: readonly Address[]): Uint8Array[] => of.map((address) => address.lockupScript);
  const board = new TemplateBoard(settings, {
    state,
    rules,
    clock,
    miners: scripts(addresses.length > 0 ? addresses : generated),
  });
  const node = new DevnetNode({ cacheSize: settings.templateCacheSize }, { state, rules, board, clock });
  node.onBlock(({ block, main, left }) => report({ type: 'block', block, main, left: left.length }));

  const minerApi = new MinerApi({ ...settings, port: settings.minerApiPort }, { node, report });
  minerApi.setReady(synced && addresses.length > 0);
  const minerApiPort = await minerApi.start();
  const stopping = new AbortController();
  const search = { kernel, random: createRandom(settings.seed + 1), sliceHashes, signal: stopping.signal };
  const scenario = new Scenario({ node, search });
  const competitors =
    settings.others === 0
      ? undefined
      : new Competitors(
          { rate: settings.others, latencyMs: settings.othersLatencyMs, refreshMs: settings.refreshMs },
          { node, miners: otherMiners, kernel, sliceHashes, random: createRandom(settings.seed + 2) },
        );

  return {
    host,
    minerApiPort,
    node,
    get minerAddresses() {
      return addresses.map((address) => address.text);
    },
    connections: () => minerApi.connections,
    mineBlock: (chain, how) => scenario.mineBlock(chain, how),
    mineSideBlock: (chain, how) => scenario.mineSideBlock(chain, how),
    reorganise: (chain, depth, how) => scenario.reorganise(chain, depth, how),
    advance: (ms) => clock.advance(ms),
    refreshTemplates: () => board.refresh(),
    setSynced(value) {
      synced = value;
      minerApi.setReady(synced && addresses.length > 0);
    },
    setMinerAddresses(texts) {
      addresses = texts.length === 0 ? [] : parseMinerAddresses(texts);
      if (addresses.length > 0) board.setMiners(scripts(addresses));
      minerApi.setReady(synced && addresses.length > 0);
    },
    dropConnections: () => minerApi.dropConnections(),
    disturbAnswers: (fault, answers) => minerApi.answerFaults.add(fault, answers),
    saveState: () => saveState(state, rules, clock.now()),
    async close() {
      stopping.abort();
      competitors?.close();
      await minerApi.close();
      if (statePath !== undefined) writeStateFile(statePath, saveState(state, rules, clock.now()));
      if (!modules.clock) clock.close();
    },
  };
}

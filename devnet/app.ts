/**
 * The simulated full node, put together: 16 chains with real proof of work, a miner API, a REST API, and ways to make
 * things happen. Nothing in it knows which miner or pool is at the other end.
 * @module
 */
import type { Address } from '../protocol/address.js';
import { bytesToHex, concatBytes } from '../protocol/bytes.js';
import { bitsOfHashrate, MAX_TARGET } from '../protocol/target.js';
import { createCpuKernel } from '../shaders/cpu/cpu-kernel.js';
import { bestCpuKernel } from '../shaders/cpu/kernels.js';
import type { SearchKernel } from '../shaders/search.js';
import { generateMinerAddresses, parseMinerAddresses } from './addresses.js';
import type { AnswerFault } from './answers.js';
import type { Block } from './block.js';
import { ChainState } from './chain-state.js';
import { type Clock, createSystemClock } from './clock.js';
import { Coins } from './coins/coins.js';
import { Faucet } from './coins/faucet.js';
import { genesisCoinsOf, moneyOf, nodeBodiesOf, type PolwOptions } from './coins/open-coins.js';
import { Competitors } from './competitors.js';
import { createControlServer, type DevnetControl } from './control.js';
import { CpuMining } from './cpu-mining.js';
import { createGenesis } from './genesis.js';
import { MinerApi, type MinerApiEvent } from './miner-api.js';
import { DevnetNode } from './node.js';
import { type DevnetOptions, resolveOptions } from './options.js';
import { createRandom } from './random.js';
import { createRestServer } from './rest.js';
import type { Rules } from './rules.js';
import { loadState, type SavedSettings, SavedStateError, saveState } from './saved-state.js';
import { type MineOptions, Scenario } from './scenario.js';
import { checkStateFile, readStateFile, StateFileError, writeStateFile } from './state-file.js';
import { TemplateBoard } from './template-board.js';

export type { AnswerFault, Block, DevnetOptions, MineOptions, PolwOptions };
export { StateFileError };

/** What a devnet can be given from outside. */
export interface DevnetModules {
  /** The system's time by default. A clock that is given stays the caller's to close. */
  readonly clock?: Clock;
  /** What searches nonces for blocks that are made in here; the WASM kernel by default, or `@noble/hashes`. */
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

/** Hashes of competing miners, made and lost. */
export interface CompetitorCounts {
  readonly hashes: number;
  /** What the machine was too slow for. */
  readonly lost: number;
}

/** A running devnet. */
export interface Devnet extends DevnetControl {
  readonly host: string;
  readonly minerApiPort: number;
  readonly restPort: number;
  /** Missing where there is no control port. */
  readonly controlPort: number | undefined;
  readonly minerAddresses: readonly string[];
  competitors(): CompetitorCounts;
  /** Closes everything, also where part of that fails. @throws what failed first; StateFileError among others */
  close(): Promise<void>;
}

/**
 * Starts a devnet.
 * @throws RangeError if a setting is out of range
 * @throws Error with code EADDRINUSE and the like if it cannot listen
 * @throws StateFileError if the state file cannot be read or written, or does not fit the settings
 * @throws SavedStateError if `savedState` does not
 */
export async function startDevnet(options: DevnetOptions = {}, modules: DevnetModules = {}): Promise<Devnet> {
  const settings = resolveOptions(options);
  const { host, statePath } = settings;
  const clock = modules.clock ?? createSystemClock();
  const { kernel, sliceHashes } = await chooseKernel(modules);
  const report = modules.report ?? (() => {});

  const random = createRandom(settings.seed);
  const generated = generateMinerAddresses(random);
  const otherMiners = scriptsOf(generateMinerAddresses(random));
  const cliqueId = bytesToHex(concatBytes(Uint8Array.of(2), random.bytes(32)));
  const given = settings.minerAddresses;
  let addresses = given === undefined ? generated : given.length === 0 ? [] : parseMinerAddresses(given);
  let { synced } = settings;

  const { networkId, blockTimeMs, retarget, polw } = settings;
  const plainRules: Rules = { networkId, blockTimeMs, retarget, easiestTarget: MAX_TARGET };
  const targetBits = bitsOfHashrate(BigInt(settings.rate), blockTimeMs);
  const { rules, state, coins } = polw
    ? createWithCoins(polw)
    : {
        rules: plainRules,
        state: new ChainState(createGenesis(networkId, targetBits), settings.keepHeights),
        coins: undefined,
      };
  const savedSettings: SavedSettings = { networkId, blockTimeMs, retarget, rate: settings.rate };
  const takeState = (json: string | undefined): void => {
    if (json !== undefined && coins)
      throw new RangeError('"savedState" expected none with Proof of Less Work: coins are not saved');
    if (json !== undefined)
      clock.advance(Math.max(0, loadState(json, state, rules, savedSettings) - clock.now()));
  };
  const makeState = (): string => saveState(state, savedSettings, clock.now());
  if (statePath !== undefined) checkStateFile(statePath);
  if (modules.savedState === undefined && statePath !== undefined) takeStateFile(statePath, takeState);
  else takeState(modules.savedState);
  const miners = scriptsOf(addresses.length > 0 ? addresses : generated);
  const makeBody = polw && coins && nodeBodiesOf(polw, coins);
  const board = new TemplateBoard(settings, { state, rules, clock, miners, makeBody });
  for (const chain of settings.stoppedChains) board.stop(chain, 'block');
  const node = new DevnetNode(
    { cacheSize: settings.templateCacheSize },
    { state, rules, board, clock, coins },
  );
  node.onBlock(({ block, main, left }) => report({ type: 'block', block, main, left: left.length }));

  const stopping = new AbortController();
  const search = { kernel, random: createRandom(settings.seed + 1), sliceHashes, signal: stopping.signal };
  const scenario = new Scenario({ node, search });
  const cpuMining = new CpuMining(state, (chain, how) => scenario.mineBlock(chain, how));
  const wholeBlocks = polw?.support === 'full';
  const minerApi = new MinerApi({ ...settings, port: settings.minerApiPort, wholeBlocks }, { node, report });
  const setReady = (): void => minerApi.setReady(synced && addresses.length > 0);
  const control: DevnetControl = {
    node,
    connections: () => minerApi.connections,
    mineBlock: (chain, how) => scenario.mineBlock(chain, how),
    mineSideBlock: (chain, how) => scenario.mineSideBlock(chain, how),
    reorganise: (chain, depth, how) => scenario.reorganise(chain, depth, how),
    advance: (ms) => clock.advance(ms),
    refreshTemplates: () => board.refresh(),
    stopTemplates(chains, when) {
      for (const chain of chains) {
        if (when === 'never') board.resume(chain);
        else board.stop(chain, when);
      }
      if (when === 'never') minerApi.resume();
    },
    setSynced(value) {
      synced = value;
      setReady();
    },
    setMinerAddresses(texts) {
      addresses = texts.length === 0 ? [] : parseMinerAddresses(texts);
      if (addresses.length > 0) board.setMiners(scriptsOf(addresses));
      setReady();
    },
    deposit(request) {
      if (!coins) throw new RangeError('"deposit" expected a network with Proof of Less Work');
      const { from = request.address.group } = request;
      const made = coins.deposit(request, from, (chain) => board.freshDeps(chain));
      board.refresh([made.chain]);
      return made;
    },
    dropConnections: (index) => minerApi.dropConnections(index),
    disturbAnswers: (fault, answers) => minerApi.answerFaults.add(fault, answers),
    saveState: makeState,
    writeState() {
      if (statePath !== undefined) writeStateFile(statePath, makeState());
      return statePath;
    },
  };

  let started = false;
  const closers: (() => Promise<void> | void)[] = modules.clock ? [] : [() => clock.close()];
  // Written when nobody can add a block any more.
  closers.push(() => {
    if (started) control.writeState();
  });
  closers.push(
    () => stopping.abort(),
    () => cpuMining.set(false),
    () => minerApi.close(),
  );
  const close = (): Promise<void> => runAll(closers.splice(0).reverse());
  try {
    setReady();
    const minerApiPort = await minerApi.start();
    const rest = createRestServer(
      {
        node,
        host,
        minerApiPort,
        cliqueId,
        restPort: () => restPort,
        isSynced: () => synced,
        minerAddresses: () => textsOf(addresses),
        setMinerAddresses: control.setMinerAddresses,
        mineBlock: (chain, how) => scenario.mineBlock(chain, how),
        setCpuMining: (mining) => cpuMining.set(mining),
      },
      settings.apiKey,
    );
    closers.push(() => rest.close());
    const restPort = await rest.start(settings.restPort, host);
    let controlPort: number | undefined;
    if (settings.controlPort !== undefined) {
      const controlServer = createControlServer(control);
      closers.push(() => controlServer.close());
      controlPort = await controlServer.start(settings.controlPort, '127.0.0.1');
    }
    const competitors = settings.others === 0 ? undefined : startCompetitors();
    started = true;
    return {
      ...control,
      host,
      minerApiPort,
      restPort,
      controlPort,
      get minerAddresses() {
        return textsOf(addresses);
      },
      competitors: () => ({ hashes: competitors?.hashes ?? 0, lost: competitors?.lost ?? 0 }),
      close,
    };
  } catch (error) {
    await close().catch(() => {}); // Why it did not start is worth more.
    throw error;
  }

  function createWithCoins(options: PolwOptions) {
    const money = moneyOf(options);
    const network = { ...plainRules, money };
    const faucet = new Faucet(createRandom(settings.seed + 3));
    const genesis = createGenesis(networkId, targetBits, [
      ...faucet.genesisCoins(),
      ...genesisCoinsOf(options),
    ]);
    const chains = new ChainState(genesis, settings.keepHeights);
    return {
      rules: network,
      state: chains,
      coins: new Coins({ state: chains, genesis, network, faucet, clock }),
    };
  }

  function startCompetitors(): Competitors {
    const { others: rate, othersLatencyMs: latencyMs, refreshMs } = settings;
    const competitors = new Competitors(
      { rate, latencyMs, refreshMs },
      { node, miners: otherMiners, kernel, sliceHashes, random: createRandom(settings.seed + 2) },
    );
    closers.push(() => competitors.close());
    return competitors;
  }
}

/** Begins with what a state file holds, if it is there, and names the file where that is no good. */
function takeStateFile(path: string, take: (json: string | undefined) => void): void {
  try {
    take(readStateFile(path));
  } catch (error) {
    throw error instanceof SavedStateError ? new StateFileError(path, error.message) : error;
  }
}

/** Runs all of them, one after the other. @throws what the first that failed threw, after the last has run */
async function runAll(closers: readonly (() => Promise<void> | void)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const one of closers) {
    try {
      await one();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

/** Some 4 ms of hashing at a time, on a machine of these days. */
const WASM_SLICE_HASHES = 16_384;
const NOBLE_SLICE_HASHES = 512;

async function chooseKernel({
  kernel,
  sliceHashes,
}: DevnetModules): Promise<{ kernel: SearchKernel; sliceHashes: number }> {
  if (kernel) return { kernel, sliceHashes: sliceHashes ?? NOBLE_SLICE_HASHES };
  const best = bestCpuKernel();
  const ownSlice = best.name === 'noble' ? NOBLE_SLICE_HASHES : WASM_SLICE_HASHES;
  return { kernel: await createCpuKernel(best), sliceHashes: sliceHashes ?? ownSlice };
}

function scriptsOf(addresses: readonly Address[]): Uint8Array[] {
  return addresses.map((address) => address.lockupScript);
}

function textsOf(addresses: readonly Address[]): string[] {
  return addresses.map((address) => address.text);
}

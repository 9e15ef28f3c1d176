/**
 * The simulated node and what can be made to happen on it, without its listeners.
 * @module
 */
import type { Address } from '../protocol/address.js';
import { bitsOfHashrate } from '../protocol/target.js';
import { parseMinerAddresses } from './addresses.js';
import type { Block } from './block.js';
import type { SlicedKernel } from './choose-kernel.js';
import type { Clock } from './clock.js';
import { nodeBodiesOf } from './coins/open-coins.js';
import { CpuMining } from './cpu-mining.js';
import type { DevnetControl } from './devnet-control.js';
import type { KeptChains } from './kept-chains.js';
import { MinerApi, type MinerApiEvent } from './miner-api.js';
import { DevnetNode } from './node.js';
import type { DevnetSettings } from './options.js';
import { createRandom } from './random.js';
import { Scenario } from './scenario.js';
import { TemplateBoard } from './template-board.js';
import { transferControls } from './transfer-controls.js';

/** Something that happened. */
export type DevnetEvent =
  | MinerApiEvent
  | { readonly type: 'block'; readonly block: Block; readonly main: boolean; readonly left: number };

export interface SimulationModules {
  readonly chains: KeptChains;
  readonly clock: Clock;
  readonly search: SlicedKernel;
  /** Reward addresses of the node where no others are set. */
  readonly generated: readonly Address[];
  readonly report: (event: DevnetEvent) => void;
}

/** What can be made to happen without listeners. */
export type SimulationControl = Omit<DevnetControl, 'setFace' | 'disturbRest'>;

export interface Simulation {
  readonly node: DevnetNode;
  readonly control: SimulationControl;
  readonly cpuMining: CpuMining;
  readonly minerApi: MinerApi;
  isSynced(): boolean;
  /** The four reward addresses, or none. */
  minerAddresses(): readonly string[];
  /** Lets the miner API serve miners, if the node is synced and has reward addresses; else it resets them. */
  setReady(): void;
  /** Ends all searches for blocks. */
  stopSearches(): void;
}

/** Makes the node. It does not listen yet. @throws RangeError if the settings' miner addresses are none */
export function createSimulation(settings: DevnetSettings, modules: SimulationModules): Simulation {
  const { chains, clock, generated, report } = modules;
  const { state, rules, turns, coins } = chains;
  const { polw } = settings;
  let addresses = settings.minerAddresses === undefined ? generated : parseAll(settings.minerAddresses);
  let { synced } = settings;

  const miners = scriptsOf(addresses.length > 0 ? addresses : generated);
  const makeBody = coins && nodeBodiesOf(settings, coins);
  const board = new TemplateBoard(settings, { state, rules, clock, miners, makeBody });
  for (const chain of settings.stoppedChains) board.stop(chain, 'block');
  const node = new DevnetNode(
    { cacheSize: settings.templateCacheSize },
    { state, rules, board, clock, coins },
  );
  node.onBlock(({ block, main, left }) => report({ type: 'block', block, main, left: left.length }));

  const stopping = new AbortController();
  const search = { ...modules.search, random: createRandom(settings.seed + 1), signal: stopping.signal };
  const scenario = new Scenario({ node, search });
  const wholeBlocks = polw?.support === 'full';
  const minerApi = new MinerApi({ ...settings, port: settings.minerApiPort, wholeBlocks }, { node, report });
  const setReady = (): void => minerApi.setReady(synced && addresses.length > 0);
  const control: SimulationControl = {
    node,
    connections: () => minerApi.connections,
    mineBlock: (chain, how) => scenario.mineBlock(chain, how),
    mineSideBlock: (chain, how) => scenario.mineSideBlock(chain, how),
    reorganise: (chain, depth, how) => scenario.reorganise(chain, depth, how),
    advance: (ms) => clock.advance(ms),
    setRate(rate) {
      if (settings.retarget || settings.statePath !== undefined)
        throw new RangeError(
          '"rate" expected a network without retargeting, and without a file of its blocks',
        );
      // Parents of this very moment have children already.
      turns.push({ fromMs: clock.now() + 1, targetBits: bitsOfHashrate(BigInt(rate), settings.blockTimeMs) });
    },
    refreshTemplates: () => board.refresh(),
    stopTemplates(stopped, when) {
      for (const chain of stopped) {
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
      addresses = parseAll(texts);
      if (addresses.length > 0) board.setMiners(scriptsOf(addresses));
      setReady();
    },
    deposit(request) {
      if (!coins) throw new RangeError('"deposit" expected a network that keeps coins');
      const { from = request.address.group } = request;
      const made = coins.deposit(request, from, (chain) => board.freshDeps(chain));
      board.refresh([made.chain]);
      return made;
    },
    ...transferControls(node, scenario),
    spoilTemplates(spoilt, on) {
      if (!coins || !wholeBlocks)
        throw new RangeError('"spoilt" expected a node whose templates go out whole');
      for (const chain of spoilt) {
        if (on) coins.spoilt.add(chain);
        else coins.spoilt.delete(chain);
      }
      board.refresh(spoilt);
    },
    dropConnections: (index) => minerApi.dropConnections(index),
    disturbAnswers: (fault, answers) => minerApi.answerFaults.add(fault, answers),
    saveState: () => chains.save(),
    writeState: () => chains.write(),
  };
  return {
    node,
    control,
    cpuMining: new CpuMining(state, control.mineBlock),
    minerApi,
    isSynced: () => synced,
    minerAddresses: () => addresses.map((address) => address.text),
    setReady,
    stopSearches: () => stopping.abort(),
  };
}

/** Four addresses, or none. @throws RangeError */
function parseAll(texts: readonly string[]): readonly Address[] {
  return texts.length === 0 ? [] : parseMinerAddresses(texts);
}

/** Lockup script of each address. */
export function scriptsOf(addresses: readonly Address[]): Uint8Array[] {
  return addresses.map((address) => address.lockupScript);
}

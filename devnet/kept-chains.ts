/**
 * The chains of a devnet, begun with the blocks of an earlier run, and how they are kept for a later one.
 * @module
 */
import { blake2b256 } from '../protocol/blake2b.js';
import { bytesToHex, concatBytes } from '../protocol/bytes.js';
import { ALL_CHAINS } from '../protocol/chain.js';
import { bitsOfHashrate, MAX_TARGET } from '../protocol/target.js';
import { ChainState } from './chain-state.js';
import type { Clock } from './clock.js';
import { Coins } from './coins/coins.js';
import { Faucet } from './coins/faucet.js';
import { genesisCoinsOf, keepsCoins, moneyOf, shiftOf } from './coins/open-coins.js';
import { createGenesis } from './genesis.js';
import type { DevnetSettings } from './options.js';
import { createRandom } from './random.js';
import type { Rules, TargetTurn } from './rules.js';
import { loadState, type SavedSettings, SavedStateError, saveState } from './saved-state.js';
import { checkStateFile, readStateFile, StateFileError, writeStateFile } from './state-file.js';

export interface KeptChains {
  readonly state: ChainState;
  readonly rules: Rules;
  /** Those of the rules. */
  readonly turns: TargetTurn[];
  /** Where the network keeps them. */
  readonly coins: Coins | undefined;
  /** All blocks, as JSON. */
  save(): string;
  /** Writes the state file, if there is one. @returns its path @throws StateFileError if it cannot be written */
  write(): string | undefined;
}

/**
 * Makes the chains. Where saved blocks are newer than the clock, the clock is put forward to them.
 * @param savedState - what `save` gave before; the state file by default
 * @throws StateFileError if the state file cannot be read or written, or does not fit the settings
 * @throws SavedStateError if `savedState` does not fit
 */
export function openChains(
  settings: DevnetSettings,
  clock: Clock,
  savedState: string | undefined,
): KeptChains {
  const { networkId, blockTimeMs, retarget, rate, statePath } = settings;
  const { rules, turns, state, coins } = createChains(settings, clock);
  const savedSettings: SavedSettings = {
    networkId,
    blockTimeMs,
    retarget,
    rate,
    ...(coins && { polw: nameOfMoney(settings, state) }),
  };
  const load = (json: string): void => {
    clock.advance(Math.max(0, loadState(json, state, rules, savedSettings, coins) - clock.now()));
  };
  if (statePath !== undefined) checkStateFile(statePath);
  if (savedState !== undefined) load(savedState);
  else if (statePath !== undefined) loadFile(statePath, load);
  const save = (): string => saveState(state, savedSettings, clock.now(), coins);
  return {
    state,
    rules,
    turns,
    coins,
    save,
    write() {
      if (statePath !== undefined) writeStateFile(statePath, save());
      return statePath;
    },
  };
}

/** Tells networks with other money, or other coins to begin with, apart. */
function nameOfMoney(settings: DevnetSettings, state: ChainState): string {
  const first = blake2b256(concatBytes(...ALL_CHAINS.map((chain) => state.genesis(chain).hash)));
  const { polw, lockMs } = settings;
  const lock = lockMs === undefined ? '' : `, coinbases locked for ${lockMs}ms`;
  const kind = polw ? `Proof of Less Work with shift ${shiftOf(settings)}` : `coins${lock}`;
  return `${kind}, first blocks ${bytesToHex(first).slice(0, 16)}`;
}

/** Chains with their first blocks alone, and the coins that these hold where the network keeps coins. */
function createChains(
  settings: DevnetSettings,
  clock: Clock,
): Pick<KeptChains, 'state' | 'rules' | 'turns' | 'coins'> {
  const { networkId, blockTimeMs, retarget, rate, keepHeights, seed, lockMs } = settings;
  const turns: TargetTurn[] = [];
  const rules: Rules = {
    networkId,
    turns,
    blockTimeMs,
    retarget,
    easiestTarget: MAX_TARGET,
    ...(lockMs === undefined ? {} : { lockMs }),
  };
  const targetBits = bitsOfHashrate(BigInt(rate), blockTimeMs);
  if (!keepsCoins(settings))
    return {
      rules,
      turns,
      state: new ChainState(createGenesis(networkId, targetBits), keepHeights),
      coins: undefined,
    };
  const network = { ...rules, money: moneyOf(settings) };
  const faucet = new Faucet(createRandom(seed + 3));
  const genesis = createGenesis(networkId, targetBits, [
    ...faucet.genesisCoins(),
    ...genesisCoinsOf(settings),
  ]);
  const state = new ChainState(genesis, keepHeights);
  return { rules: network, turns, state, coins: new Coins({ state, genesis, network, faucet, clock }) };
}

/** Loads what a state file holds, if it is there. An error names the file. */
function loadFile(path: string, load: (json: string) => void): void {
  try {
    const json = readStateFile(path);
    if (json !== undefined) load(json);
  } catch (error) {
    throw error instanceof SavedStateError ? new StateFileError(path, error.message) : error;
  }
}

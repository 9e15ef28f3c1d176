/**
 * Coins of a devnet, by its settings.
 * @module
 */
import { parseAddress } from '../../protocol/address.js';
import { loweredEmission } from '../../protocol/emission.js';
import type { Output } from '../../protocol/transaction.js';
import type { BodyMaker, Money } from '../body.js';
import type { BurnRight } from './burning.js';
import type { CoinbaseMaker, Coins } from './coins.js';
import type { GenesisCoin } from './faucet.js';

/** What the node does about a template that must burn. */
export type PolwSupport = 'stock' | 'full' | 'node-built';

/** Settings of Proof of Less Work. */
export interface PolwOptions {
  /** By how many bits the three hashrates of the emission are lowered, 0 to 54; 38 by default: then it begins at 2^22 H/s. */
  readonly shift?: number;
  /**
   * `stock`, the default: the node makes no template that must burn. `full`: templates go out whole with a coinbase that
   * is to be replaced, and whole blocks come back. `node-built`: the node makes the coinbase by `burnRights`.
   */
  readonly support?: PolwSupport;
  /** By chain index, for `node-built`; where one is missing, the node makes no template that must burn. */
  readonly burnRights?: readonly (BurnRight | undefined)[];
  /** Coins that there are from the first blocks on. */
  readonly coins?: readonly {
    readonly address: string;
    /** attoALPH. */
    readonly amount: bigint;
    readonly lockTimeMs?: bigint;
    readonly tokens?: Output['tokens'];
  }[];
}

/** Block time that the emission and the threshold count with, whatever the network's: that of the real one. */
const EMISSION_BLOCK_TIME_MS = 8_000;

const DEFAULT_SHIFT = 38;
const MAX_SHIFT = 54;

/** Most coins that a setting puts into the first blocks. */
export const MAX_GENESIS_COINS = 64;

/** By how many bits the hashrates are lowered. */
export function shiftOf({ shift = DEFAULT_SHIFT }: PolwOptions): number {
  return shift;
}

/** What rewards and burns follow. @throws RangeError if the shift is out of range */
export function moneyOf(options: PolwOptions): Money {
  const shift = shiftOf(options);
  if (!Number.isInteger(shift) || shift < 0 || shift > MAX_SHIFT)
    throw new RangeError(`"shift" expected an integer from 0 to ${MAX_SHIFT}, got ${shift}`);
  return { blockTimeMs: EMISSION_BLOCK_TIME_MS, emission: loweredEmission(shift) };
}

/** The coins that a setting puts into the first blocks. @throws RangeError on too many, or what is no address */
export function genesisCoinsOf({ coins = [] }: PolwOptions): GenesisCoin[] {
  if (coins.length > MAX_GENESIS_COINS)
    throw new RangeError(`"coins" expected at most ${MAX_GENESIS_COINS}, got ${coins.length}`);
  return coins.map((coin) => {
    const address = parseAddress(coin.address);
    if (!address) throw new RangeError(`"coins" expected addresses, got "${coin.address}"`);
    return { ...coin, address };
  });
}

/** Makes the bodies of the node's own templates. */
export function nodeBodiesOf({ support = 'stock', burnRights = [] }: PolwOptions, coins: Coins): BodyMaker {
  const makers: Readonly<Record<PolwSupport, CoinbaseMaker>> = {
    stock: 'nobody',
    full: 'receiver',
    'node-built': (chain) => burnRights[chain],
  };
  return coins.bodies(makers[support]);
}

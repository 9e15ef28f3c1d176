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

/** Coins that there are from the first blocks on. */
export type FirstCoins = readonly {
  readonly address: string;
  /** attoALPH. */
  readonly amount: bigint;
  /** ms since the epoch; 0 by default. */
  readonly lockTimeMs?: bigint;
  readonly tokens?: Output['tokens'];
}[];

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
  readonly coins?: FirstCoins;
}

/** What the money of a devnet follows: its settings, as far as they are about that. */
export interface MoneyOptions {
  readonly polw?: PolwOptions;
  readonly coins?: true | FirstCoins;
}

/** Block time that the emission and the threshold count with, whatever the network's: that of the real one. */
const EMISSION_BLOCK_TIME_MS = 8_000;

const DEFAULT_SHIFT = 38;
const MAX_SHIFT = 54;

/** Most coins that a setting puts into the first blocks. */
export const MAX_GENESIS_COINS = 64;

/** Whether the network keeps coins. */
export function keepsCoins({ polw, coins }: MoneyOptions): boolean {
  return polw !== undefined || coins !== undefined;
}

/** By how many bits the hashrates are lowered: by none where coins are kept without Proof of Less Work, which then never begins. */
export function shiftOf({ polw }: MoneyOptions): number {
  return polw ? (polw.shift ?? DEFAULT_SHIFT) : 0;
}

/** What rewards and burns follow. @throws RangeError if the shift is out of range */
export function moneyOf(options: MoneyOptions): Money {
  const shift = shiftOf(options);
  if (!Number.isInteger(shift) || shift < 0 || shift > MAX_SHIFT)
    throw new RangeError(`"shift" expected an integer from 0 to ${MAX_SHIFT}, got ${shift}`);
  return { blockTimeMs: EMISSION_BLOCK_TIME_MS, emission: loweredEmission(shift) };
}

/** The coins that settings put into the first blocks. @throws RangeError on too many, or what is no address */
export function genesisCoinsOf({ polw, coins = [] }: MoneyOptions): GenesisCoin[] {
  const all = [...(polw?.coins ?? []), ...(coins === true ? [] : coins)];
  if (all.length > MAX_GENESIS_COINS)
    throw new RangeError(`"coins" expected at most ${MAX_GENESIS_COINS}, got ${all.length}`);
  return all.map((coin) => {
    const address = parseAddress(coin.address);
    if (!address) throw new RangeError(`"coins" expected addresses, got "${coin.address}"`);
    return { ...coin, address };
  });
}

/** Makes the bodies of the node's own templates. */
export function nodeBodiesOf({ polw = {} }: MoneyOptions, coins: Coins): BodyMaker {
  const { support = 'stock', burnRights = [] } = polw;
  const makers: Readonly<Record<PolwSupport, CoinbaseMaker>> = {
    stock: 'nobody',
    full: 'receiver',
    'node-built': (chain) => burnRights[chain],
  };
  return coins.bodies(makers[support]);
}

/**
 * The words of `lesswork polw status`.
 * @module
 */
import { lastsText } from '../polw/coins-alarm.js';
import { ACCOUNTS, type Account } from '../polw/fund/accounts.js';
import { type ChainForecast, forecastOf } from '../polw/fund/forecast.js';
import type { FundSnapshot } from '../polw/fund/snapshot.js';
import type { PolwInfo } from '../pool/http/api/polw-schemas.js';
import { alphToDecimals } from '../protocol/alph-text.js';
import { ALL_CHAINS, chainName } from '../protocol/chain.js';
import { coinbaseLockMs } from '../protocol/coinbase.js';
import { dateAndTime } from '../protocol/local-time.js';
import { counted } from '../protocol/quantity-text.js';

/** Decimals of amounts: a block burns some hundredths of an ALPH. */
const DECIMALS = 4;

const HOUR_MS = 3_600_000;

/** Balances, decimal attoALPH. */
type AccountTexts = Readonly<Record<Account, string>>;

/** Lines about a pool. @param id - of the pool */
export function describePoolPolw(id: string, info: PolwInfo): string[] {
  const { caughtUp, accounts, finds, refusedLists, retired, outputs, chains } = info;
  const { open, main, uncle, orphan, void: voids } = finds;
  const rows = chains.map(({ chain, state, burnt, coins, visible, sent, held, ...forecast }) => [
    chain,
    STATES[state],
    burnt === undefined ? '-' : alph(burnt),
    coins === undefined ? '-' : `${coins}`,
    visible === undefined ? '-' : alph(visible),
    sent === undefined ? '-' : alph(sent),
    alph(forecast.unlocked),
    alph(forecast.needed),
    hoursText(forecast),
    alph(forecast.driftPerHour),
    alph(held),
  ]);
  return [
    `pool ${id}: ${standing(chains)}`,
    ...(caughtUp ? [] : ['the history of the burn addresses is still read: nothing is burnt before it is']),
    ...accountLines(accounts),
    ...(retired === undefined
      ? []
      : [
          `retired ${alph(retired)} ALPH of these at burn addresses of before: not burnt, and to be withdrawn with their keys`,
        ]),
    `blocks  ${main} on the main chain, ${counted(uncle, 'uncle')}, ${counted(orphan, 'orphan')}, ${open} open, ${voids} void; of those whose end is not final`,
    ...(refusedLists === 0
      ? []
      : [`lists   ${counted(refusedLists, 'block')} with transactions of others refused by all nodes`]),
    ...outputLines(outputs),
    '',
    ...table(POOL_HEAD, rows),
    ...reasonLines(chains),
  ];
}

function outputLines({ differences, incomplete }: PolwInfo['outputs']): string[] {
  return [
    ...(differences === 0
      ? []
      : [
          `differs ${counted(differences, 'output')} from what the node lists at the burn addresses: the log names them`,
        ]),
    ...(incomplete === 0
      ? []
      : [
          `not whole: the node's list of ${counted(incomplete, 'burn address', 'burn addresses')}, which ${incomplete === 1 ? 'is' : 'are'} not compared with the fund`,
        ]),
  ];
}

type PolwState = PolwInfo['chains'][number]['state'];

const STATES: Readonly<Record<PolwState, string>> = {
  none: 'no template',
  plain: 'plain',
  inSight: 'over 1/2',
  near: 'within 20 %',
  close: 'within 5 %',
  nodeBuilt: 'by its node',
  funded: 'funded',
  waiting: 'waiting',
  unfunded: 'NOT MINED',
};

const POOL_HEAD = [
  'chain',
  'state',
  'burns',
  'coins',
  'visible',
  'on the way',
  'unlocked',
  'needed',
  'lasts',
  'drift/h',
  'at its address',
];

interface Lasting {
  readonly hoursLeft?: number | undefined;
  readonly endless: boolean;
}

function hoursText({ hoursLeft, endless }: Lasting): string {
  if (endless) return lastsText(Number.POSITIVE_INFINITY);
  return lastsText(hoursLeft === undefined ? undefined : hoursLeft * HOUR_MS);
}

/** In a few words. */
function standing(chains: PolwInfo['chains']): string {
  const count = (wanted: PolwState): number => chains.filter(({ state }) => state === wanted).length;
  const [funded, waiting, unfunded, none] = [
    count('funded'),
    count('waiting'),
    count('unfunded'),
    count('none'),
  ];
  if (none === chains.length) return 'no templates yet';
  const active = funded + waiting + unfunded + count('nodeBuilt');
  if (active === 0) return 'nothing is burnt: no chain is past the threshold';
  const mined = unfunded === 0 ? 'all are mined' : `${counted(unfunded, 'is', 'are')} not mined`;
  return `${counted(active, 'chain')} past the threshold, ${mined}`;
}

/** Chains with the same trouble together. */
function reasonLines(chains: PolwInfo['chains']): string[] {
  const byDetail = new Map<string, string[]>();
  for (const { chain, detail } of chains)
    if (detail !== undefined) byDetail.set(detail, [...(byDetail.get(detail) ?? []), chain]);
  const lines = [...byDetail].map(([detail, names]) =>
    oneLine(`${names.length === chains.length ? 'all chains' : names.join(', ')}: ${detail}`),
  );
  return lines.length === 0 ? [] : ['', ...lines];
}

/** What is final of a fund. Amounts are decimal attoALPH. */
export interface FinalFund {
  /** Of the newest block that counts, ms since the epoch. */
  readonly untilMs: number;
  readonly accounts: AccountTexts;
  readonly chains: readonly {
    readonly chain: string;
    readonly burnAddress: string | undefined;
    /** Outputs without a lock: how many, and what they hold. */
    readonly coins: number;
    readonly unlocked: string;
    /** Locked ones included. */
    readonly held: string;
    /** What must be unlocked at the rate of then, and how long what is lasts. */
    readonly needed: string;
    readonly hoursLeft: number | undefined;
    readonly endless: boolean;
  }[];
}

/** @param networkId - decides for how long coinbases are locked */
export function finalFundOf({ addresses, ledger }: FundSnapshot, networkId: number): FinalFund {
  const { accounts, coins, timeMs } = ledger;
  const lockMs = Number(coinbaseLockMs(networkId));
  const forecasts = forecastOf(coins, { nowMs: timeMs, lockMs, isReserved: () => false });
  return {
    untilMs: timeMs,
    accounts: Object.fromEntries(ACCOUNTS.map((name) => [name, `${accounts[name]}`])) as AccountTexts,
    chains: ALL_CHAINS.map((chain) => {
      const own = coins.filter(({ owner }) => owner === chain);
      const unlocked = own.filter(({ lockTimeMs }) => lockTimeMs <= timeMs);
      return {
        chain: chainName(chain),
        burnAddress: addresses[chain],
        coins: unlocked.length,
        unlocked: `${sumOf(unlocked)}`,
        held: `${sumOf(own)}`,
        needed: `${forecasts[chain]!.needed}`,
        ...lastingOf(forecasts[chain]!),
      };
    }),
  };
}

function lastingOf({ lastsMs }: ChainForecast) {
  const endless = lastsMs === Number.POSITIVE_INFINITY;
  return { hoursLeft: endless || lastsMs === undefined ? undefined : lastsMs / HOUR_MS, endless };
}

/** Lines about a fund in a folder. */
export function describeFinalFund({ untilMs, accounts, chains }: FinalFund): string[] {
  const rows = chains.map(({ chain, burnAddress, coins, unlocked, held, needed, ...lasting }) => [
    chain,
    `${coins}`,
    alph(unlocked),
    alph(needed),
    hoursText(lasting),
    alph(held),
    burnAddress ?? 'not authorized',
  ]);
  return [
    `fund as of ${dateAndTime(new Date(untilMs))}: blocks that are not final are left out`,
    ...accountLines(accounts),
    '',
    ...table(['chain', 'coins', 'unlocked', 'needed', 'lasts', 'at its address', 'burn address'], rows),
  ];
}

function accountLines(accounts: AccountTexts): string[] {
  const { fund, locked, pending, earned, reserved, burnt, gas, paid } = accounts;
  return [
    `fund    ${alph(fund)} ALPH to burn, ${alph(locked)} burnt and still locked, ${alph(reserved)} reserved`,
    `earned  ${alph(earned)} ALPH, ${alph(pending)} still locked`,
    `so far  ${alph(burnt)} ALPH burnt, ${alph(gas)} for gas, ${alph(paid)} withdrawn`,
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...all.map((row) => row[i]!.length)));
  return all.map((row) => row.map((cell, i) => cell.padStart(widths[i]!)).join('  '));
}

/** Some four decimals, of a balance that is never below 0 for long. */
function alph(amount: string): string {
  const value = BigInt(amount);
  return value < 0n ? `-${alphToDecimals(-value, DECIMALS)}` : alphToDecimals(value, DECIMALS);
}

const sumOf = (coins: readonly { readonly amount: bigint }[]): bigint =>
  coins.reduce((sum, { amount }) => sum + amount, 0n);

const oneLine = (text: string): string => text.replace(/\s+/g, ' ');

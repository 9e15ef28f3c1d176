/**
 * What the API says of the pool as a whole.
 * @module
 */

import { ALL_CHAINS, chainName } from '../../../protocol/chain.js';
import { networkName } from '../../../protocol/network-name.js';
import { CARRIERS } from '../../../protocol/stratum/carrier.js';
import { expectedHashes, targetOfBytes } from '../../../protocol/target.js';
import type { PoolMoney } from '../../money/money.js';
import {
  type ApiContext,
  difficultyOf,
  hashratesOf,
  type PoolDescription,
  presentHashrate,
  type ShownListener,
  settledUntil,
  timeText,
  wholeRate,
} from './api-context.js';
import type { MinerInfo, PoolInfo, PoolPerformance } from './api-schemas.js';
import { BLOCK_STATUSES } from './block-answers.js';
import { type ChartRange, readChart } from './charts.js';
import { recentEffort } from './effort.js';
import { addressLink } from './explorers.js';
import { paymentProcessing, poolMoneyFields } from './money-answers.js';

const TOP_MINERS = 15;
const COIN = {
  type: 'ALPH',
  name: 'Alephium',
  canonicalName: 'Alephium',
  symbol: 'ALPH',
  family: 'alephium',
  algorithm: 'Blake3',
  website: 'https://alephium.org',
} as const;

/** @param money - undefined where the pool credits nobody */
export async function poolAnswer(context: ApiContext, money: PoolMoney | undefined): Promise<PoolInfo> {
  const { pool, store, statistics, live } = context;
  const untilMs = settledUntil(context);
  const state = live.pool();
  const [newest] = await store.blocks({ offset: 0, limit: 1 });
  const totalBlocks = await store.countBlocks([...BLOCK_STATUSES.pending, ...BLOCK_STATUSES.confirmed]);
  const { minerAddresses } = await store.nodeIdentity();
  const effort = await recentEffort(store, untilMs);
  const address = minerAddresses?.[0];
  const { difficulty, newHeightMs, networkId } = state;
  const link = address === undefined ? undefined : addressLink(networkId, address);
  const lastPoolBlockTime = newest === undefined ? {} : { lastPoolBlockTime: timeText(newest.foundMs) };
  const heights = state.heights.filter((height) => height !== undefined);
  return {
    id: pool.id,
    ...(pool.name === undefined ? {} : { name: pool.name }),
    ...(pool.host === undefined ? {} : { host: pool.host }),
    ...(pool.notice === undefined ? {} : { notice: pool.notice }),
    ...(pool.browserMining === undefined ? {} : { browserMining: browserMiningOf(pool.browserMining) }),
    polw: state.polw !== undefined,
    mode: pool.mode,
    coin: COIN,
    paymentProcessing: paymentProcessing(pool, money),
    ...poolMoneyFields(pool, money),
    // Some clients shorten this text without checking that it is there.
    address: address ?? '',
    ...(link === undefined ? {} : { addressInfoLink: link }),
    minerAddresses: [...(minerAddresses ?? [])],
    ports: Object.fromEntries(
      pool.listeners.map((listener) => [
        // A free one is known once it is taken.
        String(state.ports[listener.name] ?? listener.port),
        portOf(listener),
      ]),
    ),
    poolStats: {
      connectedMiners: state.connections,
      connectedWorkers: state.workers,
      poolHashrate: presentHashrate(context, statistics.board.pool),
      sharesPerSecond: wholeRate(statistics.board.pool.sharesPerSecond(untilMs)),
      sharesPerMinute: statistics.board.pool.sharesPerSecond(untilMs) * 60,
      hashrates: hashratesOf(context, statistics.board.pool),
      effort,
      ...lastPoolBlockTime,
    },
    networkStats: {
      rewardType: 'POW',
      ...(networkId === undefined ? {} : { networkType: networkName(networkId) }),
      ...(difficulty === undefined
        ? {}
        : {
            networkHashrate: Number(difficulty.networkHashrate),
            networkDifficulty: difficultyOf(difficulty.work),
          }),
      // A job's height is that of the block to be found.
      ...(heights.length === 0 ? {} : { blockHeight: Math.max(...heights) - 1 }),
      ...(newHeightMs === undefined ? {} : { lastNetworkBlockTime: timeText(newHeightMs) }),
    },
    chains: ALL_CHAINS.map((chain) => {
      const height = state.heights[chain];
      const target = state.targets[chain];
      return {
        chain: chainName(chain),
        ...(height === undefined ? {} : { blockHeight: height - 1 }),
        ...(target && { networkDifficulty: difficultyOf(expectedHashes(targetOfBytes(target))) }),
        hashrates: hashratesOf(context, statistics.board.chains[chain]),
      };
    }),
    nodes: state.nodeStates.map((state) => ({ state })),
    topMiners: topMiners(context, 0, TOP_MINERS),
    totalBlocks,
    ...lastPoolBlockTime,
    hashratesUntil: timeText(untilMs),
  };
}

/** Accounts with work in the last day, by their hashrate, the greatest first. */
export function topMiners(context: ApiContext, offset: number, limit: number): MinerInfo[] {
  const untilMs = settledUntil(context);
  return context.statistics
    .ranking()
    .slice(offset, offset + limit)
    .map(({ address, meter }) => ({
      miner: address,
      hashrate: presentHashrate(context, meter),
      sharesPerSecond: meter.sharesPerSecond(untilMs),
      hashrates: hashratesOf(context, meter),
    }));
}

export async function poolPerformance(context: ApiContext, range: ChartRange): Promise<PoolPerformance> {
  const points = await readChart(context, { of: 'pool' }, context.statistics.board.pool, range);
  return {
    stats: points.map(({ startMs, hashrate, sharesPerSecond, workers }) => ({
      created: timeText(startMs),
      poolHashrate: wholeRate(hashrate),
      sharesPerSecond,
      validSharesPerSecond: wholeRate(sharesPerSecond),
      activeWorkers: workers,
      connectedMiners: workers,
    })),
  };
}

function portOf({ name, protocol, difficulty, sharesPerMinute }: ShownListener) {
  return {
    name,
    protocol,
    tls: CARRIERS[protocol].secure,
    tlsAuto: false as const,
    difficulty: difficultyOf(difficulty.start),
    ...(difficulty.fixed
      ? {}
      : {
          varDiff: {
            minDiff: difficultyOf(difficulty.min),
            maxDiff: difficultyOf(difficulty.max),
            targetTime: 60 / sharesPerMinute,
          },
        }),
  };
}

function browserMiningOf({ url }: NonNullable<PoolDescription['browserMining']>): PoolInfo['browserMining'] {
  return url === undefined ? {} : { url };
}

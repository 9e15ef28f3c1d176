/**
 * What the API says of the pool as a whole.
 * @module
 */

import { ALL_CHAINS, chainName } from '../../../protocol/chain.js';
import { CARRIERS } from '../../../protocol/stratum/carrier.js';
import {
  type ApiContext,
  difficultyOf,
  hashratesOf,
  presentHashrate,
  type ShownListener,
  settledUntil,
  timeText,
  wholeRate,
} from './api-context.js';
import type { MinerInfo, PoolInfo, PoolPerformance } from './api-schemas.js';
import { BLOCK_STATUSES } from './block-answers.js';
import { type ChartRange, readChart } from './charts.js';
import { addressLink } from './explorers.js';
import { NO_MONEY_OF_POOL, paymentProcessing } from './money-answers.js';

const NETWORKS: Readonly<Record<number, string>> = { 0: 'mainnet', 1: 'testnet', 4: 'devnet' };
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

export async function poolAnswer(context: ApiContext): Promise<PoolInfo> {
  const { pool, store, statistics, live } = context;
  const untilMs = settledUntil(context);
  const state = live.pool();
  const [newest] = await store.blocks({ offset: 0, limit: 1 });
  const totalBlocks = await store.countBlocks(BLOCK_STATUSES.pending);
  const { minerAddresses } = await store.nodeIdentity();
  const address = minerAddresses?.[0];
  const { difficulty, newHeightMs, networkId } = state;
  const link = address === undefined ? undefined : addressLink(networkId, address);
  const lastPoolBlockTime = newest === undefined ? {} : { lastPoolBlockTime: timeText(newest.foundMs) };
  const heights = state.heights.filter((height) => height !== undefined);
  return {
    id: pool.id,
    ...(pool.name === undefined ? {} : { name: pool.name }),
    mode: pool.mode,
    coin: COIN,
    paymentProcessing: paymentProcessing(pool.mode),
    ...NO_MONEY_OF_POOL,
    // Some clients shorten this text without checking that it is there.
    address: address ?? '',
    ...(link === undefined ? {} : { addressInfoLink: link }),
    minerAddresses: [...(minerAddresses ?? [])],
    ports: Object.fromEntries(pool.listeners.map((listener) => [String(listener.port), portOf(listener)])),
    poolStats: {
      connectedMiners: state.connections,
      connectedWorkers: state.workers,
      poolHashrate: presentHashrate(context, statistics.board.pool),
      sharesPerSecond: wholeRate(statistics.board.pool.sharesPerSecond(untilMs)),
      sharesPerMinute: statistics.board.pool.sharesPerSecond(untilMs) * 60,
      hashrates: hashratesOf(context, statistics.board.pool),
      ...lastPoolBlockTime,
    },
    networkStats: {
      rewardType: 'POW',
      ...(networkId === undefined ? {} : { networkType: NETWORKS[networkId] ?? `network ${networkId}` }),
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
      return {
        chain: chainName(chain),
        ...(height === undefined ? {} : { blockHeight: height - 1 }),
        hashrates: hashratesOf(context, statistics.board.chains[chain]),
      };
    }),
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

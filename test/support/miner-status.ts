/**
 * Statuses of miners that are told nothing by a miner.
 * @module
 */
import type { DeviceStatus, MinerStatus } from '../../miner/core/events.js';
import type { ShareStatus } from '../../miner/core/share-status.js';

const RATES = { over10s: 8.4e6, over60s: 8.3e6, over15min: 8.2e6, highest: 9e6 };

export const CPU: DeviceStatus = {
  name: 'cpu (wasm, 2 threads)',
  kind: 'cpu',
  state: 'mining',
  held: [],
  hashrates: RATES,
  totalHashes: 610e6,
  errors: 0,
};

export const CARD: DeviceStatus = {
  name: 'RTX 4090',
  kind: 'gpu',
  state: 'mining',
  held: [],
  hashrates: { over10s: 2.1e9, over60s: 2.05e9, over15min: 2e9, highest: 2.2e9 },
  totalHashes: 3e12,
  errors: 1,
  pci: '0000:0a:00.0',
  sensors: { temperatureC: 61.4, powerW: 322.5, fanPercent: 45.5, coreMHz: 2520, memoryMHz: 10_251 },
  hashesPerJoule: 6.4e6,
};

export const SHARES: ShareStatus = {
  found: 110,
  accepted: 100,
  rejected: 3,
  stale: 2,
  unanswered: 1,
  unsent: 4,
  byReason: { duplicate: 1, lowDifficulty: 2, stale: 1 },
  acceptedWork: 2n ** 64n + 1n,
  best: [2 ** 40, 2 ** 38],
  credited: { hashesPerSecond: 8.1e6, error: 0.258 },
  answerMs: 12.34,
};

/** Of a miner on a full node, with a CPU. */
export const ON_NODE: MinerStatus = {
  paused: false,
  held: [],
  maxLoad: 1,
  source: '127.0.0.1:10973',
  session: { forMs: 60_000, accepted: 3 },
  sessionsLost: 0,
  progress: undefined,
  idle: undefined,
  uptimeMs: 61_000,
  hashrates: RATES,
  devices: [CPU],
  blocks: { found: 3, accepted: 2, side: 1, rejected: 0, unanswered: 0, surplus: 0, expired: 0, unsent: 0 },
  shares: undefined,
  difficulty: undefined,
  totalHashes: 610e6,
  staleHashes: 5,
  deviceErrors: 1,
  acceptedByChain: [2, ...new Array<number>(15).fill(0)],
  hashesByChain: new Array<number>(16).fill(10),
};

/** Of one on a pool, with a card that is measured, and a CPU. */
export const ON_POOL: MinerStatus = {
  ...ON_NODE,
  source: 'stratum+ssl://pool.example:20033',
  session: { forMs: 50_000, accepted: 20, peer: { address: '192.0.2.7', tls: 'TLSv1.3' } },
  sessionsLost: 2,
  uptimeMs: 1_000_999,
  hashrates: { over10s: 2.1084e9, over60s: 2.0583e9, over15min: 2.0082e9, highest: 2.2e9 },
  devices: [CARD, CPU],
  shares: SHARES,
  difficulty: 0.03125,
};

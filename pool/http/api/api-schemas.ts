/**
 * Schemas of the API's answers: types, documents and tests come from them. Names are Miningcore's where it has them, and
 * numbers are whole where Miningcore declares them so. Unknown values are left out.
 * @module
 */

import { z } from 'zod';
import { BLOCK_ENDS } from '../../../protocol/block-end.js';
import { CARRIER_NAMES } from '../../../protocol/stratum/carrier.js';
import {
  minerMoneySchema,
  minerPaymentSchema,
  paymentProcessingSchema,
  poolMoneySchema,
  poolPaymentSchema,
} from './money-schemas.js';

const time = (what: string) => z.iso.datetime().describe(what);
const count = (what: string) => z.int().min(0).describe(what);
const rate = (what: string) => z.number().min(0).describe(what);
const wholeRate = (what: string) => z.int().min(0).describe(what);
const whole = (what: string) => z.string().regex(/^\d+$/).describe(what);

export const errorSchema = z.strictObject({
  code: z.string().describe('What went wrong, for programs.'),
  error: z.string().describe('The same for people.'),
});

const hashrateSchema = z.strictObject({
  hashrate: rate('Hashes a second, from accepted work.'),
  seconds: z
    .number()
    .positive()
    .describe(
      'Time that it is over, s: that of the window, or since the first share where that is less. Missing without a share.',
    )
    .optional(),
  error99: rate(
    'The true hashrate is within this part of it, above or below, in 99 of 100 cases. Missing without a share.',
  ).optional(),
});

const hashratesSchema = z
  .strictObject({
    minute: hashrateSchema.optional(),
    tenMinutes: hashrateSchema.optional(),
    hour: hashrateSchema.optional(),
    day: hashrateSchema.optional(),
  })
  .describe('Over four windows. One that is still being read, for a while after a start, is missing.');

const performanceSchema = z.strictObject({
  hashrate: wholeRate('Hashes a second.'),
  sharesPerSecond: rate('Accepted shares a second.'),
});

const minerSchema = z.strictObject({
  miner: z.string().describe('Address.'),
  ...performanceSchema.shape,
  hashrates: hashratesSchema,
});

const portSchema = z.strictObject({
  name: z.string(),
  protocol: z.enum(CARRIER_NAMES),
  tls: z.boolean(),
  tlsAuto: z.literal(false).describe('A port carries TLS or it does not.'),
  difficulty: rate('Difficulty that a miner begins with: 1 is 2^34 hashes.'),
  varDiff: z
    .strictObject({
      minDiff: rate('Least difficulty.'),
      maxDiff: rate('Greatest difficulty.'),
      targetTime: rate('Seconds between two shares of a miner.'),
    })
    .optional()
    .describe('Missing where the difficulty is fixed.'),
});

const chainSchema = z.strictObject({
  chain: z.string().describe('`from-to`.'),
  blockHeight: count('Of the newest block.').optional(),
  networkDifficulty: rate('Expected hashes of its next block in units of 2^34.').optional(),
  hashrates: hashratesSchema,
});

export const poolInfoSchema = z.strictObject({
  id: z.string(),
  name: z.string().optional(),
  host: z
    .string()
    .optional()
    .describe('Host by which miners reach it; where it is missing, that of this server.'),
  notice: z.string().optional().describe('What the operator tells everybody.'),
  browserMining: z
    .strictObject({
      url: z.string().optional().describe('Where to connect; where it is missing, to a port of `ports`.'),
    })
    .optional()
    .describe('Missing where the page does not offer to mine in the browser.'),
  polw: z.boolean().describe('Whether it supplies coins for Proof of Less Work: then `/polw` tells of them.'),
  mode: z
    .enum(['solo', 'pool'])
    .describe('solo: all blocks belong to one owner. pool: miners do not know each other.'),
  coin: z.strictObject({
    type: z.string(),
    name: z.string(),
    canonicalName: z.string(),
    symbol: z.string(),
    family: z.string(),
    algorithm: z.string(),
    website: z.string(),
  }),
  paymentProcessing: paymentProcessingSchema,
  ...poolMoneySchema,
  address: z
    .string()
    .describe("First of the nodes' miner addresses, which the blocks pay. Empty until a node has told it."),
  addressInfoLink: z.string().optional().describe('Page of an explorer, where the network has one.'),
  minerAddresses: z.array(z.string()).describe("The nodes' miner addresses, one a group."),
  ports: z.record(z.string(), portSchema).describe('Where miners connect, by port.'),
  poolStats: z.strictObject({
    connectedMiners: count('Connections of miners to this machine.'),
    connectedWorkers: count('Workers that they authorized.'),
    poolHashrate: wholeRate('Hashes a second over ten minutes, or what there is of them.'),
    sharesPerSecond: wholeRate('Accepted shares a second over ten minutes, rounded.'),
    sharesPerMinute: rate('Accepted shares a minute over ten minutes.'),
    lastPoolBlockTime: time('When the pool found its newest block.').optional(),
    effort: z
      .strictObject({
        last10: rate('Of the last 10.').optional(),
        last100: rate('Of the last 100.').optional(),
      })
      .describe(
        'Work that blocks took, in units of what they were expected to take: below 1 is luck. Of those whose end is final, once there are so many.',
      ),
    hashrates: hashratesSchema,
  }),
  networkStats: z.strictObject({
    rewardType: z.literal('POW'),
    networkType: z.string().optional().describe('mainnet, testnet, devnet, or network with its number.'),
    networkHashrate: rate('Hashes a second of the whole network, from the targets of its chains.').optional(),
    networkDifficulty: rate(
      'Expected hashes of a block in units of 2^34, the mean of the chains.',
    ).optional(),
    blockHeight: count('Of the newest block of the highest chain.').optional(),
    lastNetworkBlockTime: time('When a chain last grew.').optional(),
  }),
  chains: z.array(chainSchema).describe('All 16, in order.'),
  nodes: z
    .array(z.strictObject({ state: z.enum(['leading', 'ready', 'behind', 'refused', 'away']) }))
    .describe('Full nodes of this machine, in order of preference. Their addresses are not told.'),
  topMiners: z.array(minerSchema).describe('The 15 with the greatest hashrate over a day.'),
  totalBlocks: count('Blocks that the pool found and that are not orphaned, of the last 400 days.'),
  lastPoolBlockTime: time('When the pool found its newest block.').optional(),
  hashratesUntil: time('End of the windows: what came since does not count yet.'),
});

export const poolsSchema = z.strictObject({ pools: z.array(poolInfoSchema) });
export const poolSchema = z.strictObject({ pool: poolInfoSchema });
export const minersSchema = z.array(minerSchema);

export const blockSchema = z.strictObject({
  poolId: z.string(),
  blockHeight: count('Height on its chain.'),
  chain: z.string().describe('`from-to`.'),
  networkDifficulty: rate('Expected hashes of it in units of 2^34.'),
  status: z
    .enum(['pending', 'confirmed', 'orphaned'])
    .describe(
      'pending: on its way, taken by the node, or in the chain with a reward that is locked. confirmed: its reward can be spent. orphaned: it earned nothing.',
    ),
  state: z
    .enum(['sent', 'accepted', 'refused', 'unanswered', 'missing', ...BLOCK_ENDS])
    .describe(
      'Where it stands, exactly. main: on the main chain. uncle: a block there pays it. orphan: neither. void: on the main chain, and its coinbase has no effect. These may change into each other, or back to accepted, for some minutes.',
    ),
  stateTime: time('Since when.'),
  type: z.literal('block'),
  transactionConfirmationData: z.string().describe('The hash.'),
  hash: z.string().describe('32 bytes as hex.'),
  infoLink: z.string().optional().describe('Page of an explorer, where the network has one.'),
  confirmationProgress: z
    .number()
    .min(0)
    .max(1)
    .describe('1 once it is confirmed; before that, the part of the time until its reward can be spent.'),
  reward: rate(
    'ALPH that it brings, without coins that the pool itself put in; 0 while that is not known, and where it brings nothing.',
  ),
  rewardAtto: whole('The same in attoALPH, exactly. Missing where it is 0.').optional(),
  unlockTime: time('When its reward can be spent.').optional(),
  final: z
    .boolean()
    .describe('Whether its state can not change any more. Missing until the chains were asked.')
    .optional(),
  effort: rate(
    "Work of the pool's miners since its find before, in units of what the block was expected to take: below 1 is luck. Missing until the block is final.",
  ).optional(),
  miner: z.string().describe('Address of who found it; empty where nobody had authorized.'),
  worker: z.string(),
  created: time('When it was found.'),
});

export const blocksSchema = z.array(blockSchema);

export const poolPerformanceSchema = z.strictObject({
  stats: z.array(
    z.strictObject({
      created: time('Beginning of the interval.'),
      poolHashrate: wholeRate('Hashes a second.'),
      sharesPerSecond: rate('Accepted shares a second.'),
      validSharesPerSecond: wholeRate('The same, rounded.'),
      activeWorkers: count('Workers with a share: the most of any ten minutes, or of the day.'),
      connectedMiners: count('The same: who was connected without a share is not kept.'),
    }),
  ),
});

const workersPerformanceSchema = z
  .record(z.string(), performanceSchema)
  .describe('Workers of the page by name.');

const sampleSchema = z.strictObject({
  created: time('Beginning of the interval.'),
  total: performanceSchema.describe('All workers.'),
  workers: workersPerformanceSchema,
});

export const minerPerformanceSchema = z.array(sampleSchema);

const rejectsSchema = z.record(z.string(), z.int().min(0)).describe('Refused shares by reason.');

const workSumsSchema = {
  lastShare: time('Last accepted share.'),
  bestShare: rate('Difficulty of the best accepted share: 1 is 2^34 hashes.'),
  shares: count('Accepted shares.'),
  work: whole('Expected hashes of them, exactly.'),
  rejects: rejectsSchema,
};

const workerSchema = z.strictObject({
  name: z.string(),
  connections: count('To this machine.'),
  agent: z.string().optional().describe('Software as it names itself.'),
  reportedHashrate: rate('Hashes a second as the miner says; never summed.').optional(),
  hashrates: hashratesSchema,
  sharesPerSecond: rate('Accepted shares a second over ten minutes.'),
  difficulty: rate('Of its last share: 1 is 2^34 hashes.'),
  firstShare: time('First accepted share.'),
  ...workSumsSchema,
});

export const minerStatsSchema = z.strictObject({
  miner: z.string().describe('Address.'),
  ...minerMoneySchema,
  hashrates: hashratesSchema,
  sharesPerSecond: rate('Accepted shares a second over ten minutes.'),
  connectedWorkers: count('Workers that are connected to this machine.'),
  workerCount: count('Workers that ever had a share.'),
  ...workSumsSchema,
  lastShare: workSumsSchema.lastShare.optional(),
  bestShare: workSumsSchema.bestShare.optional(),
  performance: z.strictObject({
    created: time('End of the ten minutes.'),
    workers: workersPerformanceSchema,
  }),
  performanceSamples: minerPerformanceSchema.describe(
    'The last day, an hour each, or what `perfMode` asks for, of the first 20 workers.',
  ),
  workers: z.array(workerSchema).describe('A page of them, by name.'),
});

export const healthSchema = z.strictObject({ status: z.literal('ok') });

export const readinessSchema = z.strictObject({
  ready: z.boolean().describe('Whether miners can mine here.'),
  node: z.boolean().describe('A full node leads.'),
  work: z.boolean().describe('It has work on at least one chain: not all of them stand still.'),
  journal: z.boolean().describe('Shares can be recorded.'),
  listeners: z.boolean().describe('Miners can connect.'),
  store: z.boolean().describe('The store can be reached; mining goes on without it.'),
});

/** Parts that several answers share, by their names in the document. */
export const SHARED_SCHEMAS = {
  Hashrate: hashrateSchema,
  Hashrates: hashratesSchema,
  Performance: performanceSchema,
  PoolInfo: poolInfoSchema,
  Port: portSchema,
  Chain: chainSchema,
  MinerInfo: minerSchema,
  Block: blockSchema,
  PaymentProcessing: paymentProcessingSchema,
  Payment: poolPaymentSchema,
  MinerPayment: minerPaymentSchema,
  Sample: sampleSchema,
  Worker: workerSchema,
} as const satisfies Record<string, z.ZodType>;

export type PoolInfo = z.output<typeof poolInfoSchema>;
export type MinerInfo = z.output<typeof minerSchema>;
export type Hashrates = z.output<typeof hashratesSchema>;
export type BlockInfo = z.output<typeof blockSchema>;
export type PoolPerformance = z.output<typeof poolPerformanceSchema>;
export type MinerSample = z.output<typeof sampleSchema>;
export type MinerStats = z.output<typeof minerStatsSchema>;
export type WorkerInfo = z.output<typeof workerSchema>;

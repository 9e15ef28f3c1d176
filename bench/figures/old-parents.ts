/**
 * How much work goes to old parents because a node's messages step back, with and without the order that is kept in them:
 * two observers of one simulated node, whose held-back messages are late as a busy node's are.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Devnet, startDevnet } from '../../devnet/app.js';
import { NodeConnection } from '../../node/connection.js';
import { DEFAULT_NODE_LINK_OPTIONS, NodeLink } from '../../node/node-link.js';
import { ALL_CHAINS, CHAINS } from '../../protocol/chain.js';
import type { Job } from '../../protocol/job.js';
import { createNobleKernel } from '../../shaders/cpu/noble.js';
import type { Figure, FigureLine } from './figure.js';

const WATCHED_MS = 20_000;
/** Of all chains, on average: a network whose blocks come every two seconds on each chain. */
const BLOCK_EVERY_MS = 125;
/** What a held-back message was seen to be late by, ms. */
const LATE_MS = 100;

export const oldParents: Figure = {
  name: 'old-parents',
  async measure() {
    const devnet = await startDevnet(
      { rate: 1_000, blockTimeMs: 2_000, retarget: false, lateMessageMs: LATE_MS },
      { kernel: createNobleKernel(), sliceHashes: 64 },
    );
    try {
      return await watch(devnet);
    } finally {
      await devnet.close();
    }
  },
};

/** What a miner would work on, and how often that was an old parent. */
class Observer {
  /** Heights of the blocks to be found. */
  readonly heights: number[] = new Array(CHAINS).fill(0);
  stepsBack = 0;
  messages = 0;
  old = 0;

  take(jobs: readonly Job[]): void {
    this.messages++;
    if (jobs.some(({ chain, height }) => height < this.heights[chain]!)) this.stepsBack++;
    for (const { chain, height } of jobs) this.heights[chain] = height;
  }

  sample({ node }: Devnet): void {
    for (const chain of ALL_CHAINS) if (this.heights[chain]! <= node.state.tip(chain).height) this.old++;
  }
}

async function watch(devnet: Devnet): Promise<FigureLine[]> {
  const [ordered, plain] = [new Observer(), new Observer()];
  const endpoint = { host: '127.0.0.1', port: devnet.minerApiPort, restPort: devnet.restPort };
  const link = new NodeLink(endpoint, DEFAULT_NODE_LINK_OPTIONS, {
    onJobs: (jobs) => ordered.take(jobs),
    onVerdict: () => {},
    onSessionEnd: () => {},
    onDown: () => {},
  });
  link.open();
  const connection = new NodeConnection(endpoint, DEFAULT_NODE_LINK_OPTIONS, {
    onMessage: (message) => {
      if (message.type === 'jobs') plain.take(message.jobs);
    },
    onClose: () => {},
  });
  try {
    while (ordered.messages === 0 || plain.messages === 0) await sleep(10);
    return await compare(devnet, ordered, plain);
  } finally {
    link.close();
    connection.close();
  }
}

async function compare(devnet: Devnet, ordered: Observer, plain: Observer): Promise<FigureLine[]> {
  const endMs = performance.now() + WATCHED_MS;
  let [blocks, samples] = [0, 0];
  let nextMs = performance.now();
  while (performance.now() < endMs) {
    if (performance.now() >= nextMs) {
      // Spread over the chains, and in time, as blocks are; the same in each run.
      await devnet.mineBlock((blocks * 7) % CHAINS);
      blocks++;
      nextMs += -Math.log(1 - ((blocks * 0.618_034) % 1)) * BLOCK_EVERY_MS;
    }
    await sleep(3);
    for (const observer of [ordered, plain]) observer.sample(devnet);
    samples += CHAINS;
  }
  const percent = (part: number, of: number): string => `${((100 * part) / of).toFixed(2)} %`;
  const line = (what: string, { old, stepsBack, messages }: Observer): FigureLine => ({
    what,
    measured: `${percent(old, samples)}; ${stepsBack} of ${messages} messages go back`,
  });
  return [
    {
      ...line('hashes on old parents, the order of jobs kept', ordered),
      required: 'less than without, no step back',
      met: ordered.old < plain.old && ordered.stepsBack === 0,
    },
    line('  without', plain),
  ];
}

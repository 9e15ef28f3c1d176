/**
 * The demo: a simulated full node and a pool in this process, and a miner on the pool, all over real sockets.
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Devnet, startDevnet } from '../devnet/app.js';
import { startPool } from '../pool/app.js';
import { parsePoolConfig } from '../pool/config/pool-config.js';
import type { ConfigSources } from '../settings/sources.js';
import { bestCpuKernel } from '../shaders/cpu/kernels.js';
import { DemoPayTally } from './demo-pay-tally.js';
import type { DemoPayer, DemoPayouts } from './demo-payouts.js';
import type { DemoNetwork, DemoPolw } from './demo-polw.js';
import { DemoPoolCompany } from './demo-pool-company.js';
import { hearEndRequest } from './end-request.js';
import { leastLevel, type MinerOptions } from './options.js';
import { outputIsLog } from './output-role.js';
import { packageVersion } from './package-version.js';
import { runMiner } from './run-miner.js';

export interface DemoRunOptions extends MinerOptions {
  readonly seconds: number | undefined;
  /** With Proof of Less Work, on the CPU. */
  readonly polw: boolean;
}

/** Faster than the main network, so that somebody who looks for a minute or two sees payouts: five blocks a second in all. */
const BLOCK_TIME_MS = 3_000;

/** A cautious guess at a thread's rate, so that the first blocks come within a second or two; the devnet retargets. */
function hashesPerSecondPerThread(): number {
  const { name } = bestCpuKernel();
  if (name === 'native-avx512') return 10_000_000;
  if (name === 'native-avx2') return 5_000_000;
  return name === 'noble' ? 100_000 : 2_000_000;
}

/** Shares that the pool wants of the miner, so that something is to be seen. */
const SHARES_PER_MINUTE = 120;

/** Levels at which more is told than what goes wrong. */
const TELLING_LEVELS: ReadonlySet<string> = new Set(['info', 'debug']);

/** What a newcomer should know before the first line. The miner tells which keys there are. */
export function demoBanner(polw: boolean): string[] {
  return [
    'lesswork demo: a simulated Alephium network on this machine, with a pool and a miner on it.',
    polw
      ? 'It is past the threshold of Proof of Less Work: each block burns coins of the pool.'
      : 'The pool pays its miner.',
    'Its blocks and coins are worthless. Nothing leaves this machine, and nothing is kept.',
    'Ctrl-C ends it.',
    '',
  ];
}

export async function runDemo(options: DemoRunOptions): Promise<void> {
  // Heard from the start on: the simulated node takes some seconds to build.
  const end = hearEndRequest();
  const { stdout, stderr } = process;
  outputIsLog(stdout, { complain: (text) => stderr.write(text), onReaderGone: end.ask });
  if (!options.json && TELLING_LEVELS.has(leastLevel(options))) {
    for (const line of demoBanner(options.polw)) stdout.write(`${line}\n`);
  }
  const rate = hashesPerSecondPerThread() * options.threads;
  const dataFolder = mkdtempSync(join(tmpdir(), 'lesswork-demo-'));
  const company = new DemoPoolCompany(!options.json, options.polw);
  let devnet: Devnet | undefined;
  try {
    const polw = options.polw
      ? await preparePolw(dataFolder, { rate, blockTimeMs: BLOCK_TIME_MS })
      : undefined;
    // What such blocks bring goes to burn addresses: a payer would wait for coins.
    const payouts = options.polw ? undefined : await preparePayouts(dataFolder);
    for (const line of polw?.told ?? []) company.tellPolw(line);
    for (const line of payouts?.told ?? []) company.tellPayouts(line);
    devnet = await startDevnet({
      rate,
      blockTimeMs: BLOCK_TIME_MS,
      // A chain whose target goes up and down would burn nothing at times.
      ...(polw && { polw: polw.node, retarget: false }),
      ...(payouts && { coins: true, lockMs: payouts.lockMs, minerAddresses: payouts.minerAddresses }),
    });
    const config = demoPoolConfig(devnet, { dataFolder, rate, polw: polw?.pool, payouts: payouts?.pool });
    const pool = await startPool(parsePoolConfig(config, SOURCES), {
      onEvent: (event) => company.hear(event),
      version: packageVersion(),
    });
    const payer = payouts && (await startPayer(dataFolder, config, company));
    try {
      if (pool.polw !== undefined) company.watchFund(pool.polw.fund);
      const user = payouts?.user ?? `${devnet.minerAddresses[0]}.demo`;
      const port = pool.ports.get('demo')!;
      await runMiner(
        {
          pools: [{ carrier: 'tcp', host: '127.0.0.1', port, path: '' }],
          login: { user, password: 'x', agent: `lesswork/${packageVersion()}` },
          tlsInsecure: false,
          allowRedirect: false,
          devices: options.polw ? [{ kind: 'cpu' }] : options.device,
          threads: options.threads,
        },
        options,
        { seconds: options.seconds, withParent: true },
        { end, company },
      );
    } finally {
      await payer?.close();
      await pool.close();
    }
  } finally {
    company.close();
    await devnet?.close();
    rmSync(dataFolder, { recursive: true, force: true });
  }
}

/** Loaded where it is wanted: it takes the arithmetic of keys. */
async function preparePolw(folder: string, network: DemoNetwork): Promise<DemoPolw> {
  const { prepareDemoPolw } = await import('./demo-polw.js');
  return prepareDemoPolw(folder, network);
}

/** Loaded where it is wanted, likewise. */
async function preparePayouts(folder: string): Promise<DemoPayouts> {
  const { prepareDemoPayouts } = await import('./demo-payouts.js');
  return prepareDemoPayouts(folder);
}

async function startPayer(folder: string, config: object, company: DemoPoolCompany): Promise<DemoPayer> {
  const { startDemoPayer } = await import('./demo-payouts.js');
  const tally = new DemoPayTally();
  company.watchPayouts(tally);
  return startDemoPayer(folder, config, { tally, warn: (words) => company.tellPayouts(words, 'warn') });
}

/** A configuration that refers to nothing but paths. */
const SOURCES: ConfigSources = {
  env: {},
  readFile: () => {
    throw new Error('the demo needs no files');
  },
  resolvePath: (path) => path,
};

interface DemoPoolParts {
  readonly dataFolder: string;
  readonly rate: number;
  readonly polw: DemoPolw['pool'] | undefined;
  readonly payouts: DemoPayouts['pool'] | undefined;
}

function demoPoolConfig(
  devnet: { readonly minerApiPort: number; readonly restPort: number },
  { dataFolder, rate, polw, payouts }: DemoPoolParts,
): object {
  return {
    pool: { id: 'demo' },
    ...(payouts && { mode: 'pool', limits: { trusted: ['127.0.0.0/8'] } }),
    nodes: [{ host: '127.0.0.1', port: devnet.minerApiPort, restPort: devnet.restPort }],
    listeners: [
      {
        name: 'demo',
        host: '127.0.0.1',
        port: 0,
        // All chains at once, so that even half a minute is spread over all of them.
        jobs: 'all',
        difficulty: { start: `${Math.round((rate * 60) / SHARES_PER_MINUTE)}H`, min: '1kH' },
        vardiff: { sharesPerMinute: SHARES_PER_MINUTE },
      },
    ],
    dataFolder,
    ...(polw && { polw }),
    ...(payouts && { payouts }),
    http: { port: 0 },
    admin: false,
    stop: { closeOverMs: 0 },
  };
}

/**
 * `lesswork mine`
 * @module
 */
import { Command, Option } from 'commander';
import type { FullNodeOptions, PoolOptions } from '../miner/app.js';
import { type PoolEndpoint, parsePoolEndpoint } from '../miner/sources/pool-endpoint.js';
import { type GivenEndpoint, parseNodeEndpoint, withRestPort } from '../node/endpoint.js';
import {
  addMinerOptions,
  apiKeyOption,
  filePath,
  type MinerOptions,
  parseSince,
  refuseIdleThreads,
  restPortOption,
  usageError,
  wholeNumber,
} from './options.js';
import {
  POOL_LOGIN_SIDE,
  type PoolLoginOptions,
  poolLoginOf,
  poolLoginOptions,
  refuseStray,
} from './pool-login.js';

/** Options of work for full nodes. */
interface NodeSideOptions {
  readonly restPort: number;
  readonly apiKey: string | undefined;
  readonly polw: string | undefined;
  readonly polwData: string | undefined;
  readonly polwSince: number | undefined;
  readonly polwShift: number;
}

/** Options of work for pools. */
interface PoolSideOptions extends PoolLoginOptions {
  readonly allowRedirect: boolean;
}

interface MineOptions extends MinerOptions, NodeSideOptions, PoolSideOptions {
  readonly node?: readonly GivenEndpoint[];
  readonly pool?: readonly PoolEndpoint[];
}

/** What means nothing without `--node`. An option that is missing here does not compile. */
const NODE_SIDE: Readonly<Record<keyof NodeSideOptions, string>> = {
  restPort: '--rest-port',
  apiKey: '--api-key',
  polw: '--polw',
  polwData: '--polw-data',
  polwSince: '--polw-since',
  polwShift: '--polw-shift',
};

/** Most bits that a test network's threshold can be lowered by. */
const MOST_SHIFT_BITS = 54;

/** What means nothing without `--pool`. */
const POOL_SIDE: Readonly<Record<keyof PoolSideOptions, string>> = {
  ...POOL_LOGIN_SIDE,
  allowRedirect: '--allow-redirect',
};

const EXAMPLES = `
Examples:
  lesswork mine --node 127.0.0.1                      the full node on this machine
  lesswork mine --node 192.168.1.5 --node 127.0.0.1   the second one while the first is away
  lesswork mine --node a:10973,rest=12973 --node b:10974,rest=12974
                                                      each with the port of its REST API
  lesswork mine --node 127.0.0.1 --threads 2          two CPU threads
  lesswork mine --node 127.0.0.1 --polw authorizations.json
                                                      burns coins of one's own where Proof of Less Work asks for it
  lesswork mine --pool pool.example:20032 --user ADDRESS.rig1
  lesswork mine --pool stratum+ssl://pool.example:20033 --pool 192.168.1.5:20032 --user ADDRESS.rig1

A node needs alephium.mining.miner-addresses in its user.conf: four addresses, one a group. Rewards go there.
A pool pays the address in --user. Several pools: the first in order that is there, and back to it when it has been
well for a minute.
Keys on a terminal: h hashrate, p pause, r resume, q quit, ? lists them. Two signals within half a second are one;
a later second one ends at once.`;

const nodeOption = (): Option =>
  new Option(
    '--node <host[:port][,rest=port]>',
    "a full node's miner API; repeat it for more, in order of preference",
  ).argParser((text, all: GivenEndpoint[] = []) => [...all, usageError(parseNodeEndpoint)(text)]);

const poolOption = (): Option =>
  new Option(
    '-o, --pool <url>',
    "a pool's HOST:PORT, or stratum+tcp, +ssl, +ws or +wss://HOST:PORT; repeat it to add fallbacks",
  ).argParser((text, all: PoolEndpoint[] = []) => [...all, usageError(parsePoolEndpoint)(text)]);

/** What makes a miner burn coins of its own. */
function polwOptions(): Option[] {
  return [
    new Option(
      '--polw <file>',
      'authorizations of `lesswork polw authorize`: burn coins where Proof of Less Work asks for it; the node must hand out whole templates',
    ).argParser(filePath),
    new Option(
      '--polw-data <folder>',
      "where the fund is kept; a folder in the user's data folder by default",
    ).argParser(filePath),
    new Option(
      '--polw-since <time>',
      'where a fund that begins anew begins to read: before the first coins came; `genesis`, or a date (a day ago by default)',
    ).argParser(parseSince),
    new Option('--polw-shift <bits>', 'of a test network: by how much its threshold of 2^60 H/s is lowered')
      .argParser(wholeNumber(0, MOST_SHIFT_BITS))
      .default(0),
  ];
}

export function mineCommand(): Command {
  const command: Command = new Command('mine')
    .description('mine on the block templates of one or several full nodes, or for a pool')
    .addOption(nodeOption())
    .addOption(restPortOption())
    .addOption(apiKeyOption());
  for (const option of polwOptions()) command.addOption(option);
  command.addOption(poolOption());
  for (const option of poolLoginOptions()) command.addOption(option);
  command.addOption(
    new Option(
      '--allow-redirect',
      'follow a pool that sends this miner to another host (to the same host it is followed always)',
    ).default(false),
  );
  return addMinerOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (options: MineOptions) => {
      const { work, notices } = workOf(options, command);
      refuseIdleThreads(options.device, command);
      const devices = { devices: options.device, threads: options.threads };
      const { polw } = options;
      if (polw !== undefined && 'endpoints' in work) {
        const { minePolw } = await import('./mine-polw.js');
        await minePolw(work, devices, { ...options, polw }, options);
        return;
      }
      const { runMiner } = await import('./run-miner.js');
      await runMiner({ ...work, ...devices }, options, { withParent: false }, { notices });
    });
}

interface Work {
  readonly work: FullNodeOptions | PoolOptions;
  /** What should be told of the options. */
  readonly notices: readonly string[];
}

/** What to mine for. Ends with wrong usage unless the options agree. */
function workOf(options: MineOptions, command: Command): Work {
  const { node, pool } = options;
  if ((node === undefined) === (pool === undefined))
    return command.error(
      `error: expected either --node HOST or --pool HOST:PORT, got ${node === undefined ? 'neither' : 'both'}`,
    );
  if (node !== undefined) {
    refuseStrayPolw(options, command);
    refuseStray(POOL_SIDE, '--pool: a full node has its own settings', command);
    const endpoints = node.map((endpoint) => withRestPort(endpoint, options.restPort));
    return { work: { endpoints, apiKey: options.apiKey }, notices: [] };
  }
  refuseStray(NODE_SIDE, '--node: a pool has no REST API', command);
  const { tlsInsecure, allowRedirect } = options;
  const { login, notices } = poolLoginOf(options, command);
  return { work: { pools: pool!, login, tlsInsecure, allowRedirect }, notices };
}

/** Ends with wrong usage where something says how to burn, and nothing that it is done. */
function refuseStrayPolw({ polw }: MineOptions, command: Command): void {
  const { polwData, polwSince, polwShift } = NODE_SIDE;
  if (polw === undefined) refuseStray({ polwData, polwSince, polwShift }, '--polw', command);
}

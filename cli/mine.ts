/**
 * `lesswork mine`
 * @module
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import { API_PORT, EXPECTED_ORIGIN, isOrigin, parseApiPlace } from '../miner/api/api-options.js';
import { MAX_SHIFT_BITS, MINER_DEFAULTS } from '../miner/config/defaults.js';
import { type PoolEndpoint, parsePoolEndpoint } from '../miner/sources/pool-endpoint.js';
import { type GivenEndpoint, parseNodeEndpoint } from '../node/endpoint.js';
import { careOptions } from './care-options.js';
import type { MineOptions, NodeSideOptions, PoolSideOptions } from './mine-options.js';
import {
  addMinerOptions,
  apiKeyOption,
  filePath,
  logOptions,
  parseSince,
  refuseIdleThreads,
  restPortOption,
  usageError,
  wholeNumber,
} from './options.js';
import { POOL_LOGIN_SIDE, poolLoginOf, poolLoginOptions, refuseStray } from './pool-login.js';

/** What means nothing without `--node`. An option that is missing here does not compile. */
const NODE_SIDE: Readonly<Record<keyof NodeSideOptions, string>> = {
  restPort: '--rest-port',
  apiKey: '--api-key',
  polw: '--polw',
  polwData: '--polw-data',
  polwSince: '--polw-since',
  polwShift: '--polw-shift',
};

/** What means nothing without `--pool`. */
const POOL_SIDE: Readonly<Record<keyof PoolSideOptions, string>> = {
  ...POOL_LOGIN_SIDE,
  allowRedirect: '--allow-redirect',
  workLog: '--work-log',
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
  lesswork mine --pool pool.example:20032 --user ADDRESS.rig1 --write-config miner.json
                                                      writes what this command line means to a file
  lesswork mine --node 127.0.0.1 --log miner.log      with a log in a file, which is put aside when it is full
  lesswork mine --node 127.0.0.1 --temp-limit 80 --max-load 60% --schedule "Mon-Fri 22:00-06:00, Sat-Sun"
                                                      paused at 80 °C, busy for 60 % of the time, at night and weekends
  lesswork mine --node 127.0.0.1 --on-trouble exit --no-work-timeout 600
                                                      ends with exit code 42 in trouble, for what watches over a rig
  lesswork mine --node 127.0.0.1 --api 4067           and a page of the rig at http://127.0.0.1:4067/
  lesswork mine --config miner.json --threads 2       what the file says (docs/MINER-SETTINGS.md), with two threads

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
      .argParser(wholeNumber(0, MAX_SHIFT_BITS))
      .default(MINER_DEFAULTS.polwShift),
  ];
}

/** What lets others watch the miner, and steer it. */
function apiOptions(): Option[] {
  return [
    new Option(
      '--api <[host:]port>',
      `listen there for whoever watches this miner: a page, XMRig's API, Prometheus (docs/MINER-API.md); ${API_PORT} is usual`,
    ).argParser(usageError(parseApiPlace)),
    new Option(
      '--api-token-file <file>',
      'file with the token that requests must carry; or the environment variable LESSWORK_API_TOKEN. Without one nothing can be changed',
    ).argParser(filePath),
    new Option(
      '--api-origin <origin>',
      'a page of another host that may ask, such as https://dashboard.example; repeat it for more',
    ).argParser((text, all: string[] = []) => {
      if (isOrigin(text)) return [...all, text];
      throw new InvalidArgumentError(`${EXPECTED_ORIGIN}, got ${JSON.stringify(text)}`);
    }),
  ];
}

export function mineCommand(): Command {
  const command: Command = new Command('mine')
    .description('mine on the block templates of one or several full nodes, or for a pool')
    .addOption(
      new Option(
        '--config <file>',
        'settings, JSON: each option has its key; options beside it win over it',
      ).argParser(filePath),
    )
    .addOption(
      new Option(
        '--write-config <file>',
        'write what the command line means to a file for --config, for its owner alone, and end',
      ).argParser(filePath),
    )
    .addOption(new Option('--force', 'with --write-config: replace files that are there').default(false))
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
  command.addOption(
    new Option(
      '--work-log <folder>',
      'keep there what the pool has acknowledged, a file a day for 31 days, for `lesswork audit`',
    ).argParser(filePath),
  );
  for (const option of apiOptions()) command.addOption(option);
  addMinerOptions(command);
  for (const option of careOptions()) command.addOption(option);
  for (const option of logOptions()) command.addOption(option);
  return command.addHelpText('after', EXAMPLES).action(async (options: MineOptions) => {
    // With a file the whole is looked at, and its words name the keys of the file.
    if (options.config === undefined) refuseContradictions(options, command);
    refuseIdleThreads(options.device, command);
    if (options.force && options.writeConfig === undefined)
      command.error('error: --force is for --write-config');
    const { MineSettings } = await import('./mine-settings.js');
    const settings = new MineSettings(options, command);
    if (options.writeConfig === undefined) {
      const { mine } = await import('./run-mine.js');
      await mine(settings);
    } else {
      const { writeMineConfig } = await import('./write-mine-config.js');
      process.stdout.write(await writeMineConfig(settings, options.writeConfig, options.force));
    }
  });
}

/** Ends with wrong usage unless the options agree. */
function refuseContradictions(options: MineOptions, command: Command): void {
  const { node, pool, log, api, onTrouble } = options;
  if (onTrouble === 'restart')
    refuseStray({ maxRestarts: '--max-restarts' }, '--on-trouble exit, or run', command);
  if (log === undefined) refuseStray({ logSize: '--log-size', logFiles: '--log-files' }, '--log', command);
  if (api === undefined)
    refuseStray({ apiTokenFile: '--api-token-file', apiOrigin: '--api-origin' }, '--api', command);
  if ((node === undefined) === (pool === undefined))
    command.error(
      `error: expected either --node HOST or --pool HOST:PORT, got ${node === undefined ? 'neither' : 'both'}`,
    );
  if (node === undefined) {
    refuseStray(NODE_SIDE, '--node: a pool has no REST API', command);
    poolLoginOf(options, command);
  } else {
    refuseStrayPolw(options, command);
    refuseStray(POOL_SIDE, '--pool: a full node has its own settings', command);
  }
}

/** Ends with wrong usage where something says how to burn, and nothing that it is done. */
function refuseStrayPolw({ polw }: MineOptions, command: Command): void {
  const { polwData, polwSince, polwShift } = NODE_SIDE;
  if (polw === undefined) refuseStray({ polwData, polwSince, polwShift }, '--polw', command);
}

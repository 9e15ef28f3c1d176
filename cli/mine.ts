/**
 * `lesswork mine`
 * @module
 */
import { Command, Option } from 'commander';
import type { FullNodeOptions, PoolOptions } from '../miner/app.js';
import { type PoolEndpoint, parsePoolEndpoint } from '../miner/sources/pool-endpoint.js';
import { type GivenEndpoint, parseNodeEndpoint, withRestPort } from '../node/endpoint.js';
import { addMinerOptions, apiKeyOption, type MinerOptions, restPortOption, usageError } from './options.js';
import { packageVersion } from './package-version.js';
import { parseAccountUser, parsePoolUser } from './pool-user.js';

interface MineOptions extends MinerOptions {
  readonly node?: readonly GivenEndpoint[];
  readonly restPort: number;
  readonly apiKey: string | undefined;
  readonly pool?: readonly PoolEndpoint[];
  readonly user?: string;
  readonly pass: string;
  readonly anyUser: boolean;
  readonly tlsInsecure: boolean;
  readonly allowRedirect: boolean;
}

const EXAMPLES = `
Examples:
  lesswork mine --node 127.0.0.1                      the full node on this machine
  lesswork mine --node 192.168.1.5 --node 127.0.0.1   the second one while the first is away
  lesswork mine --node a:10973,rest=12973 --node b:10974,rest=12974
                                                      each with the port of its REST API
  lesswork mine --node 127.0.0.1 --threads 2          two CPU threads
  lesswork mine --pool pool.example:20032 --user ADDRESS.rig1
  lesswork mine --pool stratum+ssl://pool.example:20033 --pool 192.168.1.5:20032 --user ADDRESS.rig1

A node needs alephium.mining.miner-addresses in its user.conf: four addresses, one a group. Rewards go there.
A pool pays the address in --user. Several pools: the first in order that is there, and back to it when it has been
well for a minute.
Keys on a terminal: h hashrate, p pause, r resume, q quit.`;

const nodeOption = (): Option =>
  new Option(
    '--node <host[:port][,rest=port]>',
    "a full node's miner API; repeat it for more, in order of preference",
  ).argParser((text, all: GivenEndpoint[] = []) => [...all, usageError(parseNodeEndpoint)(text)]);

const poolOption = (): Option =>
  new Option(
    '--pool <url>',
    "a pool's HOST:PORT, or stratum+tcp, +ssl, +ws or +wss://HOST:PORT; repeat it for more, in order of preference",
  ).argParser((text, all: PoolEndpoint[] = []) => [...all, usageError(parsePoolEndpoint)(text)]);

export function mineCommand(): Command {
  const command: Command = new Command('mine')
    .description('mine on the block templates of one or several full nodes, or for a pool')
    .addOption(nodeOption())
    .addOption(restPortOption())
    .addOption(apiKeyOption())
    .addOption(poolOption())
    .addOption(new Option('--user <address.worker>', 'who mines: the address that the pool pays, and a name'))
    .addOption(
      new Option('--pass <text>', 'password for the pool; some take settings here: d=64').default('x'),
    )
    .addOption(
      new Option('--any-user', 'the pool knows accounts: --user need not begin with an address').default(
        false,
      ),
    )
    .addOption(
      new Option(
        '--tls-insecure',
        "take any certificate of a pool's: whoever is between here and there can take the work and its pay",
      ).default(false),
    )
    .addOption(
      new Option(
        '--allow-redirect',
        'follow a pool that sends this miner to another host (to the same host it is followed always)',
      ).default(false),
    );
  return addMinerOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (options: MineOptions) => {
      const work = workOf(options, command);
      const { runMiner } = await import('./run-miner.js');
      await runMiner({ ...work, devices: options.device, threads: options.threads }, options, {
        withParent: false,
      });
    });
}

/** What to mine for. Ends with wrong usage unless the options agree. */
function workOf(options: MineOptions, command: Command): FullNodeOptions | PoolOptions {
  const { node, pool } = options;
  if ((node === undefined) === (pool === undefined))
    return command.error(
      `error: expected either --node HOST or --pool HOST:PORT, got ${node === undefined ? 'neither' : 'both'}`,
    );
  if (node !== undefined) {
    const stray = ['user', 'pass', 'anyUser', 'tlsInsecure', 'allowRedirect'].find(
      (name) => command.getOptionValueSource(name) === 'cli',
    );
    if (stray !== undefined)
      return command.error(`error: --${kebab(stray)} is for --pool: a full node has its own settings`);
    const endpoints = node.map((endpoint) => withRestPort(endpoint, options.restPort));
    return { endpoints, apiKey: options.apiKey };
  }
  if (options.user === undefined)
    return command.error('error: --pool expected --user ADDRESS or ADDRESS.WORKER beside it, got none');
  const { pass: password, tlsInsecure, allowRedirect } = options;
  const user = checkUser(options.user, options.anyUser, command);
  const login = { user, password, agent: `lesswork/${packageVersion()}` };
  return { pools: pool!, login, tlsInsecure, allowRedirect };
}

function checkUser(text: string, anyUser: boolean, command: Command): string {
  try {
    return anyUser ? parseAccountUser(text) : parsePoolUser(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const hint = anyUser ? '' : ' (--any-user: the pool keeps accounts of its own)';
    return command.error(`error: ${error.message}${hint}`);
  }
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

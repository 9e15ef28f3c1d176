/**
 * `lesswork mine`
 * @module
 */
import { Command, Option } from 'commander';
import type { DeviceChoice } from '../miner/device-choice.js';
import type { NodeEndpoint } from '../node/endpoint.js';
import { parseNodeEndpoint } from '../node/endpoint.js';
import {
  apiKeyOption,
  deviceOption,
  jsonOption,
  logLevelOption,
  type OutputOptions,
  quietOption,
  restPortOption,
  threadsOption,
  usageError,
} from './options.js';

interface MineOptions extends OutputOptions {
  readonly node: readonly NodeEndpoint[];
  readonly restPort: number;
  readonly device: DeviceChoice;
  readonly threads: number;
  readonly apiKey: string | undefined;
}

const EXAMPLES = `
Examples:
  lesswork mine --node 127.0.0.1                      the full node on this machine
  lesswork mine --node 192.168.1.5 --node 127.0.0.1   the second one while the first is away
  lesswork mine --node 127.0.0.1 --threads 2          two CPU threads

The node needs alephium.mining.miner-addresses in its user.conf: four addresses, one a group. Rewards go there.
Keys on a terminal: h hashrate, p pause, r resume, q quit.`;

export function mineCommand(): Command {
  return new Command('mine')
    .description('mine on the block templates of one or several full nodes')
    .addOption(
      new Option(
        '--node <host[:port]>',
        "a full node's miner API; repeat it for more, in order of preference",
      )
        .argParser((text, all: NodeEndpoint[] = []) => [...all, usageError(parseNodeEndpoint)(text)])
        .makeOptionMandatory(),
    )
    .addOption(restPortOption())
    .addOption(apiKeyOption())
    .addOption(deviceOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .addOption(logLevelOption())
    .addHelpText('after', EXAMPLES)
    .action(async (options: MineOptions) => {
      const { runMiner } = await import('./run-miner.js');
      await runMiner(
        {
          endpoints: options.node.map((endpoint) => ({ ...endpoint, restPort: options.restPort })),
          apiKey: options.apiKey,
          devices: options.device,
          threads: options.threads,
        },
        options,
        { withParent: false },
      );
    });
}

/**
 * `lesswork audit`
 * @module
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import { parseNodeEndpoint } from '../node/endpoint.js';
import { type Address, parseAddress } from '../protocol/address.js';
import { parseApiUrl } from './audit-source.js';
import {
  apiKeyOption,
  filePath,
  jsonOption,
  parseSince,
  restPortOption,
  usageError,
  wholeNumber,
} from './options.js';
import { refuseStray } from './pool-login.js';
import type { AuditOptions } from './run-audit.js';
import { parseDuration } from './units.js';

/** Most bits that a test network's threshold can be lowered by. */
const MOST_SHIFT_BITS = 54;

const EXAMPLES = `
Examples:
  lesswork audit --pool http://pool.example:8080 --address ADDRESS
                                                 do sums, shares and credits fit together
  lesswork audit --pool http://pool.example:8080 --address ADDRESS --log work
                                                 and does all count that the pool has acknowledged (mine --work-log work)
  lesswork audit --pool http://pool.example:8080 --address ADDRESS --log work --node 127.0.0.1 --heads heads.json
                                                 and is it what blocks really brought, is none left out, and is the past as it was

Give --log for each rig that mines for the address. Ends with 0 if the pool is right as far as this can tell, with 1 if it is not, with
2 if that can't be told. docs/AUDIT.md says what is proved, and what is not.`;

/** What means nothing without a node. */
const NODE_SIDE = {
  restPort: '--rest-port',
  late: '--late',
  search: '--search',
  polwShift: '--polw-shift',
};

/** What means nothing without a log. */
const LOG_SIDE = { stratum: '--stratum', clockTolerance: '--clock-tolerance' };

export function auditCommand(): Command {
  const command: Command = new Command('audit')
    .description('check what a lesswork pool credits an address: its work, its blocks, its sums')
    .addOption(
      new Option('--pool <url>', "the pool's API, such as http://pool.example:8080")
        .argParser(usageError(parseApiUrl))
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--address <address>', 'the address that mines there')
        .argParser(addressOf)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--pool-id <id>', 'id of the pool; that of the only one there is').argParser(poolIdOf),
    )
    .addOption(
      new Option('--log <path>', 'folder or file of mine --work-log; repeat it for each rig').argParser(
        (text, all: string[] = []) => [...all, filePath(text)],
      ),
    )
    .addOption(
      new Option(
        '--stratum <host:port>',
        "the pool's name in the log, where the log has several; repeat it",
      ).argParser((text, all: string[] = []) => [...all, text]),
    )
    .addOption(
      new Option('--clock-tolerance <time>', "most by which the miner's clock and the pool's differ")
        .argParser(usageError(parseDuration))
        .default(5_000, '5s'),
    )
    .addOption(
      new Option(
        '--node <host[:port][,rest=port]>',
        'a full node of your own, which is asked what blocks brought',
      ).argParser(usageError(parseNodeEndpoint)),
    )
    .addOption(restPortOption())
    .addOption(apiKeyOption())
    .addOption(
      new Option('--late <time>', 'time after which a reward that can be spent must be shared out')
        .argParser(usageError(parseDuration))
        .default(7_200_000, '2h'),
    )
    .addOption(
      new Option(
        '--search <time>',
        'how much of the chains is searched for blocks that are left out, the newest',
      )
        .argParser(usageError(parseDuration))
        .default(Number.POSITIVE_INFINITY, 'all of the time that is looked at'),
    )
    .addOption(
      new Option(
        '--since <time>',
        'first settlement runs to look at; `genesis`, or a date (a day ago by default)',
      ).argParser(parseSince),
    )
    .addOption(
      new Option(
        '--heads <file>',
        'where the newest head of the chain of runs is remembered: the next audit checks that the past is as it was',
      ).argParser(filePath),
    )
    .addOption(
      new Option('--polw-shift <bits>', 'of a test network: by how much its threshold of 2^60 H/s is lowered')
        .argParser(wholeNumber(0, MOST_SHIFT_BITS))
        .default(0),
    )
    .addOption(jsonOption());
  return command.addHelpText('after', EXAMPLES).action(async (options: AuditOptions) => {
    if (options.node === undefined) refuseStray(NODE_SIDE, '--node', command);
    if (options.log === undefined) refuseStray(LOG_SIDE, '--log', command);
    const { runAudit } = await import('./run-audit.js');
    process.exitCode = await runAudit(options);
  });
}

function addressOf(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined)
    throw new InvalidArgumentError(`expected an Alephium address, got ${JSON.stringify(text.slice(0, 80))}`);
  return address;
}

function poolIdOf(text: string): string {
  if (/^[a-z0-9-]{1,32}$/.test(text)) return text;
  throw new InvalidArgumentError(`expected 1 to 32 of a-z 0-9 -, got ${JSON.stringify(text.slice(0, 80))}`);
}

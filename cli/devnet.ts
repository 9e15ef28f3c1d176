/**
 * `lesswork devnet`
 * @module
 */
import { Command, Option } from 'commander';
import { MINER_API_PORT, REST_PORT } from '../node/endpoint.js';
import { type DevnetPolwOptions, devnetPolwOf, SUPPORT_KINDS } from './devnet-polw.js';
import { filePath, jsonOption, quietOption, usageError, wholeNumber } from './options.js';
import { parseDuration, parseHashrate } from './units.js';

/** What the command line says. */
interface DevnetCommandOptions extends DevnetPolwOptions {
  readonly rate: number;
  readonly others: number;
  readonly othersLatency: number;
  readonly blockTime: number;
  readonly retarget: boolean;
  readonly moveDeps: boolean | undefined;
  readonly depGap: number | undefined;
  readonly seed: number;
  readonly minerAddress: readonly string[] | undefined;
  readonly apiKey: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly restPort: number;
  readonly facePort: readonly number[] | undefined;
  readonly controlPort: number | undefined;
  readonly coins: boolean | undefined;
  readonly lock: number | undefined;
  readonly state: string | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
}

const EXAMPLES = `
Examples:
  lesswork devnet --rate 5MH/s                      for miners that make 5 MH/s together
  lesswork devnet --rate 5MH/s --others 1MH/s       with competition: side blocks and uncles
  lesswork devnet --rate 100kH/s --block-time 2s    a quick one, for a slow machine
  lesswork devnet --control-port 10970 --json       for a test: JSON lines, and a port to make things happen
  lesswork devnet --state devnet.json               goes on where it was stopped
  lesswork devnet --coins --lock 20s --block-time 4s
                                                    for payments: blocks pay coins that soon can be spent
  lesswork devnet --rate 8MH/s --polw --support full
                                                    twice the threshold of Proof of Less Work: blocks burn coins

Then: lesswork mine --node 127.0.0.1
The proof of work is real. Blocks pay addresses that nobody has the keys of, unless --miner-address says others.
With a control port: curl -d '{"chain":"0-1"}' http://127.0.0.1:10970/mine`;

const port = (): ((text: string) => number) => wholeNumber(0, 65535);

export function devnetCommand(): Command {
  const command = new Command('devnet')
    .description('a simulated full node (miner API and REST) to try and test miners and pools on')
    .addOption(
      new Option('--rate <rate>', 'hash rate of all miners, that the first targets are made for')
        .default(1_000_000, '1MH/s')
        .argParser(usageError(parseHashrate)),
    )
    .addOption(
      new Option('--block-time <duration>', 'target block time of each of the 16 chains')
        .default(8_000, '8s')
        .argParser(usageError(parseDuration)),
    )
    .addOption(
      new Option('--others <rate>', 'hash rate of competing miners, really hashed in this process')
        .default(0, 'none')
        .argParser(usageError(parseHashrate)),
    )
    .addOption(
      new Option('--others-latency <duration>', 'how much later competing miners hear of a block')
        .default(100, '100ms')
        .argParser(usageError(parseDuration)),
    )
    .option('--no-retarget', 'targets stay, whatever the miners make')
    .option('--move-deps', 'a refreshed template has the newest blocks of the other chains as deps')
    .addOption(
      new Option(
        '--dep-gap <duration>',
        'how much older than its template the deps of a block are; 4s on mainnet; implies --move-deps',
      ).argParser(usageError(parseDuration)),
    )
    .option('--coins', 'keep coins: what blocks pay can be spent by transfers')
    .addOption(
      new Option(
        '--lock <duration>',
        'how long what a block pays is locked that burns nothing; 10m by default, 500m with network ID 0; implies --coins',
      )
        .argParser(usageError(parseDuration))
        .implies({ coins: true }),
    )
    .option('--polw', 'keep coins, and ask chains beyond the threshold to burn some: Proof of Less Work')
    .addOption(
      new Option('--shift <bits>', 'by how much the threshold of 2^60 H/s is lowered; implies --polw')
        .default(38)
        .argParser(wholeNumber(0, 54))
        .implies({ polw: true }),
    )
    .addOption(
      new Option(
        '--support <kind>',
        'templates that must burn: none, whole ones, or made by the node; implies --polw',
      )
        .choices(SUPPORT_KINDS)
        .default('stock')
        .implies({ polw: true }),
    )
    .addOption(
      new Option('--authorizations <file>', 'whose coins a node burns that makes such templates').argParser(
        usageError(filePath),
      ),
    )
    .addOption(
      new Option('--seed <n>', 'the same seed gives the same addresses and nonces')
        .default(1)
        .argParser(wholeNumber(0, Number.MAX_SAFE_INTEGER)),
    )
    .addOption(
      new Option('--network-id <n>', '1 testnet, 4 devnet; coinbases of 0 are locked as on mainnet')
        .default(4)
        .argParser(wholeNumber(0, 255)),
    )
    .addOption(
      new Option(
        '--miner-address <address>',
        'reward address; four of them, for groups 0, 1, 2, 3',
      ).argParser((text: string, all: readonly string[] = []) => [...all, text]),
    )
    .addOption(new Option('--host <address>', 'address to listen on').default('127.0.0.1'))
    .addOption(
      new Option('--port <port>', 'port of the miner API; 0 takes a free one')
        .default(MINER_API_PORT)
        .argParser(port()),
    )
    .addOption(
      new Option('--rest-port <port>', 'port of the REST API; 0 takes a free one')
        .default(REST_PORT)
        .argParser(port()),
    )
    .addOption(
      new Option(
        '--face-port <port>',
        'port of a further REST API, whose view the control port can let lag; up to 8 of them',
      ).argParser((text: string, all: readonly number[] = []) => [...all, port()(text)]),
    )
    .addOption(
      new Option(
        '--control-port <port>',
        'port to make things happen, on 127.0.0.1 only; none by default',
      ).argParser(port()),
    )
    .addOption(
      new Option('--api-key <key>', 'key that REST requests must carry').env('LESSWORK_NODE_API_KEY'),
    )
    .addOption(new Option('--state <file>', 'keep the blocks in a file between runs'))
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', EXAMPLES);
  return command.action(async (options: DevnetCommandOptions) => {
    const { runDevnet } = await import('./run-devnet.js');
    try {
      const polw = await devnetPolwOf(options);
      await runDevnet({ ...devnetOptionsOf(options), ...(polw && { polw }) }, options);
    } catch (error) {
      if (error instanceof RangeError) command.error(`error: ${error.message}`, { exitCode: 2 });
      throw error;
    }
  });
}

function devnetOptionsOf(options: DevnetCommandOptions) {
  const { rate, others, retarget, seed, networkId, host, restPort } = options;
  return {
    rate,
    others,
    retarget,
    seed,
    networkId,
    host,
    restPort,
    minerApiPort: options.port,
    blockTimeMs: options.blockTime,
    othersLatencyMs: options.othersLatency,
    moveDepsOnRefresh: options.moveDeps ?? false,
    depGapMs: options.depGap ?? 0,
    ...(options.facePort === undefined ? {} : { facePorts: options.facePort }),
    ...(options.controlPort === undefined ? {} : { controlPort: options.controlPort }),
    ...(options.minerAddress === undefined ? {} : { minerAddresses: options.minerAddress }),
    ...(options.apiKey === undefined ? {} : { apiKey: options.apiKey }),
    ...(options.coins === undefined ? {} : { coins: true as const }),
    ...(options.lock === undefined ? {} : { lockMs: options.lock }),
    ...(options.state === undefined ? {} : { statePath: options.state }),
  };
}

/**
 * The bench's command line.
 * @module
 */
import { Command, InvalidArgumentError, Option } from 'commander';
import { GROUPS, SCENARIOS } from './scenarios.js';

/** What to measure. */
export interface PoolLoadOptions {
  readonly target: 'bare' | 'lesswork' | 'both';
  /** A server that runs already: it must use the stub node at `nodePort`. */
  readonly connect?: { readonly host: string; readonly port: number; readonly pid?: number };
  readonly scenario: readonly string[];
  readonly connections?: number;
  readonly processes?: number;
  readonly rate?: number;
  readonly inFlight?: number;
  readonly coalesce: boolean;
  readonly seconds: number;
  readonly warmup: number;
  readonly repeat: number;
  readonly jobInterval: number;
  /** Whether a scenario runs at the same time as the one that it is held against. */
  readonly together: boolean;
  readonly store: 'embedded' | 'redis';
  readonly workers?: number;
  readonly nodePort: number;
  readonly nodeRestPort: number;
  readonly cpuProf?: string;
  readonly json: boolean;
}

/** What the command line asks for. */
export type Asked =
  | { readonly kind: 'measure'; readonly options: PoolLoadOptions }
  | { readonly kind: 'compare'; readonly files: readonly [string, string] };

/** Reads the arguments; ends the process with a message where they are wrong. @param argv - without Node.js and script */
export function parseArguments(argv: readonly string[]): Asked {
  let asked: Asked | undefined;
  const names = SCENARIOS.map(({ name }) => name);
  const program = new Command('pool-load')
    .description("Puts a stratum server under load, and the bench's own bare server beside it")
    .addOption(
      new Option('--target <server>', 'what to measure')
        .choices(['bare', 'lesswork', 'both'])
        .default('both'),
    )
    .option(
      '--connect <host:port>',
      'a server that runs already, on the stub node at --node-port',
      parseHostPort,
    )
    .option('--pid <pid>', 'process of --connect, for CPU time and memory', integer(1))
    .option(
      '--scenario <names>',
      `some of ${[...names, ...Object.keys(GROUPS)].join(', ')}, or all`,
      (text: string) => parseScenarios(text, names),
      names.filter((name) => !Object.values(GROUPS).flat().includes(name)),
    )
    .option('--connections <number>', "instead of the scenario's", integer(1))
    .option('--processes <number>', 'that play the miners', integer(1))
    .option('--rate <number>', 'shares a second of the scenarios offered, workers and logins', integer(1))
    .option('--in-flight <number>', 'submits of a miner', integer(1, 64))
    .option('--coalesce', 'submits that answers make room for leave in one write, not one by one', false)
    .option('--seconds <number>', 'that are measured', integer(1), 15)
    .option('--warmup <seconds>', 'before', integer(0), 5)
    .option('--repeat <number>', 'of every scenario and server, by turns', integer(1), 3)
    .option('--job-interval <ms>', 'between new parents', integer(10), 500)
    .option(
      '--together',
      'polw and settlement: with and without at the same time, where the machine has much else to do',
      false,
    )
    .addOption(
      new Option('--store <kind>', "of lesswork's").choices(['embedded', 'redis']).default('embedded'),
    )
    .option('--workers <number>', "of lesswork's", integer(1))
    .option('--node-port <port>', 'of the stub node; 0 takes a free one', integer(0, 65_535), 0)
    .option('--node-rest-port <port>', 'of its REST API', integer(0, 65_535), 0)
    .option('--cpu-prof <folder>', 'keeps a CPU profile of each server there')
    .option('--json', 'prints the run as JSON', false)
    .action(({ pid, ...options }: PoolLoadOptions & { pid?: number }) => {
      if (options.together && (options.connect !== undefined || options.nodePort + options.nodeRestPort > 0))
        program.error('error: "--together" expected neither "--connect" nor a node\'s port: two servers run');
      const connect = options.connect && { ...options.connect, ...(pid === undefined ? {} : { pid }) };
      asked = { kind: 'measure', options: { ...options, ...(connect ? { connect } : {}) } };
    });
  program
    .command('compare <a> <b>')
    .description('shows two runs side by side')
    .action((a: string, b: string) => {
      asked = { kind: 'compare', files: [a, b] };
    });
  program.parse(argv, { from: 'user' });
  return asked!;
}

function integer(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max)
      throw new InvalidArgumentError(`expected a whole number from ${min} on`);
    return value;
  };
}

function parseHostPort(text: string): { host: string; port: number } {
  const match = /^([^:\s]+):(\d{1,5})$/.exec(text);
  if (!match) throw new InvalidArgumentError('expected HOST:PORT');
  return { host: match[1]!, port: Number(match[2]) };
}

function parseScenarios(text: string, names: readonly string[]): readonly string[] {
  if (text === 'all') return names;
  const wanted = text.split(',').flatMap((name) => GROUPS[name] ?? [name]);
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`"${unknown}" is none of ${names.join(', ')}, all`);
  return wanted;
}

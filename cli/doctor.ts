/**
 * `lesswork doctor`
 * @module
 */
import { Command, Option } from 'commander';
import type { Check } from '../miner/check.js';
import type { DoctorOptions } from '../miner/doctor.js';
import { type PoolEndpoint, parsePoolEndpoint } from '../miner/sources/pool-endpoint.js';
import { type GivenEndpoint, parseNodeEndpoint, withRestPort } from '../node/endpoint.js';
import { apiKeyOption, jsonOption, restPortOption, usageError } from './options.js';
import {
  POOL_LOGIN_SIDE,
  type PoolLoginOptions,
  poolLoginOf,
  poolLoginOptions,
  refuseStray,
} from './pool-login.js';

interface DoctorCommandOptions extends PoolLoginOptions {
  readonly node?: GivenEndpoint;
  readonly restPort: number;
  readonly apiKey: string | undefined;
  readonly pool?: PoolEndpoint;
  readonly json: boolean;
}

const EXAMPLES = `
Examples:
  lesswork doctor                       this machine, and a full node if there is one on it
  lesswork doctor --node 192.168.1.5    this machine, and a full node elsewhere
  lesswork doctor --pool pool.example:20032 --user ADDRESS.rig1
                                        this machine, and a pool: connection, login, first job

Ends with 1 if something is missing that mining can't do without. A pool has a check of its own, of its configuration, store, nodes
and payouts: lesswork pool check; what its payments wait for: lesswork payer status.`;

const TIMEOUT_MS = 5_000;

const SIGNS: Readonly<Record<Check['outcome'], string>> = {
  ok: 'ok     ',
  warn: 'missing',
  failed: 'FAILED ',
};

export function doctorCommand(): Command {
  const command: Command = new Command('doctor')
    .description('what is missing, and how to get it')
    .addOption(
      new Option(
        '--node <host[:port][,rest=port]>',
        'the full node to look at; without --node or --pool one on this machine, if there is one',
      ).argParser(usageError(parseNodeEndpoint)),
    )
    .addOption(restPortOption())
    .addOption(apiKeyOption())
    .addOption(
      new Option('-o, --pool <url>', 'the pool to try, as mine has it').argParser(
        usageError(parsePoolEndpoint),
      ),
    );
  for (const option of poolLoginOptions()) command.addOption(option);
  return command
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(async (options: DoctorCommandOptions) => {
      const { pool, notices } = poolOf(options, command);
      const { examine } = await import('../miner/doctor.js');
      for (const notice of notices) process.stderr.write(`lesswork: ${notice}\n`);
      const checks = await examine({ node: nodeOf(options), pool });
      for (const check of checks)
        process.stdout.write(
          options.json ? `${JSON.stringify({ type: 'check', ...check })}\n` : describe(check),
        );
      if (checks.some((check) => check.outcome === 'failed')) process.exitCode = 1;
    });
}

function nodeOf({ node, pool, restPort, apiKey }: DoctorCommandOptions): DoctorOptions['node'] {
  if (node === undefined && pool !== undefined) return undefined;
  const endpoint = withRestPort(node ?? parseNodeEndpoint('127.0.0.1'), restPort);
  return { endpoint, apiKey, timeoutMs: TIMEOUT_MS, needed: node !== undefined };
}

/** Ends with wrong usage unless the options agree. */
function poolOf(
  options: DoctorCommandOptions,
  command: Command,
): { readonly pool: DoctorOptions['pool']; readonly notices: readonly string[] } {
  const { pool: endpoint, tlsInsecure } = options;
  if (endpoint === undefined) {
    refuseStray(POOL_LOGIN_SIDE, '--pool', command);
    return { pool: undefined, notices: [] };
  }
  const { login, notices } = poolLoginOf(options, command);
  return { pool: { endpoint, login, tlsInsecure, timeoutMs: TIMEOUT_MS }, notices };
}

function describe({ name, outcome, detail, remedy }: Check): string {
  return `${SIGNS[outcome]}  ${name}: ${detail}\n${remedy === undefined ? '' : `           ${remedy}\n`}`;
}

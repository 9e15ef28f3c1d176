/**
 * `lesswork doctor`
 * @module
 */
import { Command, Option } from 'commander';
import type { Check } from '../miner/doctor.js';
import { type GivenEndpoint, parseNodeEndpoint, withRestPort } from '../node/endpoint.js';
import { apiKeyOption, jsonOption, restPortOption, usageError } from './options.js';

interface DoctorCommandOptions {
  readonly node: GivenEndpoint;
  readonly restPort: number;
  readonly apiKey: string | undefined;
  readonly json: boolean;
}

const EXAMPLES = `
Examples:
  lesswork doctor                       this machine, and a full node on it
  lesswork doctor --node 192.168.1.5    this machine, and a full node elsewhere

Ends with 1 if something is missing that mining can't do without.`;

const TIMEOUT_MS = 5_000;

const SIGNS: Readonly<Record<Check['outcome'], string>> = {
  ok: 'ok     ',
  warn: 'missing',
  failed: 'FAILED ',
};

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('what is missing, and how to get it')
    .addOption(
      new Option('--node <host[:port][,rest=port]>', 'the full node to look at')
        .default(parseNodeEndpoint('127.0.0.1'), '127.0.0.1:10973')
        .argParser(usageError((text) => parseNodeEndpoint(text))),
    )
    .addOption(restPortOption())
    .addOption(apiKeyOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(async (options: DoctorCommandOptions) => {
      const { examine } = await import('../miner/doctor.js');
      const endpoint = withRestPort(options.node, options.restPort);
      const checks = await examine({ endpoint, apiKey: options.apiKey, timeoutMs: TIMEOUT_MS });
      for (const check of checks)
        process.stdout.write(
          options.json ? `${JSON.stringify({ type: 'check', ...check })}\n` : describe(check),
        );
      if (checks.some((check) => check.outcome === 'failed')) process.exitCode = 1;
    });
}

function describe({ name, outcome, detail, remedy }: Check): string {
  return `${SIGNS[outcome]}  ${name}: ${detail}\n${remedy === undefined ? '' : `           ${remedy}\n`}`;
}

/**
 * `lesswork pool check`: all findings on stdout, and the exit code that follows from them.
 * @module
 */
import { checkPool } from '../pool/check/check-pool.js';
import { judgeProblems } from '../pool/check/check-settings.js';
import type { Finding, FindingOutcome } from '../pool/check/finding.js';
import { PoolConfigError, parsePoolConfig } from '../pool/config/pool-config.js';
import { counted } from '../protocol/quantity-text.js';
import { systemSources } from '../settings/sources.js';
import { readConfigFile } from './run-pool.js';

export interface PoolCheckRunOptions {
  /** Path of the configuration; undefined for all defaults. */
  readonly config: string | undefined;
  /** Processes that are to share the miners. */
  readonly workers: number;
  /** Undefined if there is none. */
  readonly logFile: string | undefined;
  /** One JSON object instead of lines. */
  readonly json: boolean;
}

const SIGNS: Readonly<Record<FindingOutcome, string>> = {
  ok: 'ok     ',
  warning: 'warning',
  failed: 'FAILED ',
};

/** Looks, tells, and sets the exit code. @throws PoolConfigError if the file of the configuration can't be read */
export async function runPoolCheck(options: PoolCheckRunOptions): Promise<void> {
  const findings = await findingsOf(options);
  const outcome = findings.some((finding) => finding.outcome === 'failed') ? 'failed' : 'ok';
  if (options.json)
    process.stdout.write(`${JSON.stringify({ type: 'check', outcome, ...countsOf(findings), findings })}\n`);
  else {
    for (const finding of findings) process.stdout.write(describeFinding(finding));
    const { ok, warnings, failures } = countsOf(findings);
    process.stdout.write(`${ok} ok, ${counted(warnings, 'warning')}, ${failures} failed\n`);
  }
  if (outcome === 'failed') process.exitCode = 1;
}

async function findingsOf({ config: path, workers, logFile }: PoolCheckRunOptions): Promise<Finding[]> {
  const text = path === undefined ? '{}' : readConfigFile(path);
  let config: ReturnType<typeof parsePoolConfig>;
  try {
    config = parsePoolConfig(text, systemSources(process.env, path));
  } catch (error) {
    if (error instanceof PoolConfigError) return judgeProblems(error.problems);
    throw error;
  }
  return checkPool(config, { workers, logFile, now: Date.now });
}

function countsOf(findings: readonly Finding[]) {
  const count = (outcome: FindingOutcome): number => findings.filter((one) => one.outcome === outcome).length;
  return { ok: count('ok'), warnings: count('warning'), failures: count('failed') };
}

/** One line, whatever other programs put into their words. */
function describeFinding({ setting, outcome, met, remedy }: Finding): string {
  const words = `${setting}: ${met}${remedy === undefined ? '' : `: ${remedy}`}`;
  return `${SIGNS[outcome]}  ${words.replace(/\s+/g, ' ')}\n`;
}

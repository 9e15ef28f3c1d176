/**
 * A pool on the command line: its configuration, its log, signals, and its end.
 * @module
 */
import { readFileSync } from 'node:fs';
import { type PoolApp, startPool } from '../pool/app.js';
import { defaultPoolConfig, type PoolConfig, parsePoolConfig } from '../pool/config/pool-config.js';
import { systemSources } from '../pool/config/sources.js';
import { createPoolLog } from '../pool/report/pool-log.js';
import type { OutputOptions } from './options.js';
import { packageVersion } from './package-version.js';
import { watchParent } from './parent-watch.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** How often a line says where the pool stands, ms. */
const STATUS_MS = 60_000;

/**
 * A configuration from a file, or the defaults.
 * @throws PoolConfigError with all problems
 */
export function readPoolConfig(path: string | undefined): PoolConfig {
  const sources = systemSources(process.env, path);
  return path === undefined
    ? defaultPoolConfig(sources)
    : parsePoolConfig(readFileSync(path, 'utf8'), sources);
}

/** Runs a pool until a signal ends it; a second one does so at once. */
export async function runPool(
  configPath: string | undefined,
  output: OutputOptions,
  { withParent }: { readonly withParent: boolean },
): Promise<void> {
  const config = readPoolConfig(configPath);
  const level = output.quiet && output.logLevel !== 'error' ? 'warn' : output.logLevel;
  const log = createPoolLog(process.stdout, { json: output.json, level });
  const app = await startPool(config, { onEvent: (event) => log.event(event), version: packageVersion() });
  const timer = setInterval(() => log.status(app.status()), STATUS_MS);
  const reload = (): void => app.reload();
  process.on('SIGHUP', reload);
  const failure = await Promise.race([untilSignal(withParent), app.failure]);
  process.off('SIGHUP', reload);
  clearInterval(timer);
  log.stopping(config.stop.closeOverMs);
  await closeOrSignal(app);
  if (failure !== undefined) throw failure;
}

function untilSignal(withParent: boolean): Promise<undefined> {
  return new Promise((resolve) => {
    const end = (): void => {
      for (const signal of SIGNALS) process.off(signal, end);
      stopWatch();
      resolve(undefined);
    };
    for (const signal of SIGNALS) process.on(signal, end);
    const stopWatch = withParent ? watchParent(end) : () => {};
  });
}

/** Ends in good order, unless somebody can't wait. */
async function closeOrSignal(app: PoolApp): Promise<void> {
  const impatient = (): never => process.exit(1);
  for (const signal of SIGNALS) process.on(signal, impatient);
  await app.close();
  for (const signal of SIGNALS) process.off(signal, impatient);
}

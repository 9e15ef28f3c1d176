/**
 * Options that say who mines at a pool: the same for all commands that go to one.
 * @module
 */
import { type Command, Option } from 'commander';
import { MINER_DEFAULTS } from '../miner/config/defaults.js';
import { type PoolUser, parseAccountUser, parsePoolUser } from '../miner/config/pool-user.js';
import type { PoolLogin } from '../miner/sources/stratum-client.js';
import { packageVersion } from './package-version.js';

export interface PoolLoginOptions {
  readonly user?: string;
  readonly pass: string;
  readonly anyUser: boolean;
  readonly tlsInsecure: boolean;
}

/** What means nothing without `--pool`. An option that is missing here does not compile. */
export const POOL_LOGIN_SIDE: Readonly<Record<keyof PoolLoginOptions, string>> = {
  user: '--user',
  pass: '--pass',
  anyUser: '--any-user',
  tlsInsecure: '--tls-insecure',
};

/** The options of `PoolLoginOptions`. */
export function poolLoginOptions(): Option[] {
  return [
    new Option('-u, --user <address.worker>', 'who mines: the address that the pool pays, and a name'),
    new Option('-p, --pass <text>', 'password for the pool; some take settings here: d=64').default(
      MINER_DEFAULTS.password,
    ),
    new Option('--any-user', 'the pool knows accounts: --user need not begin with an address').default(false),
    new Option(
      '--tls-insecure',
      "take any certificate of a pool's: whoever is between here and there can take the work and its pay",
    ).default(false),
  ];
}

/** Who mines. Ends with wrong usage if it was not said. @returns with what should be told of it */
export function poolLoginOf(
  { user: given, pass: password, anyUser }: PoolLoginOptions,
  command: Command,
): { readonly login: PoolLogin; readonly notices: readonly string[] } {
  if (given === undefined)
    return command.error('error: --pool expected --user ADDRESS or ADDRESS.WORKER beside it, got none');
  const { user, mended } = readUser(given, anyUser, command);
  return {
    login: { user, password, agent: `lesswork/${packageVersion()}` },
    notices: mended === undefined ? [] : [mended],
  };
}

function readUser(text: string, anyUser: boolean, command: Command): PoolUser {
  try {
    return anyUser ? { user: parseAccountUser(text), mended: undefined } : parsePoolUser(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const hint = anyUser ? '' : ' (--any-user: the pool keeps accounts of its own)';
    return command.error(`error: ${error.message}${hint}`);
  }
}

/**
 * Ends with wrong usage if an option was given that means nothing here. The environment may hold what is not needed.
 * @param place - where the options belong, in words
 */
export function refuseStray(side: Readonly<Record<string, string>>, place: string, command: Command): void {
  const stray = Object.keys(side).find((name) => command.getOptionValueSource(name) === 'cli');
  if (stray !== undefined) command.error(`error: ${side[stray]} is for ${place}`);
}

/**
 * Where a pool keeps its files when nobody says.
 * @module
 */
import { join } from 'node:path';

/**
 * The folder named for the pool, in `$LESSWORK_DATA`, or else in `lesswork` in the data folder of the user.
 * @returns undefined where there is no such folder
 */
export function defaultDataFolder(
  poolId: string,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const own = nonEmpty(env.LESSWORK_DATA);
  if (own !== undefined) return join(own, poolId);
  const home = nonEmpty(env.HOME) ?? nonEmpty(env.USERPROFILE);
  const data =
    nonEmpty(env.XDG_DATA_HOME) ??
    nonEmpty(env.LOCALAPPDATA) ??
    (home === undefined ? undefined : join(home, '.local', 'share'));
  return data === undefined ? undefined : join(data, 'lesswork', poolId);
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

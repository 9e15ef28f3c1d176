/**
 * What settings name outside themselves: files, folders, environment variables. A program that may change settings could
 * read with them what is none of its business, or write where it should not: it may keep them, and take them away. Pure.
 * @module
 */

/** Names of settings whose value is a path or a variable, wherever they stand. */
const NOUNS: Readonly<Record<string, string>> = {
  authorizations: 'path',
  dataFolder: 'path',
  env: 'environment variable',
  file: 'path',
  workLog: 'path',
};

/** Deeper there is no setting. */
const MAX_DEPTH = 5;

/**
 * What a program's settings name and the present ones do not.
 * @param value - as a file would say it, of any form
 * @param present - those until now, as a file says them
 * @returns a problem each
 */
export function foreignNames(value: unknown, present: unknown): string[] {
  const known = new Set(namesIn(present).map(({ kind, name }) => `${kind} ${name}`));
  return namesIn(value)
    .filter(({ kind, name }) => !known.has(`${kind} ${name}`))
    .map(
      ({ path, noun }) =>
        `${path}: expected none, or the ${noun} that is set: only who starts the miner chooses it`,
    );
}

interface OutsideName {
  readonly path: string;
  /** The path without indexes: lists may be put in another order. */
  readonly kind: string;
  readonly noun: string;
  readonly name: string;
}

function namesIn(value: unknown, path = '', kind = '', depth = 0): OutsideName[] {
  if (typeof value !== 'object' || value === null || depth >= MAX_DEPTH) return [];
  if (Array.isArray(value))
    return value.flatMap((one, i) => namesIn(one, `${path}[${i}]`, `${kind}[]`, depth + 1));
  return Object.entries(value).flatMap(([key, inner]) => {
    const [at, of] = [path, kind].map((before) => (before === '' ? key : `${before}.${key}`)) as [
      string,
      string,
    ];
    const noun = Object.hasOwn(NOUNS, key) ? NOUNS[key] : undefined;
    // Whatever else stands there is no setting, and refused as such.
    if (noun !== undefined)
      return typeof inner === 'string' ? [{ path: at, kind: of, noun, name: inner }] : [];
    return namesIn(inner, at, of, depth + 1);
  });
}

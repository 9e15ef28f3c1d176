/**
 * The Lua scripts: one file for one atomic operation, the number of its keys in its name.
 * @module
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const NAMES = [
  'add-ban-2',
  'add-fund-entries-3',
  'add-fund-find-1',
  'apply-batch-5',
  'claim-network-1',
  'claim-node-identity-1',
  'commit-books-4',
  'keep-fund-snapshot-5',
  'lease-extranonces-2',
  'note-fate-4',
  'open-store-1',
  'page-books-2',
  'put-fund-piece-1',
  'read-book-log-2',
  'register-workers-2',
  'release-all-extranonces-2',
  'release-extranonces-2',
  'release-fund-3',
  'release-lease-1',
  'remove-bans-2',
  'remove-blocks-5',
  'remove-chunks-1',
  'remove-journals-1',
  'remove-slices-1',
  'remove-workers-1',
  'renew-extranonces-2',
  'renew-lease-1',
  'report-through-1',
  'reserve-fund-4',
  'take-lease-1',
  'trim-book-log-3',
] as const;

export type ScriptName = (typeof NAMES)[number];

/** A script as Redis takes it. */
export interface Script {
  readonly lua: string;
  /** By which Redis knows it. */
  readonly sha1: string;
}

/** A script of some text. */
export function scriptOf(lua: string): Script {
  return { lua, sha1: createHash('sha1').update(lua).digest('hex') };
}

export const SCRIPTS: Readonly<Record<ScriptName, Script>> = Object.fromEntries(
  NAMES.map((name) => [
    name,
    scriptOf(readFileSync(new URL(`./scripts/${name}.lua`, import.meta.url), 'utf8')),
  ]),
) as Record<ScriptName, Script>;

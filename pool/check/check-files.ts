/**
 * The data folder and the log's file, looked at without making or writing anything.
 * @module
 */
import { accessSync, constants, readdirSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemErrorText } from '../../protocol/system-error-text.js';
import { LEAST_ROOM_BYTES, widthWarning } from '../process/open-data-folder.js';
import { type Finding, failed, ok, warning } from './finding.js';

const MEGABYTE = 1_000_000;

/** The findings at the path of a data folder. */
export type FolderLook =
  | { readonly type: 'unusable'; readonly why: string }
  | {
      readonly type: 'usable';
      /** The existing folder in which the data folder would be made; undefined if the data folder exists. */
      readonly madeIn: string | undefined;
      /** For this user. */
      readonly freeBytes: number;
      /** The warning that other users may look into the folder. */
      readonly width: string | undefined;
      /** Entries of the folder that this user can't read and write. */
      readonly foreign: readonly string[];
    };

/** Looks at a data folder. Never throws. */
export function lookAtDataFolder(path: string): FolderLook {
  try {
    const there = nearestThere(path);
    accessSync(there, constants.R_OK | constants.W_OK | constants.X_OK);
    if (!statSync(there).isDirectory()) return { type: 'unusable', why: `${there} is no folder` };
    const { bavail, bsize } = statfsSync(there);
    const isThere = there === path;
    return {
      type: 'usable',
      madeIn: isThere ? undefined : there,
      freeBytes: bavail * bsize,
      width: isThere ? widthWarning(path) : undefined,
      foreign: isThere ? readdirSync(path).filter((name) => !isOurs(join(path, name))) : [],
    };
  } catch (error) {
    return { type: 'unusable', why: systemErrorText(error) };
  }
}

/** @param journalMaxBytes - most bytes of the journal */
export function judgeDataFolder(path: string, look: FolderLook, journalMaxBytes: number): Finding[] {
  const setting = 'dataFolder';
  if (look.type === 'unusable')
    return [
      failed(setting, `${path}: ${look.why}`, 'give a folder that this user may write, or that it may make'),
    ];
  const { madeIn, freeBytes, width, foreign } = look;
  if (foreign.length > 0) {
    const names = foreign.slice(0, 5).join(', ');
    const met = `${path}: this user may not read and write ${names}${foreign.length > 5 ? ', ...' : ''}`;
    return [
      failed(setting, met, "make them the pool user's (chown), or look as the user that runs the pool"),
    ];
  }
  const room = `${Math.floor(freeBytes / MEGABYTE)} MB of room`;
  if (freeBytes < LEAST_ROOM_BYTES)
    return [failed(setting, `${path}: ${room}, so that no share could be recorded`, 'make room on its disk')];
  const findings: Finding[] = [];
  if (width !== undefined) {
    const at = width.lastIndexOf(': ');
    findings.push(warning(setting, width.slice(0, at), width.slice(at + 2)));
  }
  if (freeBytes < journalMaxBytes)
    findings.push(
      warning(
        'journal.maxBytes',
        `${room} in ${path}, and the journal may take ${Math.ceil(journalMaxBytes / MEGABYTE)} MB while the store is away`,
        'make room on its disk, or lower journal.maxBytes',
      ),
    );
  if (findings.length > 0) return findings;
  const what =
    madeIn === undefined ? "can be written, its owner's alone" : `is not there, and can be made in ${madeIn}`;
  return [ok(setting, `${path}: ${what}, ${room}`)];
}

/** The log's file, of the command line. */
export function checkLogFile(path: string): Finding {
  const setting = '--log-file';
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory() === true) return failed(setting, `${path}: it is a folder`, 'give a file');
    if (stat !== undefined) {
      accessSync(path, constants.W_OK);
      return ok(setting, `${path}: can be written`);
    }
    accessSync(dirname(path), constants.W_OK | constants.X_OK);
    return ok(setting, `${path}: is not there, and can be made`);
  } catch (error) {
    const remedy = 'give a file that this user may write, in a folder that is there';
    return failed(setting, `${path}: ${systemErrorText(error)}`, remedy);
  }
}

/** The path itself, or the nearest folder above it that is there. @throws the error of the operating system */
function nearestThere(path: string): string {
  for (let at = path; ; at = dirname(at)) {
    if (statSync(at, { throwIfNoEntry: false }) !== undefined || dirname(at) === at) return at;
  }
}

function isOurs(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

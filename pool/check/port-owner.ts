/**
 * Which program listens on a port of this machine, as far as this user may see it: on Linux only.
 * @module
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/** A program that listens. */
export interface PortOwner {
  readonly pid: number;
  /** Name of its file, or a command of `lesswork`: never its other arguments, which may hold secrets. */
  readonly name: string;
  readonly isPool: boolean;
}

/** State of a listening socket in /proc/net/tcp. */
const LISTENING = '0A';

/** Looks for the program. @returns undefined where it can't be found out */
export function findPortOwner(port: number): PortOwner | undefined {
  const sockets = new Set(
    ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeningSockets(readText(table), port)),
  );
  if (sockets.size === 0) return undefined;
  const pid = list('/proc').find(
    (name) =>
      /^\d+$/.test(name) &&
      list(`/proc/${name}/fd`).some((fd) => sockets.has(link(`/proc/${name}/fd/${fd}`))),
  );
  return pid === undefined ? undefined : { pid: Number(pid), ...programOf(readText(`/proc/${pid}/cmdline`)) };
}

/**
 * Sockets that listen on a port.
 * @param table - text of /proc/net/tcp or tcp6
 * @returns as links of open files name them: `socket:[12345]`
 */
export function listeningSockets(table: string, port: number): string[] {
  const ending = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table.split('\n').flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/ +/);
    return local?.endsWith(ending) && state === LISTENING ? [`socket:[${inode}]`] : [];
  });
}

/** A program from its command line. @param cmdline - text of /proc/PID/cmdline: arguments, each ended by a zero byte */
export function programOf(cmdline: string): Pick<PortOwner, 'name' | 'isPool'> {
  const args = cmdline.split('\0').slice(0, -1);
  const main = args.findIndex((arg) => /(^|\/)(lesswork|cli\/main\.js)$/.test(arg));
  const program = main < 0 ? undefined : args[main + 1];
  const isWorker = args.some((arg) => /\/pool\/process\/workers\/[^/]+\.js$/.test(arg));
  if (isWorker || program === 'pool') return { name: 'lesswork pool', isPool: true };
  if (program !== undefined && /^[a-z]+$/.test(program))
    return { name: `lesswork ${program}`, isPool: false };
  const name = basename(args[0] ?? '')
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 40);
  return { name: name === '' ? 'of unknown name' : name, isPool: false };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Gone meanwhile, another user's, or no Linux.
    return '';
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

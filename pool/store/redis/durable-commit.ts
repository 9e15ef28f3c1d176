/**
 * How a commit becomes durable in Redis: it is on the server's disk, or on another server, before it is answered for.
 *
 * ```
 * appendfsync always          Redis itself answers after the disk has it
 * append-only file, WAITAOF   the answer is waited for on the very connection that wrote
 * a replica, WAIT             likewise
 * none of them                refused, and nothing is written
 * ```
 * WAITAOF counts writes of its own connection alone: on a new one it says yes at once. So it is sent together with the write,
 * and a write that finds itself done already writes something all the same. Some servers (Redis 7.4.0, Valkey 8.0.1) say
 * yes before the disk has it where `appendfsync` is `everysec`; that is found out by trying.
 * @module
 */
import { StoreRefusedError, StoreUnavailableError } from '../../ports/store.js';
import { infoFields } from './check-server.js';
import type { Argument } from './redis-link.js';
import type { Script } from './scripts.js';

/** Commands on one connection: they are carried out in the order of the calls. */
export interface OneConnection {
  call(command: string, args: readonly Argument[]): Promise<unknown>;
}

export interface DurableModules {
  readonly connection: OneConnection;
  /** Key of a hash in which a field `durable` may be counted up. */
  readonly key: string;
  /** Monotonic, ms. */
  readonly now: () => number;
  /** Servers whose WAITAOF was found to wait, by the id of their run. */
  readonly believed: Set<string>;
}

/** Longest wait for the disk or the replica, ms: it is synced each second. */
export const DURABLE_WAIT_MS = 3000;

/** Writes and waits by which WAITAOF is tried. The first may be lucky; each further one has to wait for most of a second. */
const PROBES = 3;

/** What a further one takes at least, ms. */
const LEAST_PROBE_MS = 500;

/** A command, and what its answer says of the copies that there are. */
interface Wait {
  readonly command: string;
  readonly args: readonly Argument[];
}

const WAIT_FOR_DISK: Wait = { command: 'waitaof', args: [1, 0, DURABLE_WAIT_MS] };
const WAIT_FOR_REPLICA: Wait = { command: 'wait', args: [1, DURABLE_WAIT_MS] };

/**
 * Runs a script whose answer is `done` or `already` where what it stands for must be durable.
 * @param rest - number of keys, keys and arguments
 * @throws StoreRefusedError if it can't be durable: it was not run
 * @throws StoreUnavailableError if it was run and may not be durable
 */
export async function commitDurably(
  modules: DurableModules,
  script: Script,
  rest: readonly Argument[],
): Promise<unknown> {
  const wait = await waitOf(modules);
  const answer = await withWait(modules.connection, wait, async (call) => {
    try {
      return await call('evalsha', [script.sha1, ...rest]);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return undefined;
    }
  });
  if (answer !== undefined) return answer;
  return withWait(modules.connection, wait, (call) => call('eval', [script.lua, ...rest]));
}

/**
 * Sends a write and what waits for it in one turn, so that both go through the same connection.
 * @returns the write's answer; undefined if there was none
 */
async function withWait(
  connection: OneConnection,
  wait: Wait | undefined,
  write: (call: OneConnection['call']) => Promise<unknown>,
): Promise<unknown> {
  const written = write((command, args) => connection.call(command, args));
  const waited = wait === undefined ? undefined : connection.call(wait.command, wait.args);
  const [answer, copies] = await Promise.allSettled([written, waited]);
  if (answer.status === 'rejected') throw answer.reason;
  if (wait === undefined || (answer.value !== 'done' && answer.value !== 'already')) return answer.value;
  if (copies.status === 'rejected')
    throw new StoreUnavailableError(`Redis: written, but may not last: ${String(copies.reason)}`);
  if (!hasCopy(copies.value))
    throw new StoreUnavailableError(`Redis: written, but not known to last within ${DURABLE_WAIT_MS} ms`);
  return answer.value;
}

/** @param answer - of WAITAOF (local, replicas) or WAIT (replicas) */
function hasCopy(answer: unknown): boolean {
  return Number(Array.isArray(answer) ? answer[0] : answer) >= 1;
}

/**
 * Why a server can't keep a write through a power cut, by its settings alone; undefined if it may be that it can. Nothing is written.
 * @param info - its answer to INFO
 */
export async function durableFault(connection: OneConnection, info: string): Promise<string | undefined> {
  const fields = infoFields(info);
  if (Number(fields.get('connected_slaves')) >= 1) return undefined;
  if (fields.get('aof_enabled') !== '1') return 'it keeps no append-only file';
  const sync = await syncOf(connection);
  if (sync === 'no') return 'its "appendfsync" is "no"';
  const version = fields.get('redis_version') ?? '';
  return sync === 'always' || knowsWaitaof(version) ? undefined : `Redis ${version} has no WAITAOF`;
}

/** What is to be waited for; undefined if nothing. @throws StoreRefusedError if nothing would help */
async function waitOf(modules: DurableModules): Promise<Wait | undefined> {
  const { connection } = modules;
  const fields = infoFields(String(await connection.call('info', ['server', 'persistence', 'replication'])));
  const version = fields.get('redis_version') ?? '';
  let why = 'it keeps no append-only file';
  if (fields.get('aof_enabled') === '1') {
    const sync = await syncOf(connection);
    if (sync === 'always') return undefined;
    if (sync === 'no') why = 'its "appendfsync" is "no"';
    else if (!knowsWaitaof(version)) why = `Redis ${version} has no WAITAOF`;
    else if (await waitsForDisk(modules, fields.get('run_id') ?? '')) return WAIT_FOR_DISK;
    else why = `WAITAOF of Redis ${version} answers before the disk has it`;
  }
  if (Number(fields.get('connected_slaves')) >= 1) return WAIT_FOR_REPLICA;
  throw new StoreRefusedError(
    `Redis: nothing here can be sure to outlast a power cut: ${why}. Set "appendonly yes" and "appendfsync always", ` +
      'or give it a replica.',
  );
}

/** `appendfsync`, as far as it holds; `unknown` where the settings may not be read. */
async function syncOf(connection: OneConnection): Promise<'always' | 'no' | 'unknown'> {
  try {
    const answer = await connection.call('config', ['get', 'appendfsync', 'no-appendfsync-on-rewrite']);
    const settings = new Map(pairsOf(answer as readonly string[]));
    // While the file is written anew, nothing may be synced.
    const sync = settings.get('no-appendfsync-on-rewrite') === 'no' ? settings.get('appendfsync') : undefined;
    return sync === 'always' || sync === 'no' ? sync : 'unknown';
  } catch {
    return 'unknown';
  }
}

function pairsOf(list: readonly string[]): [string, string][] {
  return list.flatMap((name, i) => (i % 2 === 0 ? [[name, list[i + 1] ?? ''] as [string, string]] : []));
}

function knowsWaitaof(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 7 || (major === 7 && minor >= 2);
}

/** Tries it, once for each run of a server that passes. */
async function waitsForDisk(
  { connection, key, now, believed }: DurableModules,
  runId: string,
): Promise<boolean> {
  if (believed.has(runId)) return true;
  for (let probe = 0; probe < PROBES; probe++) {
    const begunMs = now();
    const written = connection.call('hincrby', [key, 'durable', 1]);
    const [, copies] = await Promise.all([
      written,
      connection.call(WAIT_FOR_DISK.command, WAIT_FOR_DISK.args),
    ]);
    if (!hasCopy(copies)) throw new StoreUnavailableError('Redis: its disk does not keep up');
    if (probe > 0 && now() - begunMs < LEAST_PROBE_MS) return false;
  }
  believed.clear();
  believed.add(runId);
  return true;
}

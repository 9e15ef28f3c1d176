/**
 * The store: whether it can be used, and whether it is this pool's.
 * @module
 */
import { existsSync } from 'node:fs';
import { counted } from '../../protocol/quantity-text.js';
import { hasWallet } from '../config/has-wallet.js';
import type { PoolConfig } from '../config/pool-config.js';
import { storeSettingsOf } from '../config/store-settings-of.js';
import { type NotedNodeIdentity, type StoreIdentity, StoreMismatchError } from '../ports/store.js';
import { clockFaultOf } from '../process/open-pool-recording.js';
import { matchIdentity, matchSchema, SCHEMA_VERSION } from '../store/store-identity.js';
import type { RedisLook, StoreContent } from '../store/store-look.js';
import { type Finding, failed, ok, warning } from './finding.js';

/** Findings, and the nodes' identity as the store holds it; undefined if it could not be read. */
export interface StoreChecked {
  readonly findings: readonly Finding[];
  readonly nodes: NotedNodeIdentity | undefined;
}

/**
 * Looks at the store of a configuration. Takes some seconds at most.
 * @param running - whether a pool is at work in its data folder
 * @param now - ms since the epoch
 */
export async function checkStore(
  config: PoolConfig,
  running: boolean,
  now: () => number,
): Promise<StoreChecked> {
  const settings = storeSettingsOf(config);
  const { identity } = settings;
  if (settings.type === 'embedded') {
    const { path } = settings;
    if (running)
      return { findings: [ok('store', `${path}: in use by the pool that runs`)], nodes: undefined };
    if (!existsSync(path))
      return { findings: [ok('store', `${path}: is not there, and is made at the start`)], nodes: {} };
    // A log that is left shows that a pool was killed. It holds data that the file does not have yet.
    const logLeft = existsSync(`${path}-wal`);
    try {
      const { lookAtDatabase } = await import('../store/embedded/look-at-database.js');
      return judgeDatabase(path, lookAtDatabase(path), logLeft, identity);
    } catch (error) {
      const { message } = error as Error;
      if (logLeft) return { findings: [unreadWithoutLog(path)], nodes: undefined };
      const remedy = 'put a backup in its place, or move it away: journals bring what they still have';
      return { findings: [failed('store', `${path}: ${message}`, remedy)], nodes: undefined };
    }
  }
  try {
    const { lookAtRedis } = await import('../store/redis/look-at-redis.js');
    return judgeRedis(await lookAtRedis(settings, now), identity, hasWallet(config.payouts));
  } catch (error) {
    return { findings: [judgeRedisError((error as Error).message)], nodes: undefined };
  }
}

/** Judges the file of an embedded store. @param content - undefined if it holds none */
export function judgeDatabase(
  path: string,
  content: StoreContent | undefined,
  logLeft: boolean,
  identity: StoreIdentity,
): StoreChecked {
  if (content === undefined) {
    const finding = logLeft
      ? unreadWithoutLog(path)
      : ok('store', `${path}: empty, and is filled at the start`);
    return { findings: [finding], nodes: undefined };
  }
  const mismatch = mismatchOf(content, identity);
  if (mismatch !== undefined) return { findings: [mismatch], nodes: undefined };
  // The newest identity of the nodes may be in the log only.
  if (logLeft) {
    const met = `${path}: can be opened; a pool that was killed left its log beside it, which the next start brings in`;
    return { findings: [ok('store', met)], nodes: undefined };
  }
  return {
    findings: [ok('store', `${path}: can be opened${describeNodes(content)}`)],
    nodes: content.nodes,
  };
}

/** Judges why a store in Redis can't be looked at. @param message - of the error */
export function judgeRedisError(message: string): Finding {
  const met = message.replace(' (setting store)', '');
  const login = 'set store.username and store.password as Redis has them';
  if (/\bNOAUTH\b/.test(met)) return failed('store.password', 'Redis asks for a password', login);
  if (/\bWRONGPASS\b/.test(met))
    return failed('store.password', 'Redis refuses the user or the password', login);
  if (/\bNOPERM\b/.test(met))
    return failed('store.username', met, "allow this user all commands on the pool's keys");
  if (/version \d+ or later/.test(met)) return failed('store', met, 'use a newer Redis');
  if (/READONLY/.test(met)) return failed('store', met, 'name the master, or Sentinels that know it');
  return failed('store', met, 'start it, or mend the settings of store: no pool starts without it');
}

/** Judges a store in Redis that was reached. @param pays - whether miners are paid out of what it keeps */
export function judgeRedis(
  { servers, durableFault, content, offsetMs }: RedisLook,
  identity: StoreIdentity,
  pays = false,
): StoreChecked {
  const mismatch = content === undefined ? undefined : mismatchOf(content, identity);
  if (mismatch !== undefined) return { findings: [mismatch], nodes: undefined };
  const findings: Finding[] = [];
  for (const { version, replicas, appendOnly, troubles, warnings } of servers) {
    const about = `Redis ${version}, ${appendOnly ? 'append-only file on' : 'append-only file off'}, ${counted(replicas, 'replica')}`;
    for (const trouble of troubles)
      findings.push(
        failed(
          'store',
          `${about}: ${trouble}, so that it may refuse writes`,
          'look at the disk and the log of Redis',
        ),
      );
    for (const text of warnings) {
      const end = text.lastIndexOf('. ');
      findings.push(warning('store', text.slice(0, end), text.slice(end + 2).replace(/\.$/, '')));
    }
    if (troubles.length === 0) findings.push(ok('store', about));
  }
  if (pays && durableFault !== undefined)
    findings.push(
      warning(
        'store',
        `a power cut may take what was written: ${durableFault}; lesswork payer pays nothing with it`,
        'set "appendonly yes" and "appendfsync always", or give it a replica',
      ),
    );
  const clock = clockFaultOf(offsetMs);
  if (clock !== undefined) findings.push(failed('store', clock, 'set both clocks right (NTP)'));
  const whose =
    content === undefined
      ? `nothing of a pool "${identity.poolId}" yet: made at the start`
      : `holds the pool "${identity.poolId}"${describeNodes(content)}`;
  findings.push(ok('pool.id', whose));
  return { findings, nodes: content?.nodes ?? {} };
}

function mismatchOf(
  { schema, poolId, extranonceBytes, nodes }: StoreContent,
  identity: StoreIdentity,
): Finding | undefined {
  try {
    matchSchema(schema, SCHEMA_VERSION);
    matchIdentity(
      { poolId: poolId ?? identity.poolId, networkId: nodes.networkId, extranonceBytes },
      identity,
    );
    return undefined;
  } catch (error) {
    if (!(error instanceof StoreMismatchError)) throw error;
    return failed('store', error.message, 'set what the store was made with, or use another store');
  }
}

function describeNodes({ nodes: { networkId, minerAddresses } }: StoreContent): string {
  if (networkId === undefined) return ', no node was used with it yet';
  return `, network ${networkId}${minerAddresses === undefined ? '' : `, pays ${minerAddresses.join(' ')}`}`;
}

function unreadWithoutLog(path: string): Finding {
  return warning(
    'store',
    `${path}: a pool that was killed left its log beside it, without which it is not whole`,
    'start the pool, which brings it in; keep both files together',
  );
}

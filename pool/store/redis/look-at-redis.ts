/**
 * Looks at a store in Redis: connects, reads, and is gone.
 * @module
 */
import { notedNodeIdentity } from '../store-identity.js';
import type { RedisLook, RedisServerFacts, StoreContent } from '../store-look.js';
import type { RedisStoreSettings } from '../store-settings.js';
import { checkServer, infoFields } from './check-server.js';
import { durableFault } from './durable-commit.js';
import { storeKeys } from './keys.js';
import { type Argument, RedisLink } from './redis-link.js';

/**
 * @param now - ms since the epoch
 * @throws StoreUnavailableError if it can't be reached, is a replica, or too old
 */
export async function lookAtRedis(settings: RedisStoreSettings, now: () => number): Promise<RedisLook> {
  const keys = storeKeys(settings.identity.poolId);
  const link = new RedisLink(settings, { onNotice: () => {} }, () => {});
  let look: RedisLook | undefined;
  try {
    await link.open(keys.events, async () => {
      const infos = await link.info();
      const servers = infos.map(serverFactsOf);
      const connection = {
        call: (command: string, args: readonly Argument[]) =>
          link.run((client) => client.call(command, args.map(String))),
      };
      const [info] = infos;
      const fault = info === undefined || infos.length > 1 ? undefined : await durableFault(connection, info);
      const beforeMs = now();
      const [seconds, micros] = await link.run((client) => client.time());
      const midMs = (beforeMs + now()) / 2;
      const meta = await link.run((client) => client.hgetall(keys.meta));
      look = {
        servers,
        ...(fault !== undefined && { durableFault: fault }),
        content: contentOf(meta),
        offsetMs: Number(seconds) * 1000 + Number(micros) / 1000 - midMs,
      };
    });
  } finally {
    await link.close();
  }
  return look!;
}

/** @param info - answer of a server to INFO @throws StoreUnavailableError if it can't be used */
export function serverFactsOf(info: string): RedisServerFacts {
  const warnings = checkServer(info);
  const fields = infoFields(info);
  const troubles = [
    ...(fields.get('aof_last_write_status') === 'err' ? ['its append-only file can not be written'] : []),
    ...(fields.get('rdb_last_bgsave_status') === 'err' ? ['its last snapshot failed'] : []),
  ];
  return {
    version: fields.get('redis_version') ?? '',
    replicas: Number(fields.get('connected_slaves') ?? 0),
    appendOnly: fields.get('aof_enabled') === '1',
    troubles,
    warnings,
  };
}

function contentOf(meta: Readonly<Record<string, string>>): StoreContent | undefined {
  if (meta.schema === undefined) return undefined;
  return {
    schema: Number(meta.schema),
    poolId: undefined,
    extranonceBytes: Number(meta.extranonceBytes),
    nodes: notedNodeIdentity(meta.networkId, meta.minerAddresses),
  };
}

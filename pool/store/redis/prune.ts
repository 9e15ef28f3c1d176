/**
 * Removing from Redis what its time is over for, in pieces: no script takes long.
 * @module
 */
import { REMOVABLE_LISTINGS } from '../block-states.js';
import { keepSlicesFrom, type Retention } from '../retention.js';
import type { StoreKeys } from './keys.js';
import type { RedisReading } from './reading.js';
import type { Argument, RedisLink } from './redis-link.js';
import type { ScriptName } from './scripts.js';

/** Workers that one script looks at. */
const WORKERS_AT_ONCE = 500;

export async function prune(
  link: RedisLink,
  keys: StoreKeys,
  reading: RedisReading,
  nowMs: number,
  retention: Retention,
): Promise<void> {
  const whole = (timeMs: number): number => Math.floor(timeMs);
  const repeat = async (
    name: ScriptName,
    scriptKeys: readonly string[],
    args: readonly Argument[],
  ): Promise<void> => {
    while (Number(await link.script(name, scriptKeys, args)) > 0);
  };
  const keepFrom = keepSlicesFrom(nowMs, retention.slicesMs, await reading.oldestOpenMs());
  await repeat('remove-slices-1', [keys.slices], [keys.prefix, whole(keepFrom)]);
  const blocksBefore = whole(nowMs - retention.blocksMs);
  await repeat(
    'remove-blocks-5',
    [keys.blocks, keys.earlyBlockStates, keys.fatesOpen, keys.fatesFinal, keys.fatesEarned],
    [keys.prefix, blocksBefore, ...REMOVABLE_LISTINGS],
  );
  await repeat('remove-bans-2', [keys.bans, keys.banReasons], ['', whole(nowMs)]);
  await link.script('remove-journals-1', [keys.journals], [whole(nowMs - retention.finishedJournalsMs)]);
  for (const [kind, keepMs] of [
    ['t', retention.tenMinutesMs],
    ['d', retention.daysMs],
    ['w', retention.workerSeriesMs],
  ] as const)
    await repeat('remove-chunks-1', [keys.chunks], [keys.prefix, kind, whole(nowMs - keepMs)]);
  await pruneWorkers(link, keys, whole(nowMs - retention.workersMs));
}

async function pruneWorkers(link: RedisLink, keys: StoreKeys, lastShareBeforeMs: number): Promise<void> {
  let cursor = '0';
  do {
    const [next, accounts] = await link.run((client) => client.sscan(keys.accounts, cursor, 'COUNT', 100));
    cursor = next;
    for (const account of accounts) {
      const ids = Object.entries(await link.run((client) => client.hgetall(keys.account(account))));
      for (let from = 0; from < ids.length; from += WORKERS_AT_ONCE)
        await link.script(
          'remove-workers-1',
          [keys.accounts],
          [keys.prefix, account, lastShareBeforeMs, ...ids.slice(from, from + WORKERS_AT_ONCE).flat()],
        );
    }
  } while (cursor !== '0');
}

/**
 * The follower of found blocks in the thread that has the store, and settlement where a pool credits its miners. Each front end runs one;
 * the one that has the lease follows, and settles.
 * @module
 */
import { setTimeout as after } from 'node:timers/promises';
import { loweredEmission } from '../../protocol/emission.js';
import { LeaseKeeper } from '../coordination/lease-keeper.js';
import { earnedBy } from '../domain/block-fate.js';
import { StoreUnavailableError } from '../ports/store.js';
import type { StartService } from '../store-thread/services.js';
import { countBlocks } from './count-blocks.js';
import { FateFollower, type FateNews, type RoundEnd } from './fate-follower.js';
import { restFateNode } from './fate-node.js';
import type { FateServiceData, FromFateService, ToFateService } from './fate-service-messages.js';
import { RequestPace } from './request-pace.js';

/** Time between two rounds, ms: less than chains take for a block. */
const ROUND_MS = 5_000;

/** Time between two counts of all blocks, ms. */
const COUNT_MS = 10_000;

/** Nodes may be away for so long before somebody is told, ms: one is started anew in less. */
const TROUBLE_MS = 60_000;

/** Longest wait at the end for a request that is out, ms. */
const CLOSE_MS = 500;

const TICK_MS = 1_000;

export const startService: StartService<FateServiceData, ToFateService, FromFateService> = async (
  store,
  { owner, nodes, shift, depth, awaitsAddresses, settlement: terms },
  send,
  host,
) => {
  const now = (): number => performance.now();
  const end = new AbortController();
  const sleep = (ms: number): Promise<void> =>
    after(ms, undefined, { signal: end.signal, ref: false }).catch(() => {});
  let endRest: (() => void) | undefined;
  let isDue = false;
  /** What a round waits for is there. */
  const wake = (): void => {
    isDue = true;
    endRest?.();
  };
  const rest = async (): Promise<void> => {
    const woken = new Promise<void>((resolve) => {
      endRest = resolve;
    });
    if (!isDue) await Promise.race([sleep(ROUND_MS), woken]);
    isDue = false;
  };
  let addresses: readonly string[] | undefined = awaitsAddresses ? undefined : [];
  let notOurs = 0;
  let askedMs: number | undefined;
  /** Since when there is trouble, and whether it was told. */
  let troubledMs: number | undefined;
  let told = false;
  const tellTrouble = (message: string): void => {
    troubledMs ??= now();
    if (told || now() - troubledMs < TROUBLE_MS) return;
    told = true;
    send({
      type: 'trouble',
      name: 'blocks',
      level: 'warn',
      message: `what became of found blocks can't be told: ${message}`,
    });
  };
  const endTrouble = (): void => {
    const message = 'what became of found blocks can be told again';
    if (told) send({ type: 'trouble', name: 'blocks', level: 'info', message });
    troubledMs = undefined;
    told = false;
  };
  const keeper = new LeaseKeeper({
    store,
    name: 'settlement',
    owner,
    now,
    onTaken: wake,
    onLost: () => {
      askedMs = undefined;
      endTrouble();
    },
    onFault: (error) => tellTrouble(error.message),
  });
  const onNews = ({ place, fate, before }: FateNews): void => {
    const { state, final, matured, reward } = fate;
    const isStrange = reward !== undefined && !reward.ours;
    if (isStrange && before?.reward?.key !== reward.key) notOurs++;
    const { hash, chain, height } = place;
    const told = { type: 'blockFate', hash, chain, height, state, final, matured } as const;
    const isNews = (before?.state ?? 'accepted') !== state;
    const pays = isStrange ? reward.address : undefined;
    send({ type: 'fate', event: { ...told, isNews, earned: `${earnedBy(fate)}`, pays } });
    store.publish(told).catch(() => {
      // Who listens reads the store at some time, too.
    });
  };
  const follower = new FateFollower({
    store,
    nodes: nodes.map((node) => restFateNode(node, new RequestPace(now, sleep))),
    emission: loweredEmission(shift),
    depth,
    fence: () => (end.signal.aborted ? undefined : keeper.fence),
    ownAddresses: () => addresses,
    now,
    onNews,
  });
  const take = (round: RoundEnd): void => {
    if (round.kind === 'trouble') tellTrouble(round.message);
    else if (round.kind !== 'rest') {
      endTrouble();
      if (round.kind === 'done') askedMs = now();
    }
  };
  const settlement =
    terms === undefined
      ? undefined
      : await (await import('../settlement/start-settlement.js')).startSettlement({
          store,
          terms,
          suppliesCoins: awaitsAddresses,
          owner,
          storeFence: () => (end.signal.aborted ? undefined : keeper.fence),
          fundAddresses: () => addresses,
          now,
          sleep,
          nextTurn: () => host.pushPassed(),
          onNotice: (level, message) => send({ type: 'trouble', name: 'settlement', level, message }),
        });
  let countedMs = Number.NEGATIVE_INFINITY;
  const count = async (): Promise<void> => {
    if (now() - countedMs < COUNT_MS) return;
    countedMs = now();
    const askedAgoMs = askedMs === undefined ? undefined : now() - askedMs;
    const counts = await countBlocks(store);
    send({ type: 'figures', figures: { ...counts, notOurs, askedAgoMs, settlement: settlement?.figures } });
  };
  const run = async (): Promise<void> => {
    while (!end.signal.aborted) {
      try {
        await count();
        const round = await follower.round();
        take(round);
        if (round.kind === 'more') continue;
      } catch (error) {
        // The recorder tells of a store that is away.
        if (!(error instanceof StoreUnavailableError)) tellTrouble((error as Error).message);
      }
      await rest();
    }
  };
  const ticking = setInterval(() => {
    keeper.tick();
    settlement?.tick();
  }, TICK_MS).unref();
  keeper.tick();
  const running = run();
  return {
    onMessage: (message) => {
      if (addresses === undefined) wake();
      ({ addresses } = message);
    },
    close: async () => {
      clearInterval(ticking);
      end.abort();
      const ended = Promise.all([running, settlement?.close()]);
      await Promise.race([ended, after(CLOSE_MS, undefined, { ref: false })]);
      await keeper.close();
    },
  };
};

/**
 * Where the feed's events come from: the store's events of all front ends, and looks at the present state.
 * @module
 */
import type { PoolEvent } from '../../ports/store.js';
import type { LivePoolState } from '../../statistics/live-board.js';
import { type ApiModules, presentUntil, wholeRate } from '../api/api-context.js';
import { feedEventOf, newHeights } from './feed-events.js';
import type { FeedEvent } from './feed-schema.js';

/** Time between two looks for new heights, ms. */
const LOOK_MS = 500;

/** The pool's statistics are told with one in so many looks: every ten seconds, the length of the slices they come from. */
const LOOKS_A_STATISTIC = 20;

export interface FeedSource {
  /** Messages that a new listener gets first. */
  readonly greeting: () => readonly FeedEvent[];
  readonly tell: (event: PoolEvent) => void;
  close(): void;
}

export function startFeedSource(
  poolId: string,
  { store, live, statistics }: ApiModules,
  onEvent: (event: FeedEvent) => void,
): FeedSource {
  let heights: LivePoolState['heights'] = live.pool().heights;
  let looks = 0;
  const tell = (event: PoolEvent): void => {
    const shown = feedEventOf(poolId, event);
    if (shown !== undefined) onEvent(shown);
  };
  const poolStats = (): FeedEvent => {
    const { connections, workers } = live.pool();
    const untilMs = presentUntil(statistics);
    const figure = untilMs === undefined ? undefined : statistics.board.pool.figures(untilMs).tenMinutes;
    return {
      type: 'poolStats',
      poolId,
      connectedMiners: connections,
      connectedWorkers: workers,
      ...(untilMs === undefined || figure === undefined
        ? {}
        : {
            poolHashrate: wholeRate(figure.rate),
            hashrateSeconds: figure.seconds,
            sharesPerSecond: statistics.board.pool.sharesPerSecond(untilMs),
            hashratesUntil: new Date(untilMs).toISOString(),
          }),
    };
  };
  const timer = setInterval(() => {
    const before = heights;
    // A chain that had no job for a moment has not grown when it has one again.
    heights = live.pool().heights.map((height, chain) => height ?? before[chain]);
    for (const event of newHeights(poolId, before, heights)) onEvent(event);
    looks++;
    if (looks % LOOKS_A_STATISTIC === 0) onEvent(poolStats());
  }, LOOK_MS).unref();
  const unsubscribe = store.subscribe(tell);
  return {
    greeting: () => [poolStats(), ...newHeights(poolId, [], heights)],
    tell,
    close: () => {
      clearInterval(timer);
      unsubscribe();
    },
  };
}

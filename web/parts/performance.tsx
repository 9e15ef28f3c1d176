/**
 * The chart of a pool or a miner, over a day or a month.
 * @module
 */
import { useState } from 'preact/hooks';
import type { ResourceState } from '../live/resource.js';
import type { RatePoint } from '../words/rate-columns.js';
import { Panel } from './basics.js';
import { RateChart } from './rate-chart.js';
import { Empty, InPlaceOf } from './states.js';

export const RANGES = {
  Day: { words: 'Day', query: 'r=Day&i=TenMinutes', stepMs: 600_000 },
  Month: { words: 'Month', query: 'r=Month&i=Day', stepMs: 86_400_000 },
} as const;

export type Range = keyof typeof RANGES;

/** @param use - the answer for a range, and the points in it */
export function Performance(props: {
  what: string;
  /** Until when shares are counted, ms since the epoch. */
  untilMs: number;
  empty: string;
  use: (query: string) => ResourceState<readonly RatePoint[]>;
}) {
  const [range, choose] = useState<Range>('Day');
  const { query, stepMs, words } = RANGES[range];
  const state = props.use(query);
  const points = state.value;
  return (
    <Panel
      title="Hashrate"
      aside={
        <fieldset class="choice">
          <legend class="hidden">Time shown</legend>
          {(Object.keys(RANGES) as Range[]).map((name) => (
            <button key={name} type="button" aria-pressed={name === range} onClick={() => choose(name)}>
              {RANGES[name].words}
            </button>
          ))}
        </fieldset>
      }
    >
      {points === undefined ? (
        <InPlaceOf state={state} lines={6} />
      ) : points.length === 0 ? (
        <Empty>{props.empty}</Empty>
      ) : (
        <RateChart
          points={points}
          stepMs={stepMs}
          untilMs={Math.max(props.untilMs, points.at(-1)!.startMs)}
          what={`${props.what} over a ${words.toLowerCase()}`}
        />
      )}
    </Panel>
  );
}

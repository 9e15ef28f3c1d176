/**
 * The pool as a whole.
 * @module
 */
import type { PoolInfo, PoolPerformance } from '../../pool/http/api/api-schemas.js';
import { formatHashrate } from '../../protocol/quantity-text.js';
import type { ResourceState } from '../live/resource.js';
import { useAnswer, useCell, useLink } from '../live/use.js';
import { MineHere } from '../mine/mine-panel.js';
import { Ago, Amount, Figure, Rate } from '../parts/basics.js';
import { Blocks } from '../parts/blocks-table.js';
import { ChainField } from '../parts/chain-field.js';
import { Connect } from '../parts/connect.js';
import { Miners } from '../parts/miners-table.js';
import { Nodes } from '../parts/nodes.js';
import { Payments } from '../parts/payments.js';
import { Performance } from '../parts/performance.js';
import { Polw } from '../parts/polw.js';
import { countText, difficultyText, percentText } from '../words/number-words.js';
import { creditsMiners } from '../words/pool-words.js';
import type { RatePoint } from '../words/rate-columns.js';

export function PoolPage({ pool }: { pool: PoolInfo }) {
  return (
    <>
      <PoolFigures pool={pool} />
      <div class="columns">
        <div class="stack">
          <Performance
            what="Hashrate of the pool"
            untilMs={Date.parse(pool.hashratesUntil)}
            empty="No share was accepted in this time. The first one begins the chart."
            use={(query) => usePoolPoints(pool.id, query)}
          />
          <Blocks pool={pool} />
          <Miners pool={pool} />
        </div>
        <div class="stack">
          <Connect pool={pool} />
          <MineHere pool={pool} />
          <ChainField chains={pool.chains} />
          <Nodes pool={pool} />
          <Payments pool={pool} />
        </div>
        {pool.polw && <Polw id={pool.id} />}
      </div>
    </>
  );
}

function usePoolPoints(id: string, query: string): ResourceState<readonly RatePoint[]> {
  const state = useAnswer<PoolPerformance>(`api/pools/${id}/performance?${query}`, 60_000);
  return {
    ...state,
    value: state.value?.stats.map(({ created, poolHashrate, sharesPerSecond }) => ({
      startMs: Date.parse(created),
      hashrate: poolHashrate,
      sharesPerSecond,
    })),
  };
}

function PoolFigures({ pool }: { pool: PoolInfo }) {
  const { stats } = useCell(useLink().figures);
  const { poolStats, networkStats, hashratesUntil } = pool;
  const { hashrates } = poolStats;
  // The feed tells it sooner; its error is that of the API's figure, over the same time.
  const isNewer = stats?.hashratesUntil !== undefined && stats.hashratesUntil > hashratesUntil;
  const now =
    isNewer && stats.poolHashrate !== undefined
      ? { ...hashrates.tenMinutes, hashrate: stats.poolHashrate }
      : (hashrates.tenMinutes ?? { hashrate: poolStats.poolHashrate });
  const miners = stats?.connectedMiners ?? poolStats.connectedMiners;
  const workers = stats?.connectedWorkers ?? poolStats.connectedWorkers;
  const { networkHashrate, networkDifficulty } = networkStats;
  return (
    <dl class="figures">
      <Figure
        name="Hashrate, 10 min"
        below={
          <>
            {hashrates.hour && <span>hour {formatHashrate(hashrates.hour.hashrate)}</span>}
            {hashrates.day && <span>day {formatHashrate(hashrates.day.hashrate)}</span>}
          </>
        }
      >
        <Rate rate={now} />
      </Figure>
      <Figure
        name="Connected"
        below={`${countText(workers)} ${workers === 1 ? 'worker' : 'workers'} logged in`}
      >
        {countText(miners)} {miners === 1 ? 'miner' : 'miners'}
      </Figure>
      <Figure name="Last block" below={`${countText(pool.totalBlocks)} in all`}>
        <Ago time={pool.lastPoolBlockTime} />
      </Figure>
      <Figure
        name="Network"
        below={
          networkDifficulty === undefined ? undefined : `a block takes ${difficultyText(networkDifficulty)}`
        }
      >
        {networkHashrate === undefined ? '–' : formatHashrate(networkHashrate)}
      </Figure>
      <Figure name="Part of the network">
        {networkHashrate ? percentText(now.hashrate / networkHashrate) : '–'}
      </Figure>
      {creditsMiners(pool) && (
        <Figure name="Paid" below={`fee ${pool.poolFeePercent} %`}>
          <Amount atto={pool.totalPaidAtto} alph={pool.totalPaid} /> ALPH
        </Figure>
      )}
    </dl>
  );
}

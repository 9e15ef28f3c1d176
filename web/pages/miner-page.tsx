/**
 * One address: its workers, its money, and what shows that it got its part.
 * @module
 */
import { parseAccount } from '../../pool/domain/account.js';
import type { MinerSample, MinerStats, PoolInfo } from '../../pool/http/api/api-schemas.js';
import { formatHashrate } from '../../protocol/quantity-text.js';
import type { ResourceState } from '../live/resource.js';
import { useAnswer } from '../live/use.js';
import { Ago, CopyButton, Figure, Rate } from '../parts/basics.js';
import { Connect } from '../parts/connect.js';
import { Credits } from '../parts/credits.js';
import { Earnings } from '../parts/earnings.js';
import { MinerMoney } from '../parts/miner-money.js';
import { Performance } from '../parts/performance.js';
import { Rejects } from '../parts/rejects.js';
import { InPlaceOf } from '../parts/states.js';
import { Workers } from '../parts/workers-table.js';
import { countText } from '../words/number-words.js';
import { creditsMiners } from '../words/pool-words.js';
import type { RatePoint } from '../words/rate-columns.js';

/** @param address - as somebody wrote it */
export function MinerPage({ pool, address }: { pool: PoolInfo; address: string }) {
  const account = parseAccount(address);
  return account === undefined ? (
    <Nonsense address={address} />
  ) : (
    <KnownAddress pool={pool} address={account.address} account={account.key} />
  );
}

/** How much of a text that is no address is shown. */
const MAX_SHOWN_CHARS = 120;

function Nonsense({ address }: { address: string }) {
  const shown = address.length > MAX_SHOWN_CHARS ? `${address.slice(0, MAX_SHOWN_CHARS)}…` : address;
  return (
    <section class="panel lone">
      <h2>This is no Alephium address</h2>
      <p>
        <code>{shown}</code>
      </p>
      <p>
        An address has some 45 letters and digits, and a mistyped one is none. Copy it from your wallet,
        without the name of a worker behind it, and look it up on top.
      </p>
    </section>
  );
}

function KnownAddress({ pool, address, account }: { pool: PoolInfo; address: string; account: string }) {
  const path = `api/pools/${pool.id}/miners/${encodeURIComponent(address)}`;
  const state = useAnswer<MinerStats>(path, 15_000);
  const { value, trouble } = state;
  const isUnknown = trouble?.kind === 'refused' && trouble.code === 'unknownMiner';
  return (
    <>
      <div class="who">
        <h2>Miner</h2>
        <code>{address}</code>
        <CopyButton text={address} what="the address" />
      </div>
      {isUnknown ? (
        <div class="columns">
          <section class="panel">
            <h2>Nobody has mined to this address here</h2>
            <p class="empty">
              Once a miner has logged in with it, its workers show here within seconds, and hashrates with the
              first shares. An address that was silent for half a year is forgotten; what it has earned is
              not.
            </p>
          </section>
          <Connect pool={pool} address={address} />
        </div>
      ) : value === undefined ? (
        <section class="panel">
          <InPlaceOf state={state} lines={8} />
        </section>
      ) : (
        <Miner pool={pool} miner={value} address={address} path={path} account={account} />
      )}
    </>
  );
}

function Miner(props: { pool: PoolInfo; miner: MinerStats; address: string; path: string; account: string }) {
  const { pool, miner, address, path, account } = props;
  const credits = creditsMiners(pool);
  return (
    <>
      <MinerFigures miner={miner} />
      <div class="columns">
        <Performance
          what="Hashrate of this address"
          untilMs={Date.parse(pool.hashratesUntil)}
          empty="No share was accepted in this time."
          use={(query) => useMinerPoints(path, query)}
        />
        <MinerMoney pool={pool} miner={miner} path={path} />
        <Workers miner={miner} path={path} />
        {credits ? <Credits pool={pool} path={path} account={account} /> : <Rejects miner={miner} />}
        <div class="stack">
          {credits && <Earnings path={path} />}
          {credits && <Rejects miner={miner} />}
          <Connect pool={pool} address={address} />
        </div>
      </div>
    </>
  );
}

function useMinerPoints(path: string, query: string): ResourceState<readonly RatePoint[]> {
  // Of the address alone: those of its workers are asked for where one looks at one.
  const state = useAnswer<readonly MinerSample[]>(`${path}/performance?${query}&pageSize=0`, 60_000);
  return {
    ...state,
    value: state.value?.map(({ created, total }) => ({ startMs: Date.parse(created), ...total })),
  };
}

function MinerFigures({ miner }: { miner: MinerStats }) {
  const { hashrates, connectedWorkers, workerCount, shares, rejects, lastShare, sharesPerSecond } = miner;
  const refused = Object.values(rejects).reduce((sum, count) => sum + count, 0);
  return (
    <dl class="figures">
      <Figure
        name="Hashrate, 10 min"
        below={hashrates.minute && <>last minute {formatHashrate(hashrates.minute.hashrate)}</>}
      >
        <Rate rate={hashrates.tenMinutes} />
      </Figure>
      <Figure name="Hour">
        <Rate rate={hashrates.hour} />
      </Figure>
      <Figure name="Day">
        <Rate rate={hashrates.day} />
      </Figure>
      <Figure name="Workers" below={`${countText(workerCount)} ever had a share`}>
        {countText(connectedWorkers)} connected
      </Figure>
      <Figure name="Last share" below={`${(sharesPerSecond * 60).toFixed(1)} a minute`}>
        <Ago time={lastShare} />
      </Figure>
      <Figure name="Accepted shares" below={refused === 0 ? 'none refused' : `${countText(refused)} refused`}>
        {countText(shares)}
      </Figure>
    </dl>
  );
}

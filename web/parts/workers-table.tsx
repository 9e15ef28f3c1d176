/**
 * The workers of an address: who mines, how fast by what the pool counted, and how fast by what they say.
 * @module
 */
import { useState } from 'preact/hooks';
import type { MinerStats, WorkerInfo } from '../../pool/http/api/api-schemas.js';
import { formatHashrate } from '../../protocol/quantity-text.js';
import { useAnswer, useNow } from '../live/use.js';
import { countText, difficultyText, percentText } from '../words/number-words.js';
import { Ago, Badge, Nothing, Panel, Rate, Table } from './basics.js';
import { Empty, InPlaceOf } from './states.js';

/** Workers of a page, as the API has them. */
const PAGE_SIZE = 100;

/** A connected worker whose last share is older than this has stopped, or its difficulty is far too high, ms. */
const QUIET_MS = 600_000;

/** @param path - of the address, in the API */
export function Workers({ miner, path }: { miner: MinerStats; path: string }) {
  const [page, turn] = useState(0);
  const pages = Math.ceil(miner.workerCount / PAGE_SIZE);
  return (
    <Panel
      title="Workers"
      class="full"
      note="Measured from accepted shares, with what chance does to it; reported is what the miner says itself."
    >
      {miner.workerCount === 0 ? (
        <Empty>Logged in, and no share yet: the first one comes within a minute or so.</Empty>
      ) : page === 0 ? (
        <WorkerTable workers={miner.workers} />
      ) : (
        <FurtherWorkers path={`${path}?page=${page}`} />
      )}
      {pages > 1 && (
        <p class="pages">
          <button type="button" disabled={page === 0} onClick={() => turn(page - 1)}>
            Before
          </button>
          Page {page + 1} of {pages}
          <button type="button" disabled={page + 1 >= pages} onClick={() => turn(page + 1)}>
            Next
          </button>
        </p>
      )}
    </Panel>
  );
}

function FurtherWorkers({ path }: { path: string }) {
  const state = useAnswer<MinerStats>(path, 15_000);
  return state.value === undefined ? (
    <InPlaceOf state={state} />
  ) : (
    <WorkerTable workers={state.value.workers} />
  );
}

function WorkerTable({ workers }: { workers: readonly WorkerInfo[] }) {
  return (
    <Table label="workers">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">State</th>
          <th scope="col" class="roomy">
            Last share
          </th>
          <th scope="col" class="number">
            10 min
          </th>
          <th scope="col" class="number">
            Hour
          </th>
          <th scope="col" class="number">
            Day
          </th>
          <th scope="col" class="number">
            Reported
          </th>
          <th scope="col" class="number">
            Difficulty
          </th>
          <th scope="col" class="number">
            Shares
          </th>
          <th scope="col" class="number">
            Refused
          </th>
        </tr>
      </thead>
      <tbody>
        {workers.map((worker) => (
          <WorkerRow key={worker.name} worker={worker} />
        ))}
      </tbody>
    </Table>
  );
}

function WorkerRow({ worker }: { worker: WorkerInfo }) {
  const { name, agent, hashrates, reportedHashrate, difficulty, shares, rejects, lastShare } = worker;
  const refused = Object.values(rejects).reduce((sum, count) => sum + count, 0);
  return (
    <tr>
      <td class="name" title={agent}>
        {name === '' ? <Nothing what="(no name)" /> : name}
      </td>
      <td>
        <WorkerState worker={worker} />
      </td>
      <td class="roomy">
        <Ago time={lastShare} />
      </td>
      <td class="number">
        <Rate rate={hashrates.tenMinutes} />
      </td>
      <td class="number">
        <Rate rate={hashrates.hour} />
      </td>
      <td class="number">
        <Rate rate={hashrates.day} />
      </td>
      <td class="number">
        {reportedHashrate === undefined ? <Nothing what="–" /> : formatHashrate(reportedHashrate)}
      </td>
      <td class="number">{difficultyText(difficulty)}</td>
      <td class="number">{countText(shares)}</td>
      <td class="number">
        {refused === 0 ? '0' : `${countText(refused)} (${percentText(refused / (shares + refused))})`}
      </td>
    </tr>
  );
}

function WorkerState({ worker: { connections, lastShare } }: { worker: WorkerInfo }) {
  const nowMs = useNow(5_000);
  if (connections === 0)
    return (
      <Badge tone="plain" title="It has no connection to this machine of the pool.">
        not here
      </Badge>
    );
  if (nowMs - Date.parse(lastShare) > QUIET_MS)
    return (
      <Badge tone="warn" title="Connected, but without a share for more than ten minutes.">
        silent
      </Badge>
    );
  return (
    <Badge tone="good" title={connections === 1 ? 'One connection.' : `${connections} connections.`}>
      mining
    </Badge>
  );
}

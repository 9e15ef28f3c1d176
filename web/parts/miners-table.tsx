/**
 * The greatest miners of the pool.
 * @module
 */
import type { PoolInfo } from '../../pool/http/api/api-schemas.js';
import { percentText } from '../words/number-words.js';
import { MinerLink, Panel, Rate, Table } from './basics.js';
import { Empty } from './states.js';

export function Miners({ pool }: { pool: PoolInfo }) {
  const { topMiners, poolStats } = pool;
  return (
    <Panel title="Miners" note="Those with most work in the last day; rates are of ten minutes and of a day.">
      {topMiners.length === 0 ? (
        <Empty>Nobody has mined here in the last day.</Empty>
      ) : (
        <Table label="miners">
          <thead>
            <tr>
              <th scope="col">Address</th>
              <th scope="col" class="number">
                10 min
              </th>
              <th scope="col" class="number roomy">
                Day
              </th>
              <th scope="col" class="number">
                Part
              </th>
            </tr>
          </thead>
          <tbody>
            {topMiners.map(({ miner, hashrate, hashrates }) => (
              <tr key={miner}>
                <td>
                  <MinerLink address={miner} />
                </td>
                <td class="number">
                  <Rate rate={hashrates.tenMinutes ?? { hashrate }} />
                </td>
                <td class="number roomy">
                  <Rate rate={hashrates.day} />
                </td>
                <td class="number">
                  {poolStats.poolHashrate === 0 ? '–' : percentText(hashrate / poolStats.poolHashrate)}
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Panel>
  );
}

/**
 * The 16 chains as a field: from-groups down, to-groups across.
 * @module
 */

import type { PoolInfo } from '../../pool/http/api/api-schemas.js';
import { formatHashrate } from '../../protocol/quantity-text.js';
import { useCell, useLink } from '../live/use.js';
import { difficultyText, percentText } from '../words/number-words.js';
import { Panel } from './basics.js';

const GROUPS = [0, 1, 2, 3] as const;

type Chain = PoolInfo['chains'][number];

/** Work over the longest window that is read. */
function rateOf({ hashrates }: Chain) {
  return hashrates.day ?? hashrates.hour ?? hashrates.tenMinutes ?? hashrates.minute;
}

/** How even the work on chains is, in words. @param error99 - of a chain's rate, as a part of it */
export function evennessText(rates: readonly number[], error99: number | undefined): string {
  const most = Math.max(...rates);
  const least = Math.min(...rates);
  if (most === 0) return 'No work yet.';
  if (least === 0) return `${rates.filter((rate) => rate > 0).length} of 16 chains have work so far.`;
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  const isChance = error99 !== undefined && rates.every((rate) => Math.abs(rate / mean - 1) <= error99);
  const words = `Most to least work ${(most / least).toFixed(2)}`;
  if (!isChance) return `${words}, where 1 is even.`;
  return error99 < 0.05 ? `${words}: even.` : `${words}: even, as far as so few shares tell.`;
}

export function ChainField({ chains }: { chains: readonly Chain[] }) {
  const { heights } = useCell(useLink().figures);
  const figures = chains.map(rateOf);
  const rates = figures.map((figure) => figure?.hashrate ?? 0);
  const errors = figures.flatMap((figure) => figure?.error99 ?? []);
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / Math.max(1, rates.length);
  return (
    <Panel
      title="Chains"
      note={
        <>
          {evennessText(rates, errors.length === 0 ? undefined : Math.max(...errors))} Each with its newest
          height, the pool’s work, and what a block takes; the bar is half full at the mean.
        </>
      }
    >
      <table class="chains">
        <caption class="hidden">
          Newest block, work of the pool, and difficulty of each chain, from group by to group
        </caption>
        <thead>
          <tr>
            <td />
            {GROUPS.map((to) => (
              <th key={to} scope="col">
                <span class="hidden">to group </span>
                {to}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {GROUPS.map((from) => (
            <tr key={from}>
              <th scope="row">
                <span class="hidden">from group </span>
                {from}
              </th>
              {GROUPS.map((to) => (
                <ChainCell
                  key={to}
                  chain={chains[from * 4 + to]}
                  height={heights[`${from}-${to}`]}
                  rate={rates[from * 4 + to] ?? 0}
                  mean={mean}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function ChainCell(props: {
  chain: Chain | undefined;
  height: number | undefined;
  rate: number;
  mean: number;
}) {
  const { chain, height: told, rate, mean } = props;
  const height = Math.max(chain?.blockHeight ?? -1, told ?? -1);
  const part = mean === 0 ? 0 : rate / mean;
  // What is at the mean fills half of it.
  const filled = Math.min(100, Math.round(part * 50));
  return (
    <td
      title={`${chain?.chain ?? ''}: ${formatHashrate(rate)}${mean === 0 ? '' : `, ${percentText(part)} of the mean`}`}
    >
      <span class="height" key={height}>
        {height < 0 ? '–' : height}
      </span>
      <span class="work">{formatHashrate(rate)}</span>
      <span class="difficulty">
        <span class="hidden">difficulty </span>
        {chain?.networkDifficulty === undefined ? '–' : difficultyText(chain.networkDifficulty)}
      </span>
      <span class="bar" aria-hidden="true">
        <span style={{ width: `${filled}%` }} />
      </span>
    </td>
  );
}

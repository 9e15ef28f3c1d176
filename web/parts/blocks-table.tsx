/**
 * Blocks that the pool found, newest first.
 * @module
 */
import type { BlockInfo, PoolInfo } from '../../pool/http/api/api-schemas.js';
import { useAnswer } from '../live/use.js';
import { blockWords } from '../words/block-words.js';
import { countText, percentText } from '../words/number-words.js';
import { Ago, Amount, Badge, Hash, MinerLink, Nothing, Panel, Table } from './basics.js';
import { Empty, InPlaceOf } from './states.js';

export function Blocks({ pool }: { pool: PoolInfo }) {
  const state = useAnswer<readonly BlockInfo[]>(`api/pools/${pool.id}/blocks?pageSize=12`, 60_000, [
    'blockFound',
    'blockState',
  ]);
  return (
    <Panel title="Blocks" note={luckText(pool)}>
      {state.value === undefined ? (
        <InPlaceOf state={state} lines={8} />
      ) : state.value.length === 0 ? (
        <Empty>No block yet. It is shown here the moment that the pool finds one.</Empty>
      ) : (
        <BlockTable blocks={state.value} />
      )}
    </Panel>
  );
}

/** What blocks took beside what was expected. */
function luckText({ poolStats, totalBlocks }: PoolInfo): string {
  const { last10, last100 } = poolStats.effort;
  const luck = [
    ...(last10 ? [`last 10: ${percentText(1 / last10)}`] : []),
    ...(last100 ? [`last 100: ${percentText(1 / last100)}`] : []),
  ];
  const found = `${countText(totalBlocks)} ${totalBlocks === 1 ? 'block' : 'blocks'} that earn${totalBlocks === 1 ? 's' : ''}.`;
  if (luck.length === 0) return `${found} Luck is known once ten blocks are final.`;
  return `${found} Luck, over 100 % is good: ${luck.join(', ')}.`;
}

function BlockTable({ blocks }: { blocks: readonly BlockInfo[] }) {
  return (
    <Table label="blocks">
      <thead>
        <tr>
          <th scope="col">Found</th>
          <th scope="col">Chain</th>
          <th scope="col" class="number roomy">
            Height
          </th>
          <th scope="col">State</th>
          <th scope="col" class="number">
            ALPH
          </th>
          <th scope="col" class="number" title="Work it took beside what was expected: below 100 % is luck">
            Effort
          </th>
          <th scope="col" class="roomy">
            Finder
          </th>
          <th scope="col" class="roomy">
            Hash
          </th>
        </tr>
      </thead>
      <tbody>
        {blocks.map((block) => (
          <BlockRow key={block.hash} block={block} />
        ))}
      </tbody>
    </Table>
  );
}

function BlockRow({ block }: { block: BlockInfo }) {
  const { label, tone, meaning } = blockWords(block);
  const { created, chain, blockHeight, effort, miner, hash, infoLink, rewardAtto } = block;
  return (
    <tr>
      <td>
        <Ago time={created} />
      </td>
      <td>{chain}</td>
      <td class="number roomy">{countText(blockHeight)}</td>
      <td>
        <Badge tone={tone} title={meaning}>
          {label}
        </Badge>
      </td>
      <td class="number">{rewardAtto === undefined ? <Nothing what="–" /> : <Amount atto={rewardAtto} />}</td>
      <td class={`number ${effort === undefined ? '' : effort <= 1 ? 'lucky' : ''}`}>
        {effort === undefined ? <Nothing what="–" /> : percentText(effort)}
      </td>
      <td class="roomy">
        <MinerLink address={miner} />
      </td>
      <td class="roomy">
        <Hash hash={hash} link={infoLink} />
      </td>
    </tr>
  );
}

/**
 * The pool's full nodes, without their addresses.
 * @module
 */
import type { PoolInfo } from '../../pool/http/api/api-schemas.js';
import type { Tone } from '../words/block-words.js';
import { Ago, Badge, Panel } from './basics.js';
import { Empty } from './states.js';

const STATES: Readonly<Record<PoolInfo['nodes'][number]['state'], readonly [string, Tone, string]>> = {
  leading: ['in use', 'good', 'Miners work on its jobs.'],
  ready: ['ready', 'plain', 'Takes over at once if the one in use falls out.'],
  behind: ['behind', 'warn', 'Other nodes know newer blocks: it is not used until it has them.'],
  refused: ['refused', 'bad', 'Another network, or it pays other addresses: it is not used.'],
  away: ['away', 'bad', 'It does not answer.'],
};

export function Nodes({ pool: { nodes, networkStats } }: { pool: PoolInfo }) {
  return (
    <Panel
      title="Full nodes"
      note={
        networkStats.lastNetworkBlockTime && (
          <>
            Newest block of the network: <Ago time={networkStats.lastNetworkBlockTime} />.
          </>
        )
      }
    >
      {nodes.length === 0 ? (
        <Empty>No front end of the pool is up on this machine.</Empty>
      ) : (
        <ol class="nodes">
          {nodes.map(({ state }, i) => {
            const [words, tone, meaning] = STATES[state];
            return (
              <li key={i}>
                Node {i + 1} <Badge tone={tone}>{words}</Badge> <span class="muted">{meaning}</span>
              </li>
            );
          })}
        </ol>
      )}
    </Panel>
  );
}

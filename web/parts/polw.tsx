/**
 * Proof of Less Work: the coins that blocks burn, where the pool supplies them.
 * @module
 */
import type { PolwInfo } from '../../pool/http/api/polw-schemas.js';
import { useAnswer } from '../live/use.js';
import type { Tone } from '../words/block-words.js';
import { Amount, Badge, Figure, Nothing, Panel, Table } from './basics.js';

type PolwChain = PolwInfo['chains'][number];

const STATES: Readonly<Record<PolwChain['state'], readonly [string, Tone]>> = {
  none: ['no job yet', 'plain'],
  plain: ['burns nothing', 'plain'],
  inSight: ['in sight', 'plain'],
  near: ['near', 'warn'],
  close: ['close', 'warn'],
  nodeBuilt: ['by the node', 'plain'],
  funded: ['burns', 'good'],
  waiting: ['waits for its list', 'plain'],
  unfunded: ['not mined', 'bad'],
};

/** Nothing where the pool supplies no coins. */
export function Polw({ id }: { id: string }) {
  const { value } = useAnswer<PolwInfo>(`api/pools/${id}/polw`, 30_000);
  if (value === undefined) return null;
  const { accounts, chains, active, caughtUp } = value;
  return (
    <Panel
      title="Proof of Less Work"
      class="full"
      note={
        !caughtUp
          ? 'The history of the burn addresses is being read: until then nothing is burnt.'
          : active
            ? 'Blocks burn coins of the pool’s fund; miners do nothing differently.'
            : 'No chain burns coins of the pool at the moment.'
      }
    >
      <dl class="figures small">
        <Figure name="Fund">
          <Amount atto={accounts.fund} /> ALPH
        </Figure>
        <Figure name="Comes back">
          <Amount atto={accounts.locked} /> ALPH
        </Figure>
        <Figure name="Burnt so far">
          <Amount atto={accounts.burnt} /> ALPH
        </Figure>
        <Figure name="Earned, spendable">
          <Amount atto={accounts.earned} /> ALPH
        </Figure>
      </dl>
      <Table label="chains under Proof of Less Work">
        <thead>
          <tr>
            <th scope="col">Chain</th>
            <th scope="col">State</th>
            <th scope="col" class="number">
              Next burns
            </th>
            <th scope="col" class="number">
              Unlocked
            </th>
            <th scope="col" class="number roomy">
              Held
            </th>
            <th scope="col" class="number">
              Lasts
            </th>
          </tr>
        </thead>
        <tbody>
          {chains.map((chain) => (
            <tr key={chain.chain}>
              <td>{chain.chain}</td>
              <td>
                <Badge tone={STATES[chain.state][1]} {...(chain.detail && { title: chain.detail })}>
                  {STATES[chain.state][0]}
                </Badge>
              </td>
              <td class="number">
                {chain.burnt === undefined ? <Nothing what="–" /> : <Amount atto={chain.burnt} />}
              </td>
              <td class="number">
                <Amount atto={chain.unlocked} />
              </td>
              <td class="number roomy">
                <Amount atto={chain.held} />
              </td>
              <td class="number">{lastsText(chain)}</td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Panel>
  );
}

function lastsText({ hoursLeft, endless }: PolwChain): string {
  if (endless) return 'for ever';
  if (hoursLeft === undefined) return '–';
  return hoursLeft < 48
    ? `${hoursLeft.toFixed(hoursLeft < 10 ? 1 : 0)} h`
    : `${Math.round(hoursLeft / 24)} days`;
}

/**
 * Proof of Less Work: the coins that blocks burn, where the pool supplies them.
 * @module
 */
import type { PolwInfo } from '../../pool/http/api/polw-schemas.js';
import { useAnswer } from '../live/use.js';
import { lastsText, type PolwChain, polwReasons, polwStanding, polwWords } from '../words/polw-words.js';
import { Amount, Badge, Figure, Nothing, Panel, Table } from './basics.js';
import { InPlaceOf } from './states.js';

/** To be shown where the pool supplies coins. */
export function Polw({ id }: { id: string }) {
  const state = useAnswer<PolwInfo>(`api/pools/${id}/polw`, 30_000);
  const { value } = state;
  return (
    <Panel title="Proof of Less Work" class="full" note={value && polwStanding(value)}>
      {value === undefined ? (
        <InPlaceOf state={state} lines={8} />
      ) : (
        <>
          <Accounts info={value} />
          <Reasons chains={value.chains} />
          <Chains chains={value.chains} />
        </>
      )}
    </Panel>
  );
}

/** Of the fund: what can be burnt, what comes back, and what it came to. */
function Accounts({ info: { accounts } }: { info: PolwInfo }) {
  const { fund, locked, burnt, gas, earned, pending, reserved, paid } = accounts;
  return (
    <dl class="figures small">
      <Figure name="To be burnt" below={reserved !== '0' && <Part atto={reserved} what="set aside" />}>
        <Amount atto={fund} /> ALPH
      </Figure>
      <Figure name="Burnt, on its way back">
        <Amount atto={locked} /> ALPH
      </Figure>
      <Figure name="Burnt so far" below={gas !== '0' && <Part atto={gas} what="for gas" />}>
        <Amount atto={burnt} /> ALPH
      </Figure>
      <Figure
        name="Earned, spendable"
        below={
          <>
            {pending !== '0' && <Part atto={pending} what="still locked" />}
            {paid !== '0' && <Part atto={paid} what="withdrawn so far" />}
          </>
        }
      >
        <Amount atto={earned} /> ALPH
      </Figure>
    </dl>
  );
}

function Part({ atto, what }: { atto: string; what: string }) {
  return (
    <span>
      <Amount atto={atto} /> {what}
    </span>
  );
}

function Reasons({ chains }: { chains: readonly PolwChain[] }) {
  const reasons = polwReasons(chains);
  if (reasons.length === 0) return null;
  return (
    <ul class="reasons">
      {reasons.map(({ chains: names, detail }) => (
        <li key={detail}>
          <strong>
            {names.length === 1 ? 'Chain' : 'Chains'} {names.join(', ')}:
          </strong>{' '}
          {detail}
        </li>
      ))}
    </ul>
  );
}

/** Columns in which no chain has anything are left out. */
function Chains({ chains }: { chains: readonly PolwChain[] }) {
  const burns = chains.some(({ burnt }) => burnt !== undefined);
  const lasts = chains.some((chain) => lastsText(chain) !== undefined);
  return (
    <Table label="chains under Proof of Less Work">
      <thead>
        <tr>
          <th scope="col">Chain</th>
          <th scope="col">State</th>
          {burns && (
            <th scope="col" class="number roomy">
              Next block burns, ALPH
            </th>
          )}
          <th scope="col" class="number roomy">
            At its address, ALPH
          </th>
          <th scope="col" class="number">
            Unlocked, ALPH
          </th>
          {lasts && (
            <th scope="col" class="number">
              Lasts
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {chains.map((chain) => (
          <tr key={chain.chain}>
            <td>{chain.chain}</td>
            <td>
              <ChainState chain={chain} />
            </td>
            {burns && (
              <td class="number roomy">
                {chain.burnt === undefined ? <Nothing what="–" /> : <Amount atto={chain.burnt} />}
              </td>
            )}
            <td class="number roomy">
              <Amount atto={chain.held} />
            </td>
            <td class="number">
              <Amount atto={chain.unlocked} />
            </td>
            {lasts && <td class="number">{lastsText(chain) ?? <Nothing what="–" />}</td>}
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function ChainState({ chain: { state } }: { chain: PolwChain }) {
  const { label, tone, meaning } = polwWords(state);
  return (
    <Badge tone={tone} title={meaning}>
      {label}
    </Badge>
  );
}

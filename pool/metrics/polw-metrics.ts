/**
 * Metrics of Proof of Less Work: there are values only where the pool supplies coins.
 * @module
 */
import { ALL_CHAINS, chainName } from '../../protocol/chain.js';
import { POLW_STATES, type PolwChainFacts, type PolwFacts } from '../domain/polw-facts.js';
import type { MetricDefinition, MetricFacts, MetricValues } from './metric-definition.js';

/** attoALPH in an ALPH. */
const ATTO = 1e18;

/** Shown, never summed up: a float will do. */
const alph = (atto: string): number => Number(atto) / ATTO;

export const POLW_METRICS: readonly MetricDefinition[] = [
  gauge(
    'fund_alph',
    'What the fund holds, by account: fund (to burn), locked, pending, earned, reserved; and what has left it: burnt, gas, paid.',
    'max',
    'account',
    ({ accounts }) =>
      Object.fromEntries(Object.entries(accounts).map(([name, amount]) => [name, alph(amount as string)])),
  ),
  gauge(
    'chains',
    'Chains by where they stand: plain, inSight (over half of the threshold), near, close, nodeBuilt, funded, waiting, unfunded.',
    'max',
    'state',
    ({ chains }) =>
      Object.fromEntries(
        POLW_STATES.map((state) => [state, chains.filter((chain) => chain.state === state).length]),
      ),
  ),
  gauge(
    'chain_visible_alph',
    "Coins that a chain's next block can spend, by chain; nothing while that is not known.",
    'min',
    'chain',
    ({ chains }) => byChain(chains, ({ visible }) => (visible === undefined ? undefined : alph(visible))),
  ),
  gauge(
    'chain_sent_alph',
    'Coins on the way to a chain that its next block can not spend yet, by chain.',
    'max',
    'chain',
    ({ chains }) => byChain(chains, ({ sent }) => (sent === undefined ? undefined : alph(sent))),
  ),
  gauge(
    'chain_burnt_alph',
    "Coins that a chain's next block burns, by chain; nothing where it burns none of the pool's.",
    'max',
    'chain',
    ({ chains }) => byChain(chains, ({ burnt }) => (burnt === undefined ? undefined : alph(burnt))),
  ),
  gauge(
    'chain_unlocked_alph',
    'Coins at the burn address of a chain that are neither locked nor set aside, by chain; known of every chain.',
    'min',
    'chain',
    ({ chains }) => byChain(chains, ({ unlocked }) => alph(unlocked)),
  ),
  gauge(
    'chain_needed_alph',
    'What must be unlocked at the present rate until what a chain burns now comes back, by chain; 0 where nothing was burnt of late.',
    'max',
    'chain',
    ({ chains }) => byChain(chains, ({ needed }) => alph(needed)),
  ),
  gauge(
    'chain_left_hours',
    'Hours that the coins of a chain last at the present rate, by chain; nothing where they last for good, or nothing was burnt of late.',
    'min',
    'chain',
    ({ chains }) => byChain(chains, ({ hoursLeft }) => hoursLeft),
  ),
  gauge(
    'chain_drift_alph_per_hour',
    'What comes back to the burn address of a chain in an hour less what it burns, by chain: below 0, coins drift to the opposite chain.',
    'min',
    'chain',
    ({ chains }) => byChain(chains, ({ driftPerHour }) => alph(driftPerHour)),
  ),
  gauge(
    'finds',
    'Blocks of the pool whose end is not final, by where they stand: open, main, uncle, orphan, void (in the chain, and without effect).',
    'max',
    'state',
    ({ finds }) => ({ ...finds }),
  ),
  gauge('caught_up', '1 once the history of the burn addresses is read.', 'min', undefined, ({ caughtUp }) =>
    Number(caughtUp),
  ),
  gauge(
    'output_differences',
    'Outputs at the burn addresses in which the fund and the list of the node differ, two times in a row.',
    'max',
    undefined,
    ({ outputs }) => outputs.differences,
  ),
  gauge(
    'output_lists_incomplete',
    'Burn addresses that hold more outputs than the node is set to tell of: they are not compared with the fund.',
    'max',
    undefined,
    ({ outputs }) => outputs.incomplete,
  ),
  gauge(
    'refused_lists',
    'Blocks with transactions of others that all nodes refused, since the start.',
    'sum',
    undefined,
    ({ refusedLists }) => refusedLists,
  ),
];

function byChain(
  chains: readonly PolwChainFacts[],
  amountOf: (chain: PolwChainFacts) => number | undefined,
): MetricValues {
  return Object.fromEntries(ALL_CHAINS.map((chain) => [chainName(chain), amountOf(chains[chain]!)]));
}

function gauge(
  name: string,
  help: string,
  together: MetricDefinition['together'],
  label: string | undefined,
  read: (facts: PolwFacts) => MetricValues,
): MetricDefinition {
  return {
    name: `lesswork_pool_polw_${name}`,
    kind: 'gauge',
    help,
    together,
    ...(label === undefined ? {} : { label }),
    read: ({ polw }: MetricFacts) => {
      if (polw !== undefined) return read(polw);
      return label === undefined ? undefined : {};
    },
  };
}

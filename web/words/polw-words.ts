/**
 * How a pool stands under Proof of Less Work, in words.
 * @module
 */
import type { PolwInfo } from '../../pool/http/api/polw-schemas.js';
import type { Tone } from './block-words.js';

export type PolwChain = PolwInfo['chains'][number];

export interface PolwWords {
  readonly label: string;
  readonly tone: Tone;
  /** What that means. */
  readonly meaning: string;
}

const STATES: Readonly<Record<PolwChain['state'], PolwWords>> = {
  none: { label: 'no job yet', tone: 'plain', meaning: 'No full node has given work on it.' },
  plain: { label: 'burns nothing', tone: 'plain', meaning: 'The network is far from the threshold.' },
  inSight: {
    label: 'over half way',
    tone: 'plain',
    meaning: 'Burns nothing yet: the network is over half way to the threshold.',
  },
  near: {
    label: 'within 20 %',
    tone: 'plain',
    meaning: 'Burns nothing yet: the network is within 20 % of the threshold.',
  },
  close: {
    label: 'within 5 %',
    tone: 'warn',
    meaning: 'Burns nothing yet: the network is within 5 % of the threshold.',
  },
  nodeBuilt: { label: 'by the node', tone: 'plain', meaning: 'The full node burns coins of its own.' },
  funded: { label: 'burns', tone: 'good', meaning: 'Its next block burns coins of the pool.' },
  waiting: { label: 'about to burn', tone: 'plain', meaning: 'Its newest job is being made ready.' },
  unfunded: { label: 'not mined', tone: 'bad', meaning: 'Nobody mines it here until it can be paid for.' },
};

/** @param state - as the API names it: a newer pool may know more */
export function polwWords(state: PolwChain['state']): PolwWords {
  return STATES[state] ?? { label: state, tone: 'plain', meaning: '' };
}

/** How the pool stands, in a sentence or two. */
export function polwStanding({ caughtUp, active, chains }: PolwInfo): string {
  if (!caughtUp) return 'The history of the burn addresses is being read: until then nothing is burnt.';
  const stopped = chains.filter(({ state }) => state === 'unfunded').length;
  const nearing = chains.some(({ state }) => state === 'inSight' || state === 'near' || state === 'close');
  return [
    active
      ? 'Blocks burn coins of the pool’s fund, most of which come back later; miners do nothing differently.'
      : nearing
        ? 'No block burns coins yet. They do once the network is past the threshold, which is in sight.'
        : 'No block burns coins of the pool at the moment.',
    ...(stopped === 0
      ? []
      : [`${stopped} of ${chains.length} chains ${stopped === 1 ? 'is' : 'are'} not mined.`]),
  ].join(' ');
}

export interface ChainsReason {
  readonly chains: readonly string[];
  readonly detail: string;
}

/** Why chains are not mined, or will not be: each reason once. */
export function polwReasons(chains: readonly PolwChain[]): ChainsReason[] {
  const reasons = new Map<string, string[]>();
  for (const { chain, detail } of chains)
    if (detail !== undefined) reasons.set(detail, [...(reasons.get(detail) ?? []), chain]);
  return [...reasons].map(([detail, names]) => ({ chains: names, detail }));
}

/** How long the coins of a chain last; undefined where that can't be told. */
export function lastsText({
  hoursLeft,
  endless,
}: Pick<PolwChain, 'hoursLeft' | 'endless'>): string | undefined {
  if (endless) return 'for ever';
  if (hoursLeft === undefined) return undefined;
  if (hoursLeft < 9.95) return `${hoursLeft.toFixed(1)} h`;
  return hoursLeft < 48 ? `${Math.round(hoursLeft)} h` : `${Math.round(hoursLeft / 24)} days`;
}

/**
 * What became of a block, in words.
 * @module
 */
import type { BlockInfo } from '../../pool/http/api/api-schemas.js';

export type Tone = 'good' | 'plain' | 'warn' | 'bad';

export interface BlockWords {
  readonly label: string;
  readonly tone: Tone;
  /** What that means. */
  readonly meaning: string;
}

const STATES: Readonly<Record<BlockInfo['state'], BlockWords>> = {
  sent: { label: 'sent', tone: 'plain', meaning: 'On its way to a full node.' },
  unanswered: { label: 'sent', tone: 'plain', meaning: 'The full node has not answered: it is looked for.' },
  accepted: { label: 'accepted', tone: 'plain', meaning: 'Taken by the full node; the chain decides.' },
  refused: { label: 'refused', tone: 'bad', meaning: 'The full node did not take it: it earns nothing.' },
  missing: { label: 'lost', tone: 'bad', meaning: 'No full node knows it: it earns nothing.' },
  main: { label: 'in the chain', tone: 'good', meaning: 'On the main chain.' },
  uncle: {
    label: 'uncle',
    tone: 'warn',
    meaning: 'Beside the main chain: a later block pays a part for it.',
  },
  orphan: { label: 'orphan', tone: 'bad', meaning: 'Another block took its place: it earns nothing.' },
  void: { label: 'void', tone: 'bad', meaning: 'On the main chain, but without effect: it earns nothing.' },
};

export function blockWords({ state, status }: Pick<BlockInfo, 'state' | 'status'>): BlockWords {
  const words = STATES[state] ?? { label: state, tone: 'plain', meaning: '' };
  if (status !== 'confirmed') return words;
  return state === 'uncle'
    ? { label: 'paid as uncle', tone: 'good', meaning: `${words.meaning} It can be spent.` }
    : { label: 'confirmed', tone: 'good', meaning: `${words.meaning} Its reward can be spent.` };
}

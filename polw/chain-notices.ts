/**
 * What people are told of chains that are not mined, or mined without transactions: once, chains with the same reason
 * together.
 * @module
 */
import { CHAINS, type ChainIndex } from '../protocol/chain.js';
import { type ChainState, nameChains } from './chain-state.js';

/** Something to tell. */
export interface ChainNotice {
  readonly level: 'info' | 'warn';
  readonly message: string;
}

/** Remembers what was told. */
export class ChainNotices {
  /** Of each chain: the reason, or undefined while it is mined. */
  readonly #told: (string | undefined)[] = new Array(CHAINS).fill(undefined);

  /** What is new. @param states - by chain index */
  news(states: readonly ChainState[]): ChainNotice[] {
    const stopped = new Map<string, { readonly detail: string; readonly chains: ChainIndex[] }>();
    const back: ChainIndex[] = [];
    for (const [chain, state] of states.entries()) {
      // What comes of it is told then.
      if (state.kind === 'waiting' || state.kind === 'none') continue;
      const trouble = troubleOf(state);
      if (trouble?.reason === this.#told[chain]) continue;
      this.#told[chain] = trouble?.reason;
      if (trouble === undefined) back.push(chain);
      else {
        const key = `${trouble.reason} ${trouble.detail}`;
        const group = stopped.get(key) ?? { detail: trouble.detail, chains: [] };
        group.chains.push(chain);
        stopped.set(key, group);
      }
    }
    const notices: ChainNotice[] = [...stopped.values()].map(({ detail, chains }) => ({
      level: 'warn',
      message: `${nameChains(chains)}: ${detail}`,
    }));
    if (back.length > 0) notices.push({ level: 'info', message: `${nameChains(back)}: all is well again` });
    return notices;
  }
}

function troubleOf(state: ChainState): { readonly reason: string; readonly detail: string } | undefined {
  if (state.kind === 'unfunded') return { reason: state.reason, detail: `not mined: ${state.detail}` };
  if (state.kind === 'plain' && state.warning !== undefined)
    return { reason: `soon ${state.warning.reason}`, detail: state.warning.detail };
  if (state.kind === 'funded' && state.listFault !== undefined)
    return { reason: 'list', detail: `mined with the coinbase alone: ${state.listFault}` };
  return undefined;
}

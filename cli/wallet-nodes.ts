/**
 * What a payer asks of the pool's full nodes: whether they pay the wallet, and what they have at its addresses.
 * @module
 */
import { endpointName } from '../node/endpoint.js';
import type { NodeIdentity } from '../node/identity.js';
import { type AskedNode, NodeChoice } from '../node/node-choice.js';
import type { NodeAddress } from '../node/node-set-port.js';
import { fetchIdentity, RestError } from '../node/rest.js';
import { restAskedNode } from '../node/rest-asked-node.js';
import { judgeWallet, type WalletFit } from '../node/wallet-fit.js';
import type { WalletLook } from '../payer/rounds/check-before-round.js';
import { chainIndex, GROUPS } from '../protocol/chain.js';
import { askingOptions } from './first-node.js';
import { walletOutputs } from './ledger-desk.js';

/** A node, and how it is reached. */
interface RoundNode extends AskedNode {
  readonly address: NodeAddress;
}

/** Does what asks a node, and notes meanwhile that it was asked. */
type Asking = <T>(node: NodeAddress, ask: () => Promise<T>) => Promise<T>;

export class WalletNodes {
  readonly #nodes: readonly NodeAddress[];
  readonly #wallet: NodeIdentity;
  readonly #choice: NodeChoice<RoundNode>;
  /** Questions that are not answered yet, by the name of the node. */
  readonly #open = new Map<string, number>();

  /** @param now - monotonic clock, ms */
  constructor(nodes: readonly NodeAddress[], wallet: NodeIdentity, now: () => number) {
    this.#nodes = nodes;
    this.#wallet = wallet;
    const ask = this.#asking.bind(this);
    this.#choice = new NodeChoice(
      nodes.map((node) => roundNode(node, ask)),
      now,
    );
  }

  /** Names of nodes that were asked something and have not answered yet. */
  get unheard(): readonly string[] {
    return [...this.#open.keys()];
  }

  /** Asks all nodes who they are. Never rejects. */
  async fit(): Promise<WalletFit> {
    const asked = this.#nodes.map(async (node) => ({
      name: endpointName(node.endpoint),
      identity: await this.#asking(node, () => fetchIdentity(node.endpoint, askingOptions(node))).catch(
        () => undefined,
      ),
    }));
    return judgeWallet(this.#wallet, await Promise.all(asked));
  }

  /** The wallet's outputs, as the first node has them that is synced and behind no other. Nodes that can't be asked who they are don't count. */
  async look(): Promise<WalletLook> {
    const fit = await this.fit();
    if (fit.kind === 'differs') return { kind: 'differs', why: fit.why.join('; ') };
    const { networkId, minerAddresses } = this.#wallet;
    const chains = new Set(Array.from({ length: GROUPS }, (_, group) => chainIndex(group, group)));
    const chosen = await this.#choice.choose(networkId, chains);
    if (typeof chosen === 'string') return { kind: 'away', why: chosen };
    try {
      const { address } = chosen.node;
      const outputs = await this.#asking(address, () =>
        walletOutputs({ node: address, addresses: minerAddresses }),
      );
      return { kind: 'outputs', outputs };
    } catch (error) {
      if (error instanceof RestError) return { kind: 'away', why: error.message };
      throw error;
    }
  }

  async #asking<T>({ endpoint }: NodeAddress, ask: () => Promise<T>): Promise<T> {
    const name = endpointName(endpoint);
    this.#open.set(name, (this.#open.get(name) ?? 0) + 1);
    try {
      return await ask();
    } finally {
      const left = this.#open.get(name)! - 1;
      if (left > 0) this.#open.set(name, left);
      else this.#open.delete(name);
    }
  }
}

function roundNode(address: NodeAddress, ask: Asking): RoundNode {
  return { ...restAskedNode(address, askingOptions(address), (question) => ask(address, question)), address };
}

/**
 * Which nodes are believed: synced ones of the pool's network that are behind no other, nor behind what was seen a while ago.
 * @module
 */
import type { ChainIndex } from '../protocol/chain.js';

/** Heights by which a node may be below the highest that was seen: blocks come while one node after the other is asked. */
const BEHIND_HEIGHTS = 2;

/** How long a height counts that no node has any more, ms: a node that was set up anew is believed after that. */
const REMEMBER_MS = 600_000;

/** A node's network is asked for again after, ms. */
const NETWORK_AGAIN_MS = 300_000;

/** A node that may be believed. Each question rejects with an error if it can't be asked, or answers otherwise than a node does. */
export interface AskedNode {
  readonly name: string;
  networkId(): Promise<number>;
  synced(): Promise<boolean>;
  /** Of a chain's last block. */
  height(chain: ChainIndex): Promise<number>;
}

/** A node, and how high it has the chains that were asked for. */
export interface ChosenNode<Node extends AskedNode> {
  readonly node: Node;
  readonly heights: ReadonlyMap<ChainIndex, number>;
}

export class NodeChoice<Node extends AskedNode> {
  readonly #nodes: readonly Node[];
  readonly #now: () => number;
  readonly #highest = new Map<ChainIndex, { readonly height: number; readonly atMs: number }>();
  /** When a node was found to be of the pool's network. */
  readonly #ofNetwork = new Map<Node, number>();

  /** @param nodes - in order of preference @param now - monotonic clock, ms */
  constructor(nodes: readonly Node[], now: () => number) {
    this.#nodes = nodes;
    this.#now = now;
  }

  /**
   * Asks all nodes at once.
   * @param chains - whose heights matter
   * @returns the first that can be believed, or why none can
   */
  async choose(networkId: number, chains: ReadonlySet<ChainIndex>): Promise<ChosenNode<Node> | string> {
    const { believed, faults } = await this.all(networkId, chains);
    return believed[0] ?? faults.join('; ');
  }

  /** As `choose`, with all that can be believed, in order of preference, and why the others can't. */
  async all(
    networkId: number,
    chains: ReadonlySet<ChainIndex>,
  ): Promise<{ readonly believed: readonly ChosenNode<Node>[]; readonly faults: readonly string[] }> {
    const looks = await Promise.all(this.#nodes.map((node) => this.#look(node, networkId, chains)));
    const nowMs = this.#now();
    for (const look of looks)
      if (typeof look !== 'string')
        for (const [chain, height] of look.heights) {
          const known = this.#highest.get(chain);
          if (known === undefined || height >= known.height || nowMs - known.atMs > REMEMBER_MS)
            this.#highest.set(chain, { height, atMs: nowMs });
        }
    const believed: ChosenNode<Node>[] = [];
    const faults: string[] = [];
    for (const look of looks) {
      const fault = typeof look === 'string' ? look : this.#lagOf(look);
      if (fault === undefined) believed.push(look as ChosenNode<Node>);
      else faults.push(fault);
    }
    return { believed, faults };
  }

  async #look(
    node: Node,
    networkId: number,
    chains: ReadonlySet<ChainIndex>,
  ): Promise<ChosenNode<Node> | string> {
    try {
      const askedMs = this.#ofNetwork.get(node) ?? Number.NEGATIVE_INFINITY;
      if (this.#now() - askedMs > NETWORK_AGAIN_MS) {
        const network = await node.networkId();
        if (network !== networkId) return `${node.name} is of network ${network}, not ${networkId}`;
        this.#ofNetwork.set(node, this.#now());
      }
      if (!(await node.synced())) return `${node.name} is not synced`;
      const heights = new Map<ChainIndex, number>();
      for (const chain of chains) heights.set(chain, await node.height(chain));
      return { node, heights };
    } catch (error) {
      // Another one may answer there when it is back.
      this.#ofNetwork.delete(node);
      return error instanceof Error ? error.message : String(error);
    }
  }

  #lagOf({ node, heights }: ChosenNode<Node>): string | undefined {
    for (const [chain, height] of heights)
      if ((this.#highest.get(chain)?.height ?? height) - height > BEHIND_HEIGHTS)
        return `${node.name} is behind`;
    return undefined;
  }
}

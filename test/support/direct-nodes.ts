/**
 * Simulated nodes without sockets: what a user of a set of nodes, and a fund, have of them.
 * @module
 */

import { generateMinerAddresses } from '../../devnet/addresses.js';
import { chooseKernel } from '../../devnet/choose-kernel.js';
import type { Clock } from '../../devnet/clock.js';
import { openChains } from '../../devnet/kept-chains.js';
import type { DevnetNode } from '../../devnet/node.js';
import { type DevnetOptions, resolveOptions } from '../../devnet/options.js';
import { createRandom } from '../../devnet/random.js';
import { blockEntryOf } from '../../devnet/rest-json.js';
import { createSimulation, type Simulation } from '../../devnet/simulation.js';
import { jobOf } from '../../devnet/template.js';
import type { NodeSession, NodeSetEvents, NodeStatus, Nodes } from '../../node/node-set-port.js';
import type { BlockSource } from '../../polw/reader/block-source.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { ALL_CHAINS } from '../../protocol/chain.js';
import { type TxsBlob, txsBytesOf } from '../../protocol/job.js';
import { decodeTransactions } from '../../protocol/transaction-decoder.js';

/** A simulated node that does not listen. Nodes with the same settings begin with the same blocks. */
export async function createDevnet(options: DevnetOptions, clock: Clock): Promise<Simulation> {
  const settings = resolveOptions(options);
  return createSimulation(settings, {
    chains: openChains(settings, clock, undefined),
    clock,
    search: await chooseKernel({}),
    generated: generateMinerAddresses(createRandom(settings.seed)),
    report: () => {},
  });
}

/** What a fund reads of a node, as its REST API tells it. */
export function sourceOf(node: DevnetNode): BlockSource {
  const { state } = node;
  const entryOf = (block: NonNullable<ReturnType<typeof state.get>>): unknown =>
    JSON.parse(JSON.stringify(blockEntryOf(block, node.coins?.conflictedOf(block))));
  return {
    blocks: async (fromMs, toMs) =>
      ALL_CHAINS.map((chain) => state.mainBetween(chain, fromMs, toMs).map(entryOf)),
    block: async (hash) => {
      const block = state.get(hash);
      return block && entryOf(block);
    },
    hashes: async (chain, height) => state.at(chain, height).map(({ id }) => id),
    height: async (chain) => state.tip(chain).height,
  };
}

/** What a node said of a block. */
export interface DirectVerdict {
  /** In the order of the nodes. */
  readonly node: number;
  /** Hex. */
  readonly hash: string;
  readonly fault: string | undefined;
}

/** Nodes of which the first leads, and hands out whole templates. Nothing happens before whoever asked has gone on. */
export class DirectNodes implements Nodes {
  readonly nodes: readonly NodeStatus[];
  /** Told of each verdict of a node. */
  onNodeVerdict: (verdict: DirectVerdict) => void = () => {};
  /** Whether blocks come through to a node. */
  reaches: (node: number) => boolean = () => true;
  readonly #nodes: readonly DevnetNode[];
  #events: NodeSetEvents | undefined;
  #pushing = false;
  #stop: (() => void) | undefined;

  constructor(nodes: readonly DevnetNode[]) {
    this.#nodes = nodes;
    this.nodes = nodes.map((_, node) => ({
      endpoint: { host: '127.0.0.1', port: 1, restPort: 1 },
      name: `node ${node}`,
      state: node === 0 ? 'leading' : 'ready',
      detail: undefined,
      standing: 0,
      wholeBlocks: true,
      session: { id: node + 1, node, name: `node ${node}` },
      identity: undefined,
    }));
  }

  open(events: NodeSetEvents): void {
    this.#events = events;
    const [leader] = this.#nodes;
    leader!.board.listen(true);
    this.#stop = leader!.onBlock(() => this.#push());
    queueMicrotask(() => this.#events?.onSession(this.nodes[0]!.session!));
    this.#push();
  }

  submit({ id }: Pick<NodeSession, 'id'>, header: Uint8Array, txsBlob: TxsBlob): boolean {
    const node = id - 1;
    if (!this.reaches(node)) return false;
    const transactions = decodeTransactions(txsBytesOf(txsBlob));
    queueMicrotask(() =>
      this.#nodes[node]!.submitWhole(header, transactions, ({ hash, fault }) => {
        this.onNodeVerdict({ node, hash: bytesToHex(hash), fault });
        queueMicrotask(() => this.#events?.onVerdict(this.nodes[node]!.session!, hash, fault === undefined));
      }),
    );
    return true;
  }

  expect(): void {}

  close(): void {
    this.#stop?.();
    this.#events = undefined;
  }

  /** The newest jobs, once for all blocks of a moment. */
  #push(): void {
    if (this.#pushing) return;
    this.#pushing = true;
    queueMicrotask(() => {
      this.#pushing = false;
      const jobs = this.#nodes[0]!.issueTemplates().map((template) => jobOf(template, true));
      this.#events?.onJobs(this.nodes[0]!.session!, jobs, []);
    });
  }
}

/**
 * All full nodes of the payer: each is handed every transaction, and those that are believed are asked.
 * @module
 */
import { ALL_GROUPS, type Group } from '../../ledger/accounts.js';
import { type ChosenNode, NodeChoice } from '../../node/node-choice.js';
import type { AddressOutputs } from '../../node/rest-outputs.js';
import type { SignedTransfer, TransactionPlace, TransactionStatus } from '../../node/rest-transactions.js';
import { chainIndex } from '../../protocol/chain.js';
import type { StepTrouble } from './intent-desk-port.js';
import { jointStatus } from './joint-answers.js';
import type { PayerNode } from './payer-node.js';

/** Chains that decide: those of one group each. */
const DECIDERS = new Set(ALL_GROUPS.map((group) => chainIndex(group, group)));

export class PayerNodes {
  readonly #nodes: readonly PayerNode[];
  readonly #choice: NodeChoice<PayerNode>;
  readonly #networkId: number;

  /** @param nodes - in order of preference @param elapsed - monotonic clock, ms */
  constructor(nodes: readonly PayerNode[], networkId: number, elapsed: () => number) {
    this.#nodes = nodes;
    this.#networkId = networkId;
    this.#choice = new NodeChoice(nodes, elapsed);
  }

  /** Asks who is believed now. */
  async round(): Promise<NodeRound> {
    const { believed, faults } = await this.#choice.all(this.#networkId, DECIDERS);
    return new NodeRound(this.#nodes, believed, faults);
  }
}

/** Questions to those that are believed at the moment. A node that fails once is not asked, or not handed anything, again in this round. */
export class NodeRound {
  readonly #all: readonly PayerNode[];
  readonly #believed: readonly ChosenNode<PayerNode>[];
  readonly #faults: string[];
  readonly #failed = new Set<PayerNode>();
  readonly #deaf = new Set<PayerNode>();
  /** Why nobody could be handed a transaction, in words. */
  #unhanded: string | undefined;

  constructor(
    all: readonly PayerNode[],
    believed: readonly ChosenNode<PayerNode>[],
    faults: readonly string[],
  ) {
    this.#all = all;
    this.#believed = believed;
    this.#faults = [...faults];
  }

  /** Why nobody can be asked, or handed anything; undefined while somebody can. */
  get trouble(): StepTrouble | undefined {
    if (this.#asked().length > 0)
      return this.#unhanded === undefined ? undefined : { kind: 'unhanded', why: this.#unhanded };
    const why = this.#faults.length > 0 ? this.#faults.join('; ') : 'there is no full node';
    return { kind: 'unheard', why };
  }

  /** What all say of a transaction; undefined if nobody can be asked, or they contradict each other. */
  async status(place: TransactionPlace): Promise<TransactionStatus | undefined> {
    const answers = await this.#ask(this.#asked(), this.#failed, (node) => node.status(place));
    return answers.length > 0 ? jointStatus(answers) : undefined;
  }

  /** What each has at an address; undefined if nobody can be asked, or one does not tell of all. */
  async outputs(address: string): Promise<readonly AddressOutputs[] | undefined> {
    const answers = await this.#ask(this.#asked(), this.#failed, (node) => node.outputs(address));
    return answers.length > 0 && answers.every(({ complete }) => complete) ? answers : undefined;
  }

  /** Height of chain (group, group) that all have. Only where somebody can be asked. */
  height(group: Group): number {
    const chain = chainIndex(group, group);
    return Math.min(...this.#believed.map(({ heights }) => heights.get(chain)!));
  }

  /**
   * Hands a transaction to every node, also to those that are not believed.
   * @returns undefined if none has answered; else what they said, if none took it
   */
  async handIn(transfer: SignedTransfer): Promise<{ readonly refusal: string | undefined } | undefined> {
    const nodes = this.#all.filter((node) => !this.#failed.has(node) && !this.#deaf.has(node));
    const answers = await this.#ask(nodes, this.#deaf, (node) => node.submit(transfer));
    if (answers.length === 0) {
      this.#unhanded = this.#faults.join('; ');
      return undefined;
    }
    const refusals = answers.flatMap((answer) => (answer.kind === 'refused' ? [answer.detail] : []));
    return { refusal: refusals.length === answers.length ? [...new Set(refusals)].join('; ') : undefined };
  }

  #asked(): readonly PayerNode[] {
    return this.#believed.map(({ node }) => node).filter((node) => !this.#failed.has(node));
  }

  /** @param failed - where those go that can't be asked, or answer as no node does */
  async #ask<T>(
    nodes: readonly PayerNode[],
    failed: Set<PayerNode>,
    question: (node: PayerNode) => Promise<T>,
  ): Promise<T[]> {
    const answers: T[] = [];
    const asked = await Promise.allSettled(nodes.map(question));
    for (const [i, answer] of asked.entries()) {
      if (answer.status === 'fulfilled') {
        answers.push(answer.value);
        continue;
      }
      const { reason } = answer as { readonly reason: unknown };
      if ((reason as { readonly code?: unknown } | undefined)?.code !== 'ERR_NODE_REST') throw reason;
      failed.add(nodes[i]!);
      this.#faults.push((reason as Error).message);
    }
    return answers;
  }
}

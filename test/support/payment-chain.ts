/**
 * A chain of blocks with transfers, and full nodes over it, for tests of payouts: nodes pool, drop and forget what they are handed, are away
 * or behind; blocks are taken back; a stranger spends a coin first. Each block counts as one of every chain (g, g).
 *
 * What counts is told from all blocks each time: of two transactions that spend one output, the first.
 * @module
 */
import { RestError } from '../../node/rest.js';
import type { AddressOutputs } from '../../node/rest-outputs.js';
import type { SignedTransfer, SubmitAnswer, TransactionStatus } from '../../node/rest-transactions.js';
import type { PayerNode } from '../../payer/intents/payer-node.js';
import { addressOfLockupScript } from '../../protocol/address.js';
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import { outputKeyOf } from '../../protocol/output-reference.js';
import { decodeUnsignedTransaction } from '../../protocol/transaction-decoder.js';

interface Coin {
  readonly address: string;
  readonly amount: bigint;
}

interface ChainTransaction {
  readonly id: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly (Coin & { readonly key: string })[];
}

/** What a chain comes to. */
interface Replayed {
  readonly coins: ReadonlyMap<string, Coin>;
  /** Index of its block, and whether it has an effect. */
  readonly standing: ReadonlyMap<string, { readonly at: number; readonly counts: boolean }>;
}

/** A node of the chain, and what is wrong with it. */
export interface ChainNode extends PayerNode {
  /** Every question fails. */
  away: boolean;
  /** Takes nothing. */
  deaf: boolean;
  /** Blocks that it lacks. */
  lag: number;
  isSynced: boolean;
  /** What waits there. */
  readonly pool: Set<string>;
  /** Ids that it was handed, in order. */
  readonly handed: string[];
}

export interface PaymentChain {
  readonly nodes: readonly ChainNode[];
  /** A new output of nobody's making. */
  coin(key: string, address: string, amount: bigint): void;
  /** Blocks; the first takes in what waits anywhere, unless told otherwise. */
  mine(blocks?: number, isEmpty?: boolean): void;
  /** Takes the last blocks back and mines one more without their transfers. @param returns - whether these wait again */
  reorganise(depth: number, returns: boolean): void;
  /** All nodes lose what waits. */
  drop(): void;
  /** A stranger spends outputs, in a block before whatever waits. @returns false if one is gone already */
  steal(keys: readonly string[], name: string): boolean;
  /** As `steal`, with one that spends the same in a block of the same height: that one stays there without effect. */
  conflict(keys: readonly string[], name: string, loser: string): boolean;
  /** What an address was ever given by transfers, attoALPH. */
  received(address: string): bigint;
  /** As blocks alone have it. */
  outputs(address: string): AddressOutputs['outputs'];
  height(): number;
}

const NETWORK = 4;

/** @param count - of nodes */
export function paymentChain(count: number): PaymentChain {
  const known = new Map<string, ChainTransaction>();
  const genesis = new Map<string, Coin>();
  const blocks: string[][] = [];
  let kept: { readonly length: number; readonly replayed: Replayed } | undefined;

  const replay = (length = blocks.length): Replayed => {
    if (kept?.length === length) return kept.replayed;
    const coins = new Map(genesis);
    const standing = new Map<string, { at: number; counts: boolean }>();
    for (const [at, ids] of blocks.slice(0, length).entries())
      for (const id of ids) {
        const { inputs, outputs } = known.get(id)!;
        const counts = inputs.every((key) => coins.has(key));
        if (standing.get(id)?.counts !== true) standing.set(id, { at, counts });
        if (!counts) continue;
        for (const key of inputs) coins.delete(key);
        for (const { key, ...coin } of outputs) coins.set(key, coin);
      }
    const replayed = { coins, standing };
    if (length === blocks.length) kept = { length, replayed };
    return replayed;
  };
  const push = (ids: string[]): void => {
    blocks.push(ids);
    kept = undefined;
  };

  const nodes = Array.from({ length: count }, (_, i) => chainNode(`node ${i}`, { known, blocks, replay }));
  const waiting = (): string[] => [...new Set(nodes.flatMap(({ pool }) => [...pool]))];
  const clean = (): void => {
    const { coins } = replay();
    for (const { pool } of nodes)
      for (const id of pool) if (!known.get(id)!.inputs.every((key) => coins.has(key))) pool.delete(id);
  };
  const steal = (keys: readonly string[], name: string, loser?: string): boolean => {
    const { coins } = replay();
    if (!keys.every((key) => coins.has(key))) return false;
    const amount = keys.reduce((sum, key) => sum + coins.get(key)!.amount, 0n);
    known.set(name, { id: name, inputs: keys, outputs: [{ key: `${name} out`, address: 'thief', amount }] });
    push(loser === undefined ? [name] : [name, loser]);
    clean();
    return true;
  };

  return {
    nodes,
    coin: (key, address, amount) => {
      genesis.set(key, { address, amount });
      kept = undefined;
    },
    mine: (number = 1, isEmpty = false) => {
      const taken: string[] = [];
      const left = new Map(replay().coins);
      for (const id of isEmpty ? [] : waiting()) {
        const { inputs, outputs } = known.get(id)!;
        if (!inputs.every((key) => left.has(key))) continue;
        for (const key of inputs) left.delete(key);
        for (const { key, ...coin } of outputs) left.set(key, coin);
        taken.push(id);
      }
      push(taken);
      for (let i = 1; i < number; i++) push([]);
      clean();
    },
    reorganise: (depth, returns) => {
      const gone = blocks.splice(Math.max(0, blocks.length - depth)).flat();
      kept = undefined;
      for (let i = 0; i <= depth; i++) push([]);
      if (returns) for (const { pool } of nodes) for (const id of gone) pool.add(id);
      clean();
    },
    drop: () => {
      for (const { pool } of nodes) pool.clear();
    },
    steal,
    conflict: steal,
    received: (address) => {
      const { standing } = replay();
      let sum = 0n;
      for (const [id, { counts }] of standing)
        if (counts)
          for (const output of known.get(id)!.outputs) if (output.address === address) sum += output.amount;
      return sum;
    },
    outputs: (address) => listOf(replay().coins, address),
    height: () => blocks.length,
  };
}

interface ChainOf {
  readonly known: Map<string, ChainTransaction>;
  readonly blocks: readonly (readonly string[])[];
  replay(length?: number): Replayed;
}

function chainNode(name: string, { known, blocks, replay }: ChainOf): ChainNode {
  const length = (): number => Math.max(0, blocks.length - node.lag);
  const reach = async (): Promise<void> => {
    await Promise.resolve();
    if (node.away) throw new RestError(`${name} is away`);
  };
  const node: ChainNode = {
    name,
    away: false,
    deaf: false,
    lag: 0,
    isSynced: true,
    pool: new Set(),
    handed: [],
    networkId: async () => {
      await reach();
      return NETWORK;
    },
    synced: async () => {
      await reach();
      return node.isSynced;
    },
    height: async () => {
      await reach();
      return length();
    },
    submit: async (transfer) => {
      await reach();
      node.handed.push(transfer.txId);
      const transaction = transactionOf(transfer);
      known.set(transaction.id, transaction);
      if (node.deaf) return refused('deaf');
      if (node.pool.has(transaction.id)) return { kind: 'taken' };
      const { coins } = replay(length());
      const used = new Set([...node.pool].flatMap((id) => known.get(id)!.inputs));
      if (!transaction.inputs.every((key) => coins.has(key) && !used.has(key)))
        return refused('NonExistInput');
      node.pool.add(transaction.id);
      return { kind: 'taken' };
    },
    status: async ({ txId, fromGroup, toGroup }): Promise<TransactionStatus> => {
      await reach();
      const standing = replay(length()).standing.get(txId);
      if (standing === undefined) return { kind: node.pool.has(txId) ? 'pooled' : 'unknown' };
      const deep = length() - standing.at - (fromGroup === toGroup ? 0 : 1);
      return {
        kind: standing.counts ? 'confirmed' : 'conflicted',
        blockHash: standing.at.toString(16).padStart(64, '0'),
        chainConfirmations: length() - standing.at,
        fromGroupConfirmations: deep,
        toGroupConfirmations: deep,
      };
    },
    outputs: async (address): Promise<AddressOutputs> => {
      await reach();
      const coins = new Map(replay(length()).coins);
      const before = listOf(coins, address).length;
      let touched = false;
      for (const id of node.pool)
        for (const key of known.get(id)!.inputs) {
          touched ||= coins.get(key)?.address === address;
          coins.delete(key);
        }
      const outputs = listOf(coins, address);
      return { outputs, complete: true, onChain: !touched && outputs.length === before };
    },
  };
  return node;
}

function listOf(coins: ReadonlyMap<string, Coin>, address: string): AddressOutputs['outputs'] {
  return [...coins]
    .filter(([, coin]) => coin.address === address)
    .map(([key, { amount }]) => ({ key, amount, lockTimeMs: 0 }));
}

function transactionOf({ unsignedTx, txId }: SignedTransfer): ChainTransaction {
  const { inputs, outputs } = decodeUnsignedTransaction(hexToBytes(unsignedTx));
  return {
    id: txId,
    inputs: inputs.map(({ key }) => bytesToHex(key)),
    outputs: outputs.map(({ lockupScript, amount }, i) => ({
      key: bytesToHex(outputKeyOf(hexToBytes(txId), i)),
      address: addressOfLockupScript(lockupScript).text,
      amount,
    })),
  };
}

function refused(detail: string): SubmitAnswer {
  return { kind: 'refused', detail };
}

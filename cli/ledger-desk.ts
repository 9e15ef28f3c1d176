/**
 * What the commands of `lesswork ledger` work with: the pool's books, its nodes, the time, and where their words go.
 * @module
 */
import { ALL_GROUPS, type Group } from '../ledger/accounts.js';
import type { NodeOutputs } from '../ledger/check-outputs.js';
import { LedgerError } from '../ledger/ledger-error.js';
import { closedMonth, lastMonthFile } from '../ledger/months/close-month.js';
import { openingOf } from '../ledger/months/month-file.js';
import type { Opening } from '../ledger/replay.js';
import type { NodeAddress } from '../node/node-set-port.js';
import { fetchIdentity, fetchReadiness } from '../node/rest.js';
import { fetchOutputs } from '../node/rest-outputs.js';
import type { Books } from '../pool/ports/books.js';
import { askingOptions, fromFirstNode } from './first-node.js';

export interface LedgerDesk {
  readonly books: Books;
  /** In the order in which they are asked. */
  readonly nodes: readonly NodeAddress[];
  /** Of this process, among all that have the books open. */
  readonly owner: string;
  /** ms since the epoch. */
  now(): number;
  /** Lines of the result. */
  write(text: string): void;
}

/** Longest wait until somebody else has done what takes the ledger's lease, ms. */
const LEASE_MS = 60_000;

/** A node that is there and synced, and whom it pays. */
export interface FitNode {
  readonly node: NodeAddress;
  /** The wallet's addresses, by group. */
  readonly addresses: readonly string[];
}

/** The first node that is fit to be asked. @throws Error if none is */
export async function fitNode({ nodes }: LedgerDesk): Promise<FitNode> {
  return fromFirstNode(nodes, 'expected a synced node, got none', async (node, options, troubles) => {
    const { synced } = await fetchReadiness(node.endpoint, options);
    if (synced) return { node, addresses: (await fetchIdentity(node.endpoint, options)).minerAddresses };
    troubles.push(`${node.endpoint.host}: not synced`);
    return undefined;
  });
}

/** What a node has at the wallet's addresses. @throws RestError */
export async function walletOutputs({ node, addresses }: FitNode): Promise<NodeOutputs[]> {
  const options = askingOptions(node);
  const all: NodeOutputs[] = [];
  for (const group of ALL_GROUPS) {
    const { outputs, complete, onChain } = await fetchOutputs(node.endpoint, addresses[group]!, options);
    all.push({ group, complete, onChain, outputs: outputs.map((output) => ({ ...output, group })) });
  }
  return all;
}

/** Group of the wallet that an address is of; undefined of another address. */
export function groupOfWallet({ addresses }: FitNode, address: string): Group | undefined {
  return ALL_GROUPS.find((group) => addresses[group] === address);
}

/**
 * Where the log's texts begin, if they were trimmed.
 * @param months - folder of the closed months
 * @throws Error if they were, and there is no folder
 */
export async function openingOfDesk(
  { books }: LedgerDesk,
  months: string | undefined,
): Promise<Opening | undefined> {
  const start = await books.logStart();
  if (start === 0) return undefined;
  const closed = await closedMonth(books);
  if (closed === undefined || closed.end < start)
    throw new LedgerError('month', `the log begins with entry ${start}, and no closed month goes up to that`);
  if (months === undefined)
    throw new Error(
      `expected --months: the books go back to ${closed.month} alone, what is older is in files`,
    );
  return openingOf(await lastMonthFile(months, closed));
}

/** Does something under the ledger's lease. @throws Error if another process has it */
export async function underLease<T>(
  { books, owner }: LedgerDesk,
  action: (fence: { readonly name: 'ledger'; readonly number: number }) => Promise<T>,
): Promise<T> {
  const lease = await books.takeLease('ledger', owner, LEASE_MS);
  if (lease === undefined)
    throw new Error('another lesswork ledger is at work on these books; try again in a minute');
  try {
    return await action({ name: 'ledger', number: lease.fence });
  } finally {
    await books.releaseLease('ledger', lease.fence);
  }
}

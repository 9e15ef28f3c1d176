/**
 * Routes by which miners check what they were credited. What they answer never changes, but for the head of the chain.
 * @module
 */
import { z } from 'zod';
import {
  blockJson,
  branchJson,
  chainJson,
  minerRunJson,
  rowJson,
  runJson,
  tableJson,
} from '../../../audit/audit-answers.js';
import type { AuditReader, BlockCredit } from '../../audit/audit-reader.js';
import { parseAccount } from '../../domain/account.js';
import { ApiError } from './api-error.js';
import type { ApiRoute, PathParameters, RouteContext } from './api-routes.js';
import { auditChainSchema, auditRunSchema, blockCreditSchema, minerRunSchema } from './audit-schemas.js';

/** Answers about a run are kept for this time, ms. */
const RUN_MS = 60_000;

const NO_QUERY = z.object({});

/** What is asked for. */
interface AuditRoute extends Omit<ApiRoute, 'query' | 'ask'> {
  /** @throws ApiError */
  make(audit: AuditReader, path: AuditPath): Promise<unknown>;
}

interface AuditPath {
  readonly number: number;
  readonly hash: string;
  /** Hex of a lockup script. */
  readonly account: string;
}

export const AUDIT_ROUTES: readonly ApiRoute[] = [
  auditRoute({
    path: '/api/pools/:poolId/audit',
    name: 'AuditChain',
    summary: 'How many settlement runs there are, and the head of their chain.',
    answer: auditChainSchema,
    keepMs: 5_000,
    make: async (audit) => chainJson(await audit.chain()),
  }),
  auditRoute({
    path: '/api/pools/:poolId/audit/runs/:number',
    name: 'AuditRun',
    summary: 'A settlement run: its blocks, windows, sums, and its link in the chain.',
    answer: auditRunSchema,
    keepMs: RUN_MS,
    make: async (audit, { number }) => runJson(there(await audit.run(number), 'no such run is complete')),
  }),
  auditRoute({
    path: '/api/pools/:poolId/miners/:address/runs/:number',
    name: 'MinerRun',
    summary: 'The work of an address in the windows of a run, with what shows that it belongs to the run.',
    answer: minerRunSchema,
    keepMs: 5_000,
    make: async (audit, { number, account }) =>
      minerRunJson(there(await audit.minerRun(number, account), 'no such run is complete')),
  }),
  auditRoute({
    path: '/api/pools/:poolId/miners/:address/blocks/:hash/credit',
    name: 'MinerBlockCredit',
    summary: 'What a block brought an address, by which work, with what shows that it belongs to a run.',
    answer: blockCreditSchema,
    keepMs: RUN_MS,
    make: async (audit, { hash, account }) =>
      creditJson(there(await audit.blockCredit(hash, account), 'this block is in no complete run')),
  }),
];

function creditJson({ answer, table, block, account, credit, row, branches }: BlockCredit) {
  const { tables, blocks, ...run } = runJson(answer);
  const { root, before, head, ...facts } = run;
  return {
    run: { ...facts, tables: tables.length, blocks: blocks.length },
    root,
    before,
    head,
    block: blockJson(block),
    ...(table && { table: tableJson(table) }),
    account,
    credit: `${credit}`,
    ...(row && { row: rowJson(row) }),
    branches: {
      run: branchJson(branches.run),
      ...(branches.table && { table: branchJson(branches.table) }),
      block: branchJson(branches.block),
    },
  };
}

function there<T>(value: T | undefined, message: string): T {
  if (value === undefined) throw new ApiError(404, 'notSettled', message);
  return value;
}

function auditRoute({ make, ...route }: AuditRoute): ApiRoute {
  return {
    ...route,
    query: NO_QUERY,
    ask: (context, path) => {
      const asked = pathOf(context, path);
      const { audit } = context;
      if (audit === undefined) throw new ApiError(404, 'noAudit', 'this pool credits nobody');
      return {
        key: JSON.stringify([route.name, asked.account, asked.number, asked.hash]),
        make: () => make(audit, asked),
      };
    },
  };
}

/** Parts that a path does not have are none of its route's. */
function pathOf(
  { pool }: RouteContext,
  { poolId, address, number = '1', hash = '' }: PathParameters,
): AuditPath {
  if (poolId !== pool.id) throw new ApiError(404, 'unknownPool', `no such pool: this is "${pool.id}"`);
  const account = address === undefined ? undefined : parseAccount(address);
  if (address !== undefined && account === undefined)
    throw new ApiError(400, 'invalidAddress', 'expected an Alephium address');
  if (!/^[1-9]\d{0,11}$/.test(number))
    throw new ApiError(400, 'invalidNumber', 'expected the number of a run, from 1');
  if (hash !== '' && !/^[0-9a-f]{64}$/.test(hash))
    throw new ApiError(400, 'invalidHash', 'expected the hash of a block, 64 hex digits');
  return { account: account?.key ?? '', number: Number(number), hash };
}

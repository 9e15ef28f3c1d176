/**
 * Schemas of what the API says of settlement runs and of the tree of each: docs/AUDIT.md says what is hashed.
 * @module
 */
import { z } from 'zod';

const hash = (what: string) =>
  z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe(what);
const atto = (what: string) => z.string().regex(/^\d+$/).describe(`${what}, attoALPH.`);
const hashes = (what: string) => z.string().regex(/^\d+$/).describe(`${what}, expected hashes.`);
const count = (what: string) => z.int().min(0).describe(what);
const timeMs = (what: string) => z.int().min(0).describe(`${what}, ms since the epoch.`);
const account = z
  .string()
  .regex(/^[0-9a-f]+$/)
  .describe('Hex of the lockup script, without the group of a groupless address.');
const tableKey = z.string().describe('Key of a table of work.');

const branchSchema = z
  .strictObject({
    index: count('Number of the leaf, from 0.'),
    count: count('Leaves of the tree.'),
    hashes: z.array(hash('A hash beside the way to the root.')).describe("From the leaf's neighbour up."),
  })
  .describe('Place of a leaf in a tree, and what its root takes beside it.');

const facts = {
  pool: z.string().describe('Id of the pool.'),
  number: count('Number of the run, from 1.'),
  timeMs: timeMs('When it was made'),
  scheme: z.enum(['pplns', 'prop', 'solo']),
  feeMillionths: count("The pool's part of each reward, in millionths."),
  credits: atto('Credited to all accounts'),
  fee: atto("The pool's fee"),
  remainder: atto('What rounding left over'),
};

const link = {
  root: hash("Of the run's tree."),
  before: hash('Head of the chain before this run; zeros for the first.'),
  head: hash('Head of the chain with it.'),
};

const tableSchema = z.strictObject({
  key: tableKey,
  accounts: count('Its rows.'),
  chunks: count('Parts that its rows are in.'),
  root: hash("Of the chunks' tree."),
  windows: z.array(
    z.strictObject({
      fromMs: timeMs('Start of its oldest slice'),
      toMs: timeMs('End of its newest slice'),
      part: hashes('What of the oldest slice counts'),
      of: hashes('of this'),
      total: hashes('Work of all accounts'),
    }),
  ),
  finds: z
    .array(z.strictObject({ hash: hash('Of a found block.'), window: count('Number of its window.') }))
    .describe('Found blocks that nodes took, also those that come to nothing.'),
});

const blockSchema = z.strictObject({
  hash: hash('Of the block.'),
  chain: z.int().min(0).max(15),
  height: count('Of the block.'),
  reward: atto('What it brought, without coins that the pool itself put in'),
  table: tableKey.optional(),
  window: count('Number of its window in the table.').optional(),
  finder: account.optional().describe('Account that gets all of it, of scheme solo.'),
});

const rowSchema = z.strictObject({
  table: tableKey,
  work: z.array(hashes('Work in a window')).describe('By window.'),
  row: branchSchema,
  chunk: branchSchema,
});

export const auditChainSchema = z.strictObject({
  pool: facts.pool,
  runs: count('Settlement runs so far.'),
  head: hash('Head of the chain; zeros without a run.'),
});

export const auditRunSchema = z.strictObject({
  ...facts,
  tables: z.array(tableSchema).describe('By key.'),
  blocks: z.array(blockSchema).describe('By hash.'),
  ...link,
});

export const minerRunSchema = z.strictObject({
  number: facts.number,
  account,
  rows: z.array(rowSchema).describe('Of each table of the run in which the address has work.'),
  day: z.iso.date().describe('Day of the run (UTC).'),
  earned: atto('All that was credited to the address on that day; missing while a run is booked').optional(),
  through: count('Number of the last run as of which that is told.'),
});

export const blockCreditSchema = z.strictObject({
  run: z.strictObject({ ...facts, tables: count('Tables of the run.'), blocks: count('Its blocks.') }),
  ...link,
  block: blockSchema,
  table: tableSchema.optional(),
  account,
  credit: atto('What the address gets of this block'),
  row: rowSchema.optional().describe('Missing where the address has no work in the table.'),
  branches: z.strictObject({ run: branchSchema, table: branchSchema.optional(), block: branchSchema }),
});

// A pool that settles, over books in memory, and the audit of one of its miners.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockText, isInTable, runText, tableText } from '../../../audit/audit-run.js';
import { leafOf, rootByBranch } from '../../../audit/audit-tree.js';
import { type AuditTerms, auditMiner, type MinerAudit } from '../../../audit/check/audit-miner.js';
import { AuditReader } from '../../../pool/audit/audit-reader.js';
import { bytesToHex } from '../../../protocol/bytes.js';
import { auditSourceOf, type Lie } from '../../support/audit-source.js';
import { type SettledWorld, settledWorld } from '../../support/settled-world.js';
import { accountKey, noTurns } from '../../support/settlement-world.js';

const ONE = accountKey(1);

interface Lab extends SettledWorld {
  audit(terms?: Partial<AuditTerms>, lie?: Lie): Promise<MinerAudit>;
}

/** Two settlement runs. @param counts - whether the pool writes down a share of the first miner */
async function lab(counts?: (share: number) => boolean): Promise<Lab> {
  const settled = await settledWorld({ runs: 2, ...(counts && { counts }) });
  const { world, shares } = settled;
  assert.deepEqual(world.troubles, []);
  const reader = new AuditReader(world.books, 'test', noTurns());
  const audit: Lab['audit'] = (terms = {}, lie) =>
    auditMiner(auditSourceOf(reader, ONE, lie), {
      account: ONE,
      sinceMs: 0,
      shares: async () => shares,
      toleranceMs: 5_000,
      known: undefined,
      onProgress: () => {},
      ...terms,
    });
  return { ...settled, audit };
}

const kindsOf = ({ faults }: MinerAudit): string[] => [...new Set(faults.map(({ kind }) => kind))].sort();

test('an honest pool is right in everything, and its sealed runs are told', async () => {
  const { world, hashes, audit } = await lab();
  const { faults, runs, chain, credit, work, days, together } = await audit();
  assert.deepEqual(faults, []);
  assert.equal(runs.length, 2);
  assert.deepEqual(world.sealed.at(-1), [2, chain.head]);
  assert.deepEqual(await world.owed(1), [credit]);
  assert.ok(work!.claimed > (work!.most * 85n) / 100n && work!.least > (work!.claimed * 85n) / 100n);
  assert.ok(days >= 1);
  assert.deepEqual(
    hashes.map((hash) => together.runOf(hash)),
    [...Array(5).fill(1), ...Array(5).fill(2)],
  );
});

test('a pool that writes down less of one miner’s work than it acknowledged is caught by that miner', async () => {
  const { audit } = await lab((share) => share % 10 !== 0);
  const found = await audit();
  assert.deepEqual(kindsOf(found), ['work']);
  assert.match(
    found.faults[0]!.message,
    /the windows count \d+ hashes of work; .* at least \d+: \d+(\.\d+)? % more/,
  );
  // Whoever has no log sees nothing of it.
  assert.deepEqual((await audit({ shares: undefined })).faults, []);
});

test('a miner who is left out of the tables is told as one whose work is short', async () => {
  const { audit } = await lab(() => false);
  assert.deepEqual(kindsOf(await audit()), ['work']);
});

/** All that an answer may have, to be changed. */
interface Answer {
  number: number;
  head: string;
  feeMillionths: number;
  earned: string;
  readonly blocks: { reward: string; window: number }[];
  readonly tables: { readonly windows: { total: string }[] }[];
  readonly rows: { readonly work: string[]; readonly row: { index: number } }[];
}

/** Lies about what is sealed. */
const LIES: Readonly<
  Record<string, { readonly lie: (json: Answer, path: string) => void; readonly kinds: string[] }>
> = {
  'a reward that is less': {
    lie: (json, path) => {
      if (path === 'run') json.blocks[0]!.reward = `${BigInt(json.blocks[0]!.reward) - 1n}`;
    },
    kinds: ['credit', 'root', 'sums'],
  },
  'a block that is left out': {
    lie: (json, path) => {
      if (path === 'run') json.blocks.pop();
    },
    kinds: ['credit', 'root', 'sums'],
  },
  'a greater fee': {
    lie: (json, path) => {
      if (path === 'run') json.feeMillionths += 1;
    },
    kinds: ['credit', 'root', 'sums'],
  },
  'work that was not done by anybody': {
    lie: (json, path) => {
      if (path === 'run')
        for (const { windows } of json.tables)
          for (const window of windows) window.total = `${2n * BigInt(window.total)}`;
    },
    kinds: ['credit', 'root'],
  },
  'less work in a row': {
    lie: (json, path) => {
      if (path === 'minerRun') json.rows[0]!.work[0] = '1';
    },
    kinds: ['credit', 'root', 'work'],
  },
  'a row of another account': {
    lie: (json, path) => {
      if (path === 'minerRun') json.rows[0]!.row.index ^= 1;
    },
    kinds: ['root'],
  },
  'a row that is left out': {
    lie: (json, path) => {
      if (path === 'minerRun') json.rows.pop();
    },
    kinds: ['credit', 'work'],
  },
  'less that was credited': {
    lie: (json, path) => {
      if (path === 'minerRun') json.earned = `${BigInt(json.earned) - 1n}`;
    },
    kinds: ['credit'],
  },
  'a head of another chain': {
    lie: (json, path) => {
      if (path === 'chain') json.head = 'ab'.repeat(32);
    },
    kinds: ['chain'],
  },
  'a run in the place of another': {
    lie: (json, path) => {
      if (path === 'run' && json.number === 1) json.number = 3;
    },
    kinds: ['chain', 'root'],
  },
  'a window that is not of the block': {
    lie: (json, path) => {
      if (path === 'run') json.blocks[0]!.window = (json.blocks[0]!.window + 1) % 2;
    },
    kinds: ['credit', 'root', 'window'],
  },
};

test('nothing of a sealed run can be told otherwise', async (t) => {
  const { audit } = await lab();
  for (const [name, { lie, kinds }] of Object.entries(LIES))
    await t.test(name, async () => {
      const found = await audit({}, (path, json) => {
        lie(json, path);
        return json;
      });
      assert.ok(found.faults.length > 0);
      for (const kind of kindsOf(found)) assert.ok(kinds.includes(kind), kind);
    });
});

test('a head that was seen before is found again behind the time that is asked for, or the past was changed', async () => {
  const { world, audit } = await lab();
  const [[number, head]] = world.sealed as [[number, string]];
  const recent = { sinceMs: world.nowMs - 1_000 };
  const right = await audit({ ...recent, shares: undefined, known: { number, head } });
  assert.deepEqual(right.faults, []);
  assert.deepEqual(
    right.runs.map(({ facts }) => facts.number),
    [2],
  );
  const other = await audit({ ...recent, shares: undefined, known: { number, head: 'ab'.repeat(32) } });
  assert.deepEqual(kindsOf(other), ['chain']);
  assert.match(other.faults[0]!.message, /run 1 or one before it is told otherwise than before/);
  const cut = await audit({ shares: undefined, known: { number: 3, head } });
  assert.match(cut.faults[0]!.message, /tells of 2 runs; there were 3 before/);
});

test('a block’s credit comes with branches to the run’s root', async () => {
  const { world, hashes } = await lab();
  const reader = new AuditReader(world.books, 'test', noTurns());
  const credit = (await reader.blockCredit(hashes[3]!, ONE))!;
  const { answer, branches, table, block, row } = credit;
  const { run } = answer;
  const rootOfText = (text: string, branch: Parameters<typeof rootByBranch>[1]) =>
    bytesToHex(rootByBranch(leafOf(text), branch)!);
  assert.equal(
    rootOfText(runText(run.facts, run.tables.length, run.blocks.length), branches.run),
    answer.root,
  );
  assert.equal(rootOfText(tableText(table!), branches.table!), answer.root);
  assert.equal(rootOfText(blockText(block), branches.block), answer.root);
  assert.ok(isInTable(row!.row, row!.proof, table!));
  const window = 'window' in block.by ? block.by.window : -1;
  const shared = block.reward - block.reward / 100n;
  assert.equal(credit.credit, (shared * row!.row.work[window]!) / table!.windows[window]!.total);
  assert.equal((await reader.blockCredit(hashes[3]!, accountKey(9)))!.credit, 0n);
  assert.equal(await reader.blockCredit('ab'.repeat(32), ONE), undefined);
  assert.equal(await reader.run(3), undefined);
});

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AuditAnswerError } from '../../audit/answer-fields.js';
import { faultOfCredit, parseBlockCredit } from '../../audit/credit-proof.js';
import { AuditReader } from '../../pool/audit/audit-reader.js';
import { parseAccount } from '../../pool/domain/account.js';
import { type ApiLab, apiLab } from '../support/api-lab.js';
import { addressOfKey, settledWorld } from '../support/settled-world.js';
import { accountKey, noTurns } from '../support/settlement-world.js';

// biome-ignore lint/suspicious/noExplicitAny: an answer, to be changed at any place
type Json = any;

const ADDRESS = addressOfKey(accountKey(1));
const STRANGER = addressOfKey(accountKey(77));
let lab: ApiLab;
let hash: string;

before(async () => {
  const { world, hashes } = await settledWorld({ runs: 1 });
  [hash] = hashes as [string];
  lab = await apiLab({}, undefined, new AuditReader(world.books, 'test', noTurns()));
});
after(() => lab.close());

async function answerFor(address: string): Promise<Json> {
  const response = await lab.get(`/api/pools/test/miners/${address}/blocks/${hash}/credit`);
  assert.equal(response.status, 200);
  return response.json();
}

const asked = (address = ADDRESS) => ({ pool: 'test', account: parseAccount(address)!.key, hash });
const faultOf = (answer: Json, address?: string) => faultOfCredit(parseBlockCredit(answer), asked(address));

test('what a pool tells of a credit shows it', async () => {
  const answer = await answerFor(ADDRESS);
  assert.equal(faultOf(answer), undefined);
  assert.ok(parseBlockCredit(answer).credit > 0n);
});

test('who had no work is credited nothing, and that holds as far as it goes', async () => {
  const answer = await answerFor(STRANGER);
  assert.equal(answer.row, undefined);
  assert.equal(faultOf(answer, STRANGER), undefined);
  assert.match(faultOf({ ...answer, credit: '1' }, STRANGER)!, /should be 0$/);
});

test('whatever is changed in an answer is found', async () => {
  const change = async (what: (answer: Json) => void): Promise<string | undefined> => {
    const answer = await answerFor(ADDRESS);
    what(answer);
    return faultOf(answer);
  };
  const more = (text: string): string => `${BigInt(text) + 1n}`;
  const other = (text: string): string => (text[0] === '0' ? '1' : '0') + text.slice(1);
  for (const [what, words] of [
    [(a: Json) => (a.credit = more(a.credit)), /^the credit is/],
    [(a: Json) => (a.block.reward = more(a.block.reward)), /block is not in the run/],
    [(a: Json) => (a.block.height += 1), /block is not in the run/],
    [
      (a: Json) => (a.table.windows[0].total = more(a.table.windows[0].total)),
      /table of work is not in the run/,
    ],
    [(a: Json) => (a.row.work[0] = more(a.row.work[0])), /work of the address is not in the table/],
    [(a: Json) => (a.row.table = `${a.row.table.slice(0, 15)}9`), /of another table/],
    [(a: Json) => a.row.work.push('1'), /of another table/],
    [(a: Json) => delete a.row, /should be 0$/],
    [(a: Json) => delete a.table, /is missing/],
    [(a: Json) => (a.run.fee = more(a.run.fee)), /run does not belong/],
    [(a: Json) => (a.run.feeMillionths += 1), /run does not belong/],
    [(a: Json) => (a.run.blocks += 1), /run does not belong/],
    [(a: Json) => (a.root = other(a.root)), /run does not belong/],
    [(a: Json) => (a.head = other(a.head)), /head does not follow/],
    [(a: Json) => (a.before = other(a.before)), /head does not follow/],
    [(a: Json) => (a.branches.run = a.branches.block), /run does not belong/],
    [(a: Json) => (a.branches.block.index = 0), /block is not in the run/],
    [(a: Json) => (a.account = parseAccount(STRANGER)!.key), /another pool, address or block/],
    [(a: Json) => (a.run.pool = 'other'), /another pool, address or block/],
  ] as const)
    assert.match((await change(what)) ?? 'nothing', words, String(what));
});

test('what is no answer is refused in words', async () => {
  const good = await answerFor(ADDRESS);
  for (const bad of [
    undefined,
    null,
    [],
    {},
    'text',
    { ...good, run: undefined },
    { ...good, credit: 5 },
    { ...good, credit: '-1' },
    { ...good, branches: {} },
    { ...good, root: good.root.toUpperCase() },
    { ...good, account: '<b>' },
  ])
    assert.throws(() => parseBlockCredit(bad), AuditAnswerError, JSON.stringify(bad));
});

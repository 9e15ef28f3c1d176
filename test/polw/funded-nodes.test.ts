import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { FundError } from '../../polw/fund/fund-error.js';
import { bytesToHex, concatBytes } from '../../protocol/bytes.js';
import { ALL_CHAINS, toGroupOf } from '../../protocol/chain.js';
import { depsOf, parentOf, sameTemplate } from '../../protocol/header.js';
import { type Job, NODE_KEEPS_TXS } from '../../protocol/job.js';
import { decodeTransactions } from '../../protocol/transaction-decoder.js';
import { closeAll } from '../support/closers.js';
import { lead, next, openFunded } from '../support/funded-lab.js';
import {
  authorizationOf,
  makeCoins,
  makeTemplate,
  makeTransfer,
  makeTransfers,
  makeUncle,
  PLAIN_BITS,
  recordedAuthorizations,
  SOME_TIME_MS,
  type TemplateParts,
} from '../support/polw-templates.js';
import { waitFor } from '../support/wait.js';

afterEach(closeAll);

const coinbaseOf = ({ txsBlob }: Job) => decodeTransactions(concatBytes(...txsBlob)).at(-1)!;
const inputsOf = (job: Job) => coinbaseOf(job).unsigned.inputs.map(({ key }) => bytesToHex(key));
const all = (parts: Omit<TemplateParts, 'chain'> = {}) =>
  ALL_CHAINS.map((chain) => makeTemplate({ ...parts, chain }));

test('chains on which nothing is burnt pass as the same objects, and nobody is asked', () => {
  const lab = openFunded();
  const jobs = all({ targetBits: PLAIN_BITS });
  const standing = [3];
  const [session] = lab.nodes.connect([1]);
  lab.nodes.lead(session!, jobs, standing);
  assert.equal(lab.told.last.jobs, jobs);
  assert.equal(lab.told.last.standing, standing);
  assert.equal(lab.fund.views.length, 0);
  assert.ok(lab.funded.chainStates.every(({ kind }) => kind === 'plain'));
});

test('a chain whose node burns coins itself passes, too', () => {
  const lab = openFunded();
  const jobs = [{ ...makeTemplate(), txsBlob: NODE_KEEPS_TXS }];
  lead(lab, jobs);
  assert.equal(lab.told.last.jobs, jobs);
  assert.deepEqual(lab.told.last.standing, []);
  assert.equal(lab.funded.chainStates[0]!.kind, 'nodeBuilt');
});

test('every active chain has a coinbase of ours, and the others are as they were', () => {
  const lab = openFunded();
  const jobs = all({ transfers: makeTransfers(2) });
  const plain = makeTemplate({ chain: 7, targetBits: PLAIN_BITS });
  const sent = jobs.with(7, plain);
  lead(lab, sent);
  assert.deepEqual(lab.told.last.standing, []);
  assert.deepEqual(lab.told.notices, []);
  assert.equal(lab.told.last.jobs[7], plain);
  for (const job of lab.told.last.jobs) {
    if (job === plain) continue;
    const source = sent[job.chain]!;
    assert.ok(sameTemplate(job.headerBlob, source.headerBlob));
    assert.deepEqual([job.target, job.height], [source.target, source.height]);
    const { outputs } = coinbaseOf(job).unsigned;
    assert.deepEqual(outputs[0]!.lockupScript, authorizationOf(job.chain).reward.lockupScript);
    const ours = lab.fund.coins[job.chain]!.map(({ key }) => key);
    assert.ok(inputsOf(job).every((key) => ours.includes(key)));
    assert.equal(job.txsBlob.length, 2);
  }
  const view = lab.fund.views.find(({ chain }) => chain === 3)!;
  assert.deepEqual(view.deps, depsOf(sent[3]!.headerBlob).map(bytesToHex));
  assert.equal(view.timestampMs, SOME_TIME_MS);
  const state = lab.funded.chainStates[0]!;
  assert.ok(
    state.kind === 'funded' && state.coins.count === 3 && state.transactions === 2 && state.burnt > 0n,
  );
});

test('the same header again is the same job, and asks nobody', () => {
  const lab = openFunded();
  lead(lab, [makeTemplate()]);
  const [first] = lab.told.last.jobs;
  const asked = lab.fund.views.length;
  next(lab, [makeTemplate()]);
  assert.equal(lab.told.last.jobs[0], first);
  assert.equal(lab.fund.views.length, asked);
});

test('templates on one parent spend the same coins; on the next parent they may be others', () => {
  const lab = openFunded();
  lead(lab, [makeTemplate()]);
  const before = inputsOf(lab.told.last.jobs[0]!);
  // A larger coin has come.
  lab.fund.coins[0] = [...makeCoins(0, [9n * 10n ** 18n], 'larger'), ...lab.fund.coins[0]!];
  next(lab, [makeTemplate({ timestampMs: SOME_TIME_MS + 4_000, uncles: [makeUncle('a')] })]);
  const refreshed = lab.told.last.jobs[0]!;
  assert.deepEqual(inputsOf(refreshed), before);
  next(lab, [makeTemplate({ parent: 2 })]);
  assert.notDeepEqual(inputsOf(lab.told.last.jobs[0]!), before);
  // The parent before comes again.
  next(lab, [makeTemplate({ timestampMs: SOME_TIME_MS + 8_000 })]);
  assert.deepEqual(inputsOf(lab.told.last.jobs[0]!), before);
});

test('coins that are gone are not spent on the same parent either', () => {
  const lab = openFunded();
  lead(lab, [makeTemplate()]);
  const before = inputsOf(lab.told.last.jobs[0]!);
  const [handed, [job]] = [lab.told.handed.length, lab.told.last.jobs];
  lab.funded.refresh();
  assert.equal(lab.told.last.jobs[0], job, 'nothing has changed');
  assert.equal(lab.told.handed.length, handed, 'and nobody is told so');
  // Reserved for a withdrawal.
  lab.fund.coins[0] = lab.fund.coins[0]!.filter(({ key }) => key !== before[0]);
  lab.funded.refresh();
  const now = inputsOf(lab.told.last.jobs[0]!);
  assert.ok(now.length > 0 && !now.includes(before[0]!));
});

test('a new parent is not mined before the fund has read it: it may spend the coins of before', () => {
  const lab = openFunded();
  lead(lab, [makeTemplate()]);
  const [before] = lab.told.last.jobs;
  const job = makeTemplate({ parent: 2 });
  lab.fund.unread.add(bytesToHex(parentOf(job.headerBlob, toGroupOf(0))));
  next(lab, [job]);
  assert.equal(lab.told.last.jobs[0], before);
  assert.equal(lab.funded.chainStates[0]!.kind, 'waiting');
  const [spent] = inputsOf(before!);
  lab.fund.coins[0] = lab.fund.coins[0]!.filter(({ key }) => key !== spent);
  lab.fund.unread.clear();
  lab.funded.refresh();
  const now = lab.told.last.jobs[0]!;
  assert.ok(sameTemplate(now.headerBlob, job.headerBlob));
  assert.ok(!inputsOf(now).includes(spent!));
});

test('a job whose coins are gone on the same parent is taken back before there is another one', () => {
  const lab = openFunded();
  lead(lab, [makeTemplate()]);
  const [spent] = inputsOf(lab.told.last.jobs[0]!);
  lab.fund.coins[0] = lab.fund.coins[0]!.filter(({ key }) => key !== spent);
  lab.funded.refresh();
  const [takenBack, now] = lab.told.handed.slice(-2);
  assert.deepEqual([takenBack!.standing, now!.standing], [[0], []]);
  assert.ok(!inputsOf(now!.jobs[0]!).includes(spent!));
});

test('coins that are gone stay gone when the node brings the same template again', () => {
  const lab = openFunded();
  lead(lab, [makeTemplate()]);
  lab.fund.coins[0] = [];
  lab.funded.refresh();
  assert.deepEqual(lab.told.last.standing, [0]);
  next(lab, [makeTemplate()]);
  assert.deepEqual(lab.told.last.standing, [0]);
});

test('a job from before the chain was plain is not held: the plain one is', () => {
  const lab = openFunded();
  lead(lab, [makeTemplate()]);
  const plain = makeTemplate({ targetBits: PLAIN_BITS, parent: 2 });
  next(lab, [plain]);
  lab.fund.behind = true;
  next(lab, [makeTemplate({ parent: 3, timestampMs: SOME_TIME_MS + 60_000 })]);
  assert.equal(lab.told.last.jobs[0], plain);
  assert.deepEqual(lab.told.last.standing, []);
});

for (const parts of [
  { timestampMs: 1_000, targetBits: 0x10010000 },
  { targetBits: 0 },
  { targetBits: 0x03000001 },
]) {
  test(`a template that no network has, ${JSON.stringify(parts)}: that chain is not mined, the other is`, () => {
    const lab = openFunded();
    lead(lab, [makeTemplate(parts), makeTemplate({ chain: 5 })]);
    assert.deepEqual(lab.told.last.standing, [0]);
    assert.match(lab.told.notices[0]!, /chain 0-0: not mined: its template is none of this network: /);
  });
}

test('a coin that a transaction of the template spends is left alone', () => {
  const lab = openFunded();
  const [largest] = lab.fund.coins[0]!;
  const spends = Uint8Array.from(Buffer.from(largest!.key, 'hex'));
  lead(lab, [makeTemplate({ transfers: [makeTransfer('ours', { spends })] })]);
  const inputs = inputsOf(lab.told.last.jobs[0]!);
  assert.ok(inputs.length > 0 && !inputs.includes(largest!.key));
});

test('an uncle is paid once its height is known', () => {
  const lab = openFunded();
  const uncle = makeUncle('a');
  lead(lab, [makeTemplate({ uncles: [uncle, makeUncle('b')], height: 10 })]);
  const uncles = () =>
    coinbaseOf(lab.told.last.jobs[0]!).unsigned.outputs.filter(({ lockTimeMs }) => lockTimeMs > 0n).length -
    1;
  assert.equal(uncles(), 0);
  lab.heights.set(bytesToHex(uncle.hash), 9);
  lab.funded.refresh();
  assert.equal(uncles(), 1);
  // Too old to be one.
  lab.heights.set(bytesToHex(makeUncle('b').hash), 2);
  lab.funded.refresh();
  assert.equal(uncles(), 1);
  lab.heights.set(bytesToHex(makeUncle('b').hash), 3);
  next(lab, [makeTemplate({ uncles: [uncle, makeUncle('b')], height: 10, parent: 2 })]);
  assert.equal(uncles(), 2);
});

for (const [what, coins, sent, words] of [
  ['no coins', [], 0n, /^warn polw: chain 1-1: not mined: no coins can be spent/],
  [
    'dust alone',
    makeCoins(
      5,
      Array.from({ length: 3_000 }, () => 10n ** 15n),
    ),
    0n,
    /chain 1-1: not mined: the 3000 coins at its burn address, 3.00 ALPH, do not make up for a block, which spends at most 3 of them/,
  ],
  [
    'coins on the way',
    [],
    5n * 10n ** 17n,
    /chain 1-1: not mined: no coins .* 0.500 ALPH are on the way; a block burns 0.0/,
  ],
] as const) {
  test(`${what}: that chain is not mined, the others are, and it is told once`, () => {
    const lab = openFunded();
    lab.fund.coins[5] = coins;
    lab.fund.sent = sent;
    lead(lab, all());
    next(lab, all({ parent: 2 }));
    assert.deepEqual(lab.told.last.standing, [5]);
    assert.equal(lab.told.last.jobs.filter((job, i) => job.txsBlob.length === 2 && i !== 5).length, 15);
    assert.equal(lab.told.notices.length, 1);
    assert.match(lab.told.notices[0]!, words);
    lab.fund.coins[5] = makeCoins(5, [10n ** 18n]);
    lab.funded.refresh();
    assert.deepEqual(lab.told.last.standing, []);
    assert.equal(lab.told.notices[1], 'info polw: chain 1-1: all is well again');
  });
}

test('a chain without an authorization says why, and is mined once it has one', () => {
  const good = recordedAuthorizations();
  const chains = good.chains.map((one) =>
    one.chain % 4 === 2 ? { chain: one.chain, fault: 'the signature is wrong' } : one,
  );
  const lab = openFunded({ ...good, chains });
  lead(lab, all());
  assert.deepEqual(lab.told.last.standing, [2, 6, 10, 14]);
  assert.deepEqual(lab.told.notices, [
    'warn polw: chains 0-2, 1-2, 2-2, 3-2: not mined: the signature is wrong',
  ]);
  lab.funded.authorize(good);
  assert.deepEqual(lab.told.last.standing, []);
});

test('other authorizations are used from the next parent on', () => {
  const lab = openFunded();
  lead(lab, [makeTemplate()]);
  const good = recordedAuthorizations();
  const other = { ...authorizationOf(0), reward: authorizationOf(4).reward };
  lab.funded.authorize({ ...good, chains: good.chains.with(0, other) });
  const paid = () => coinbaseOf(lab.told.last.jobs[0]!).unsigned.outputs[0]!.lockupScript;
  next(lab, [makeTemplate({ timestampMs: SOME_TIME_MS + 4_000 })]);
  assert.deepEqual(paid(), authorizationOf(0).reward.lockupScript);
  next(lab, [makeTemplate({ parent: 2 })]);
  assert.deepEqual(paid(), other.reward.lockupScript);
});

test('while the fund reads, the job before goes on, for a moment', async () => {
  const lab = openFunded();
  lead(lab, [makeTemplate()]);
  const [before] = lab.told.last.jobs;
  lab.fund.behind = true;
  next(lab, [makeTemplate({ parent: 2 })]);
  assert.equal(lab.told.last.jobs[0], before);
  assert.deepEqual(lab.told.last.standing, []);
  assert.equal(lab.funded.chainStates[0]!.kind, 'waiting');
  await waitFor('the end of it', () => lab.told.last.standing.length === 1, 4_000);
  assert.match(lab.told.notices[0]!, /chain 0-0: not mined: the fund has not read/);
  lab.fund.behind = false;
  lab.funded.refresh();
  assert.deepEqual(lab.told.last.standing, []);
  assert.notEqual(lab.told.last.jobs[0], before);
});

test('a first template that waits is not mined, and nothing is told', () => {
  const lab = openFunded();
  lab.fund.behind = true;
  lead(lab, [makeTemplate()]);
  assert.deepEqual(lab.told.last.standing, [0]);
  assert.deepEqual(lab.told.notices, []);
  // Nor is a job of another session.
  lab.fund.behind = false;
  lab.funded.refresh();
  assert.deepEqual(lab.told.last.standing, []);
  lab.fund.behind = true;
  lab.nodes.lead(lab.nodes.connect([1, 2])[1]!, [makeTemplate({ parent: 2 })]);
  assert.deepEqual(lab.told.last.standing, [0]);
});

test('a long list is waited for, and then mined with', async () => {
  const lab = openFunded();
  lead(lab, [makeTemplate()]);
  const [before] = lab.told.last.jobs;
  next(lab, [makeTemplate({ parent: 2, transfers: makeTransfers(60) })]);
  assert.equal(lab.told.last.jobs[0], before);
  await waitFor('the list', () => lab.told.last.jobs[0] !== before);
  assert.equal(decodeTransactions(concatBytes(...lab.told.last.jobs[0]!.txsBlob)).length, 61);
});

test('a template that cannot be read: that chain is not mined until its next one, and why', () => {
  const lab = openFunded();
  for (const [parent, blob, words] of [
    [
      1,
      new Uint8Array(10_000_000),
      /chain 0-0: not mined: its template can't be read: transactions: 10000000 bytes/,
    ],
    [2, Uint8Array.of(9, 9, 9), /can't be read: transaction version/],
    [3, makeTemplate({ chain: 5 }).txsBlob[0]!, /can't be read: coinbase: groups/],
  ] as const) {
    const job = { ...makeTemplate({ parent }), txsBlob: [blob] };
    const other = makeTemplate({ chain: 5, parent });
    if (parent === 1) lead(lab, [job, other]);
    else next(lab, [job, other]);
    assert.deepEqual(lab.told.last.standing, [0]);
    assert.match(lab.told.notices.at(-1)!, words);
    next(lab, [makeTemplate({ parent: parent + 10 }), other]);
    assert.match(lab.told.notices.at(-1)!, /all is well again/);
    assert.deepEqual(lab.told.last.standing, []);
  }
  assert.equal(lab.told.notices.length, 6);
});

test('a fund that is not what it should be stops its chains, and not the process', () => {
  const lab = openFunded();
  lab.fund.fault = new FundError('unbalanced', 'coins hold 1 attoALPH more than the accounts');
  const plain = makeTemplate({ chain: 7, targetBits: PLAIN_BITS });
  lead(lab, [makeTemplate(), plain]);
  next(lab, [makeTemplate({ parent: 2 }), plain]);
  assert.deepEqual(lab.told.last.standing, [0]);
  assert.deepEqual(lab.told.notices, [
    'warn polw: chain 0-0: not mined: coins hold 1 attoALPH more than the accounts',
  ]);
  lab.fund.fault = undefined;
  lab.funded.refresh();
  assert.deepEqual(lab.told.last.standing, []);
});

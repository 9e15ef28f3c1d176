/**
 * New parents that the fund has not read: they are mined on at once, as if they touched no coins of ours.
 * @module
 */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { NodeSession } from '../../node/node-set-port.js';
import { bytesToHex, concatBytes } from '../../protocol/bytes.js';
import { toGroupOf } from '../../protocol/chain.js';
import { parentOf, sameTemplate, timestampOfBlob } from '../../protocol/header.js';
import type { Job } from '../../protocol/job.js';
import { blockHash } from '../../protocol/pow.js';
import { decodeTransactions } from '../../protocol/transaction-decoder.js';
import { closeAll } from '../support/closers.js';
import { type FundedLab, lead, next, openFunded } from '../support/funded-lab.js';
import { makeCoins, makeTemplate, makeTransfers, SOME_TIME_MS } from '../support/polw-templates.js';
import { findOf } from '../support/some-find.js';
import { waitFor } from '../support/wait.js';

afterEach(closeAll);

const CHAIN = 0;
const SECOND = 2;

const inputsOf = ({ txsBlob }: Job) =>
  decodeTransactions(concatBytes(...txsBlob))
    .at(-1)!
    .unsigned.inputs.map(({ key }) => bytesToHex(key));
const jobOf = ({ told }: FundedLab): Job => told.last.jobs[CHAIN]!;

/** A chain that is mined, and then a template of it on a parent that the fund does not know. */
function open() {
  const lab = openFunded();
  lab.fund.guesses = true;
  const sessions = lab.nodes.connect([1, 2]);
  lab.nodes.lead(sessions[0]!, [makeTemplate()]);
  const before = jobOf(lab);
  const template = makeTemplate({ parent: SECOND, transfers: makeTransfers(2) });
  lab.fund.unread.add(bytesToHex(parentOf(template.headerBlob, toGroupOf(CHAIN))));
  next(lab, [template]);
  const guessed = jobOf(lab);
  assert.ok(guessed !== before && sameTemplate(guessed.headerBlob, template.headerBlob));
  return { ...lab, session: sessions[0]!, other: sessions[1]!, template, guessed };
}

/** The fund reads the parent. @param spent - key of a coin that it spends */
function read({ fund, funded }: FundedLab, spent?: string): void {
  fund.coins[CHAIN] = fund.coins[CHAIN]!.filter(({ key }) => key !== spent);
  fund.unread.clear();
  funded.refresh();
}

const submit = ({ funded }: FundedLab, session: NodeSession, job: Job): Uint8Array => {
  const header = findOf(job);
  assert.equal(funded.submit(session, header, job.txsBlob), true);
  return header;
};

test('a guess that was right: the job stays the one it is, and nobody is told of it twice', () => {
  const lab = open();
  const handed = lab.told.handed.length;
  assert.equal(lab.funded.chainStates[CHAIN]!.kind, 'funded');
  read(lab);
  assert.equal(jobOf(lab), lab.guessed);
  assert.equal(lab.told.handed.length, handed);
  // Another refresh of the node on that parent spends the same.
  next(lab, [makeTemplate({ parent: SECOND, timestampMs: SOME_TIME_MS + 4_000 })]);
  assert.deepEqual(inputsOf(jobOf(lab)), inputsOf(lab.guessed));
});

for (const when of ['the fund says so', 'the node brings another template first']) {
  test(`a guess that was wrong: the job is taken back before there is another one, when ${when}`, () => {
    const lab = open();
    const [spent] = inputsOf(lab.guessed);
    if (when === 'the fund says so') read(lab, spent);
    else {
      lab.fund.coins[CHAIN] = lab.fund.coins[CHAIN]!.filter(({ key }) => key !== spent);
      lab.fund.unread.clear();
      next(lab, [makeTemplate({ parent: SECOND, timestampMs: SOME_TIME_MS + 4_000 })]);
    }
    const [takenBack, now] = lab.told.handed.slice(-2);
    assert.deepEqual([takenBack!.standing, now!.standing], [[CHAIN], []]);
    assert.ok(inputsOf(now!.jobs[CHAIN]!).length > 0 && !inputsOf(now!.jobs[CHAIN]!).includes(spent!));
  });
}

test('a parent that is not read for long: the chain stands until it is', async () => {
  const lab = open();
  await waitFor('the end of it', () => lab.told.last.standing.length === 1, 4_000);
  assert.match(lab.told.notices.at(-1)!, /chain 0-0: not mined: the fund has not read/);
  // A new template on it is no better.
  next(lab, [makeTemplate({ parent: SECOND, timestampMs: SOME_TIME_MS + 4_000 })]);
  assert.deepEqual(lab.told.last.standing, [CHAIN]);
  read(lab);
  assert.deepEqual(lab.told.last.standing, []);
  assert.deepEqual(inputsOf(jobOf(lab)), inputsOf(lab.guessed));
});

test('coins that would do only with what the parent brings: the job before goes on until that is known', () => {
  const lab = openFunded();
  lab.fund.guesses = true;
  lead(lab, [makeTemplate()]);
  const before = jobOf(lab);
  const template = makeTemplate({ parent: SECOND });
  lab.fund.unread.add(bytesToHex(parentOf(template.headerBlob, toGroupOf(CHAIN))));
  lab.fund.coins[CHAIN] = [];
  next(lab, [template]);
  assert.equal(jobOf(lab), before);
  assert.deepEqual(lab.told.last.standing, []);
  lab.fund.coins[CHAIN] = makeCoins(CHAIN, [10n ** 18n]);
  read(lab);
  assert.ok(sameTemplate(jobOf(lab).headerBlob, template.headerBlob));
});

test('a find on a guess is sent once the parent is known', () => {
  const lab = open();
  const header = submit(lab, lab.session, lab.guessed);
  assert.deepEqual(lab.nodes.submitted, []);
  assert.deepEqual(lab.finds, []);
  read(lab);
  assert.deepEqual(
    lab.nodes.submitted.map(({ session, header: sent }) => [session, sent]),
    [
      [1, header],
      [2, header],
    ],
  );
  assert.equal(lab.finds.length, 1);
  // Sent once.
  lab.funded.refresh();
  assert.equal(lab.nodes.submitted.length, 2);
  lab.nodes.events!.onVerdict(lab.session, blockHash(header), true);
  assert.deepEqual(
    lab.told.verdicts.map(({ session, accepted }) => [session, accepted]),
    [[1, true]],
  );
});

test('a find whose coins the parent has spent is no block, and no node is asked', () => {
  const lab = open();
  const header = submit(lab, lab.session, lab.guessed);
  read(lab, inputsOf(lab.guessed)[0]);
  assert.deepEqual(lab.nodes.submitted, []);
  assert.deepEqual(lab.finds, []);
  assert.deepEqual(
    lab.told.verdicts.map(({ session, hash, accepted }) => [session, hash, accepted]),
    [[1, blockHash(header), false]],
  );
  // That says nothing about other transactions.
  assert.equal(lab.funded.counters.refusedLists, 0);
  assert.equal(decodeTransactions(concatBytes(...jobOf(lab).txsBlob)).length, 3);
});

test('a find does not wait longer than its chain does, nor beyond its session', async () => {
  const late = open();
  submit(late, late.session, late.guessed);
  await waitFor('the block', () => late.nodes.submitted.length === 2, 4_000);
  const ended = open();
  submit(ended, ended.session, ended.guessed);
  ended.nodes.nodes = ended.nodes.nodes.slice(1);
  ended.nodes.events!.onSessionEnd(ended.session);
  assert.deepEqual(
    ended.nodes.submitted.map(({ session }) => session),
    [2],
  );
});

test('a new parent is handed on before refreshes of other chains are made ready', async () => {
  const lab = openFunded();
  const later = SOME_TIME_MS + 4_000;
  lead(lab, [makeTemplate(), makeTemplate({ chain: 5 }), makeTemplate({ chain: 6 })]);
  const [, before] = lab.told.last.jobs;
  const handed = lab.told.handed.length;
  const jobs = [makeTemplate({ parent: SECOND }), makeTemplate({ chain: 5, timestampMs: later })];
  const same = makeTemplate({ chain: 6 });
  next(lab, [...jobs, same]);
  assert.equal(lab.told.handed.length, handed + 1);
  assert.ok(sameTemplate(jobOf(lab).headerBlob, jobs[0]!.headerBlob));
  assert.equal(lab.told.last.jobs[1], before);
  await new Promise(setImmediate);
  assert.equal(lab.told.handed.length, handed + 2);
  assert.ok(sameTemplate(lab.told.last.jobs[1]!.headerBlob, jobs[1]!.headerBlob));
  // A chain that is not mined does not wait, nor does one alone.
  lab.fund.coins[5] = [];
  lab.funded.refresh();
  assert.deepEqual(lab.told.last.standing, [5]);
  lab.fund.coins[5] = makeCoins(5, [10n ** 18n]);
  next(lab, [makeTemplate({ parent: SECOND + 1 }), jobs[1]!, same]);
  assert.deepEqual(lab.told.last.standing, []);
  next(lab, [makeTemplate({ parent: SECOND + 1, timestampMs: later }), jobs[1]!, same]);
  assert.equal(timestampOfBlob(jobOf(lab).headerBlob), later);
});

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { NodeSession } from '../../node/node-set-port.js';
import { bytesToHex, concatBytes } from '../../protocol/bytes.js';
import { sameTemplate } from '../../protocol/header.js';
import { type Job, NODE_KEEPS_TXS } from '../../protocol/job.js';
import { blockHash } from '../../protocol/pow.js';
import { decodeTransactions } from '../../protocol/transaction-decoder.js';
import { closeAll } from '../support/closers.js';
import { type FundedLab, openFunded } from '../support/funded-lab.js';
import { makeTemplate, makeTransfers, PLAIN_BITS, SOME_TIME_MS } from '../support/polw-templates.js';
import { findOf } from '../support/some-find.js';
import { waitFor } from '../support/wait.js';

afterEach(closeAll);

/** Three nodes, of which the first leads and the third keeps transactions to itself. */
function open(job = makeTemplate({ transfers: makeTransfers(3) })) {
  const lab = openFunded();
  const sessions = lab.nodes.connect([1, 2, 3], [1, 2]);
  lab.nodes.lead(sessions[0]!, [job]);
  return { ...lab, sessions, job: lab.told.last.jobs[0]! };
}

const verdict = ({ nodes }: FundedLab, session: NodeSession, header: Uint8Array, accepted: boolean): void =>
  nodes.events!.onVerdict(session, blockHash(header), accepted);
const toldOf = ({ told }: FundedLab) => told.verdicts.map(({ session, accepted }) => [session, accepted]);
const countOf = (job: Job) => decodeTransactions(concatBytes(...job.txsBlob)).length;

test('a block goes to its node and every other that takes whole blocks', () => {
  const lab = open();
  const header = findOf(lab.job);
  assert.equal(lab.funded.submit(lab.sessions[0]!, header, lab.job.txsBlob), true);
  assert.deepEqual(
    lab.nodes.submitted.map(({ session }) => session),
    [1, 2],
  );
  for (const sent of lab.nodes.submitted) {
    assert.deepEqual(sent.header, header);
    assert.deepEqual(sent.txs, concatBytes(...lab.job.txsBlob));
  }
  assert.deepEqual(lab.finds, [{ hash: bytesToHex(blockHash(header)), chain: 0, height: 1 }]);
});

test('any node that takes it has it, and its refusals elsewhere are not told', () => {
  const lab = open();
  const header = findOf(lab.job);
  lab.funded.submit(lab.sessions[0]!, header, lab.job.txsBlob);
  verdict(lab, lab.sessions[0]!, header, false);
  assert.deepEqual(toldOf(lab), []);
  verdict(lab, lab.sessions[1]!, header, true);
  // Under the session that the job came from.
  assert.deepEqual(toldOf(lab), [[1, true]]);
  assert.deepEqual(lab.told.verdicts[0]!.hash, blockHash(header));
  assert.equal(lab.funded.counters.refusedLists, 0);
  assert.equal(countOf(lab.told.last.jobs[0]!), 4);
});

test('refused by all: told once, and the chain is mined with the coinbase alone until its next parent', () => {
  const lab = open();
  const header = findOf(lab.job);
  lab.funded.submit(lab.sessions[0]!, header, lab.job.txsBlob);
  verdict(lab, lab.sessions[1]!, header, false);
  verdict(lab, lab.sessions[0]!, header, false);
  assert.deepEqual(toldOf(lab), [[1, false]]);
  assert.equal(lab.funded.counters.refusedLists, 1);
  const bare = lab.told.last.jobs[0]!;
  assert.equal(countOf(bare), 1);
  assert.ok(sameTemplate(bare.headerBlob, lab.job.headerBlob));
  assert.match(lab.told.notices.at(-1)!, /coinbase alone: a block with them was refused/);
  // So is a refresh, and a refusal of that says nothing about transactions.
  const refresh = makeTemplate({ transfers: makeTransfers(3), timestampMs: SOME_TIME_MS + 4_000 });
  lab.nodes.events!.onJobs(lab.sessions[0]!, [refresh], []);
  assert.equal(countOf(lab.told.last.jobs[0]!), 1);
  const second = findOf(bare);
  lab.funded.submit(lab.sessions[0]!, second, bare.txsBlob);
  for (const session of lab.sessions.slice(0, 2)) verdict(lab, session, second, false);
  assert.equal(lab.funded.counters.refusedLists, 1);
  lab.nodes.events!.onJobs(lab.sessions[0]!, [makeTemplate({ parent: 2, transfers: makeTransfers(3) })], []);
  assert.equal(countOf(lab.told.last.jobs[0]!), 4);
});

test('a refusal is told when the other node stays silent', async () => {
  const lab = open();
  const header = findOf(lab.job);
  lab.funded.submit(lab.sessions[0]!, header, lab.job.txsBlob);
  verdict(lab, lab.sessions[0]!, header, false);
  assert.deepEqual(toldOf(lab), []);
  await waitFor('the verdict', () => lab.told.verdicts.length === 1, 5_000);
  assert.deepEqual(toldOf(lab), [[1, false]]);
});

test('the session of the job is over: another node takes the block', () => {
  const lab = open();
  lab.nodes.nodes = lab.nodes.nodes.slice(1);
  const header = findOf(lab.job);
  assert.equal(lab.funded.submit(lab.sessions[0]!, header, lab.job.txsBlob), true);
  assert.deepEqual(
    lab.nodes.submitted.map(({ session }) => session),
    [2],
  );
  verdict(lab, lab.sessions[1]!, header, true);
  assert.deepEqual(toldOf(lab), [[1, true]]);
  lab.nodes.nodes = [];
  assert.equal(lab.funded.submit(lab.sessions[0]!, header, lab.job.txsBlob), false);
});

test('a block whose transactions the node keeps goes to that node alone, and its verdict as it comes', () => {
  const plain = { ...makeTemplate({ targetBits: PLAIN_BITS }), txsBlob: NODE_KEEPS_TXS };
  const lab = open(plain);
  assert.equal(lab.job, plain);
  const header = findOf(plain);
  lab.funded.submit(lab.sessions[0]!, header, plain.txsBlob);
  assert.deepEqual(
    lab.nodes.submitted.map(({ session, txs }) => [session, bytesToHex(txs)]),
    [[1, '00']],
  );
  assert.deepEqual(lab.finds, []);
  verdict(lab, lab.sessions[0]!, header, false);
  verdict(lab, lab.sessions[0]!, header, false);
  assert.deepEqual(toldOf(lab), [
    [1, false],
    [1, false],
  ]);
});

test('the rest passes: sessions, identities, notices, and the end', () => {
  const lab = open();
  lab.nodes.events!.onNotice({ level: 'warn', name: 'node 1', message: 'is slow' });
  lab.funded.expect({ networkId: 2 });
  lab.nodes.events!.onSessionEnd(lab.sessions[0]!);
  assert.deepEqual(lab.told.sessions, [1]);
  assert.deepEqual(lab.told.ended, [1]);
  assert.deepEqual(lab.told.notices, ['warn node 1: is slow']);
  assert.deepEqual(lab.nodes.expected, [{ networkId: 2 }]);
  assert.equal(lab.funded.nodes, lab.nodes.nodes);
  const handed = lab.told.handed.length;
  // Nothing is handed on for a session that is over.
  lab.funded.refresh();
  assert.equal(lab.told.handed.length, handed);
  lab.funded.close();
  assert.ok(lab.nodes.closed);
});

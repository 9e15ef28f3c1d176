import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { SourceSession } from '../../../miner/core/source.js';
import { FullNodeSource } from '../../../miner/sources/full-node-source.js';
import { NodeSet } from '../../../node/node-set.js';
import { encodeJobs, encodeSubmitResult } from '../../../protocol/frames.js';
import { FakeNode } from '../../support/fake-node.js';
import { makeJob, makeJobs } from '../../support/jobs.js';
import { waitFor } from '../../support/wait.js';

let first: FakeNode;
let second: FakeNode;
let source: FullNodeSource;
let sessions: SourceSession[];
let ended: SourceSession[];
let jobs: number[];
let notices: string[];

beforeEach(async () => {
  [first, second] = [await FakeNode.listen(), await FakeNode.listen()];
  for (const [index, node] of [first, second].entries()) {
    node.onConnection = (socket) => socket.write(encodeJobs(makeJobs({ parent: index + 1 })));
    node.onMessage = (_message, socket) =>
      socket.write(encodeSubmitResult({ chain: 0, blockHash: new Uint8Array(32), accepted: true }));
  }
  sessions = [];
  ended = [];
  jobs = [];
  notices = [];
});

afterEach(async () => {
  source.close();
  await first.close();
  await second.close();
});

function open(returnAfterMs: number): void {
  source = new FullNodeSource(
    new NodeSet({
      nodes: [first, second].map(({ endpoint }) => ({ endpoint })),
      returnAfterMs,
      link: { silenceMs: 5_000, backoff: { firstMs: 30, maxMs: 30 } },
    }),
  );
  source.open({
    onSession: (session) => sessions.push(session),
    onJobs: (session) => jobs.push(session.id),
    onVerdict: () => {},
    onSessionEnd: (session) => ended.push(session),
    onProgress: () => {},
    onNotice: ({ name, message }) => notices.push(`${name}: ${message}`),
  });
}

test('the first leads; the second takes over within a moment, and gives back after a while', async () => {
  open(200);
  await waitFor('the first session', () => sessions.length === 1);
  assert.match(sessions[0]!.name, new RegExp(`:${first.port}$`));
  await waitFor('both connected', () => second.sockets.length === 1);
  const { port } = first;
  await first.close();
  await waitFor('the takeover', () => sessions.length === 2, 1_900);
  assert.match(sessions[1]!.name, new RegExp(`:${second.port}$`));
  assert.deepEqual(ended, [sessions[0]]);
  assert.equal(jobs.at(-1), sessions[1]!.id);
  await waitFor('a notice', () => notices.length > 0);
  assert.match(notices[0]!, /trying again in/);

  first = await FakeNode.listen(port);
  first.onConnection = (socket) => socket.write(encodeJobs(makeJobs({ parent: 7 })));
  const backAt = performance.now();
  await waitFor('the return', () => sessions.length === 3);
  assert.ok(performance.now() - backAt >= 150, 'not before it has been well for a while');
  assert.match(sessions[2]!.name, new RegExp(`:${port}$`));
  // The second node's session goes on beside it: blocks of its templates are still taken.
  assert.equal(source.submit(sessions[1]!, makeJob(), new Uint8Array(326)), true);
  assert.equal(source.submit(sessions[0]!, makeJob(), new Uint8Array(326)), false);
  await waitFor('the block at the second node', () => second.received.length === 1);
});

test('the second leads at once where the first is not there', async () => {
  await first.close();
  open(60_000);
  await waitFor('a session', () => sessions.length === 1);
  assert.match(sessions[0]!.name, new RegExp(`:${second.port}$`));
});

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { type Devnet, startDevnet } from '../../../devnet/app.js';
import { encodeJobs } from '../../../protocol/frames.js';
import { closeAll, closers } from '../../support/closers.js';
import { FakeNode } from '../../support/fake-node.js';
import { FakeRest } from '../../support/fake-rest.js';
import { makeJobs } from '../../support/jobs.js';
import { EASY, endpointOf, openUpstream, submit, type Watched } from '../../support/upstream-lab.js';
import { waitFor } from '../../support/wait.js';

let devnet: Devnet;
before(async () => {
  devnet = await startDevnet(EASY);
});
after(() => devnet.close());

afterEach(closeAll);

let watched: Watched;

const has = (hash: string): boolean => devnet.node.state.get(hash) !== undefined;

test('two nodes: blocks go to the node of their job, also when it no longer leads', async () => {
  const second = await startDevnet({ ...EASY, minerAddresses: devnet.minerAddresses });
  closers.push(() => second.close());
  watched = openUpstream({
    nodes: [{ endpoint: endpointOf(devnet) }, { endpoint: endpointOf(second) }],
    lagMs: 200,
  });
  const { upstream } = watched;
  await waitFor('both', () => upstream.nodes.map(({ state }) => state).join() === 'leading,ready');
  const { jobs } = watched;
  // The second node runs ahead: it leads.
  const tips = () => [devnet, second].map(({ node }) => node.state.tip(11).height);
  while (tips()[1]! < tips()[0]! + 2) await second.mineBlock(11);
  await waitFor('the takeover', () => watched.sessions.length === 2);
  assert.equal(upstream.nodes[0]!.state, 'behind');
  const there = submit(watched, 12);
  watched.jobs = jobs;
  const here = submit(watched, 12, watched.sessions[0]!);
  await waitFor('both verdicts', () => watched.states.length === 2);
  assert.deepEqual([watched.statesOf(there), watched.statesOf(here)], [['accepted'], ['accepted']]);
  assert.ok(has(here) && !has(there));
  assert.equal(watched.ended.length, 0);
});

test('the leader dies: the other leads within 2 s, and its blocks are looked up there', async () => {
  const [first, firstRest] = [await FakeNode.listen(), await FakeRest.listen()];
  closers.push(() => first.close());
  closers.push(() => firstRest.close());
  firstRest.identity = { networkId: 4, minerAddresses: devnet.minerAddresses };
  first.onConnection = (socket) => socket.write(encodeJobs(makeJobs({ height: 1 })));
  watched = openUpstream({
    nodes: [{ endpoint: { ...first.endpoint, restPort: firstRest.port } }, { endpoint: endpointOf(devnet) }],
    lagMs: 3_600_000,
  });
  const { upstream } = watched;
  await waitFor('both', () => upstream.nodes.map(({ state }) => state).join() === 'leading,ready');
  // A block that reached the network by the first node, before it died.
  const block = await devnet.mineBlock(13);
  const header = new Uint8Array(326);
  upstream.submit(watched.sessions[0]!, watched.jobs[13]!, header, Buffer.from(block.id, 'hex'));
  await waitFor('the block at the first node', () => first.received.length === 1);
  const diedAt = performance.now();
  await firstRest.close();
  await first.close();
  await waitFor('the takeover', () => watched.sessions.length === 2, 1_900);
  assert.ok(performance.now() - diedAt < 1_900);
  await waitFor('its states', () => watched.statesOf(block.id).length === 2);
  assert.deepEqual(watched.statesOf(block.id), ['unanswered', 'accepted']);
});

test('a node of another network is not used', async () => {
  const other = await startDevnet({ ...EASY, networkId: 1 });
  closers.push(() => other.close());
  watched = openUpstream({
    nodes: [{ endpoint: endpointOf(other) }, { endpoint: endpointOf(devnet) }],
    expected: { networkId: 4 },
  });
  await waitFor('jobs', () => watched.jobs.length === 16);
  assert.deepEqual(
    watched.upstream.nodes.map(({ state }) => state),
    ['refused', 'leading'],
  );
  assert.match(watched.notices.join(), /its network id is 1, that of this pool 4/);
});

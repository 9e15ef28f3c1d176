import assert from 'node:assert/strict';
import { connect, createServer, type Socket } from 'node:net';
import { after, afterEach, before, test } from 'node:test';
import { type Devnet, type DevnetOptions, startDevnet } from '../../../devnet/app.js';
import type { NodeEndpoint } from '../../../node/endpoint.js';
import type { UpstreamIdentity, UpstreamSession } from '../../../pool/core/upstream.js';
import { FullNodeUpstream, type FullNodeUpstreamOptions } from '../../../pool/upstream/full-node-upstream.js';
import { bytesToHex } from '../../../protocol/bytes.js';
import { encodeJobs, encodeSubmitResult } from '../../../protocol/frames.js';
import type { Job } from '../../../protocol/job.js';
import { blockHash } from '../../../protocol/pow.js';
import { FakeNode } from '../../support/fake-node.js';
import { FakeRest } from '../../support/fake-rest.js';
import { makeJobs } from '../../support/jobs.js';
import { solve } from '../../support/raw-miner.js';
import { sleep, waitFor } from '../../support/wait.js';

/** A find costs some 125 hashes. */
const EASY: DevnetOptions = { rate: 1000, blockTimeMs: 2000, retarget: false };

let devnet: Devnet;
before(async () => {
  devnet = await startDevnet(EASY);
});
after(() => devnet.close());

interface Watched {
  readonly upstream: FullNodeUpstream;
  readonly sessions: UpstreamSession[];
  readonly ended: UpstreamSession[];
  readonly identities: UpstreamIdentity[];
  readonly notices: string[];
  /** `hash state`, in order. */
  readonly states: string[];
  jobs: readonly Job[];
  statesOf(hash: string): string[];
}

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

let watched: Watched;

function open(options: FullNodeUpstreamOptions): Watched {
  const upstream = new FullNodeUpstream({
    ...options,
    link: { backoff: { firstMs: 30, maxMs: 30 }, ...options.link },
  });
  closers.push(() => upstream.close());
  const watched: Watched = {
    upstream,
    sessions: [],
    ended: [],
    identities: [],
    notices: [],
    states: [],
    jobs: [],
    statesOf: (hash) => watched.states.filter((line) => line.startsWith(hash)).map((line) => line.slice(65)),
  };
  upstream.open({
    onIdentity: (identity) => watched.identities.push(identity),
    onSession: (session) => watched.sessions.push(session),
    onJobs: (_session, jobs) => {
      watched.jobs = jobs;
    },
    onSessionEnd: (session) => watched.ended.push(session),
    onBlockState: (hash, state) => watched.states.push(`${hash} ${state}`),
    onNotice: ({ message }) => watched.notices.push(message),
  });
  return watched;
}

const endpointOf = ({ host, minerApiPort, restPort }: Devnet): NodeEndpoint => ({
  host,
  port: minerApiPort,
  restPort,
});

/** Finds a block of a job and sends it. @returns its hash */
function submit({ upstream, sessions, jobs }: Watched, chain: number, session = sessions.at(-1)!): string {
  const job = jobs[chain]!;
  const header = solve(job);
  const hash = blockHash(header);
  upstream.submit(session, job, header, hash);
  return bytesToHex(hash);
}

const has = (hash: string): boolean => devnet.node.state.get(hash) !== undefined;

test('a node tells who it is, its jobs come, its verdicts end blocks', async () => {
  watched = open({ nodes: [{ endpoint: endpointOf(devnet) }], expected: { networkId: 4 } });
  await waitFor('jobs', () => watched.jobs.length === 16);
  assert.deepEqual(watched.identities, [{ networkId: 4, minerAddresses: devnet.minerAddresses }]);
  assert.deepEqual(watched.upstream.nodes, [
    { name: `127.0.0.1:${devnet.minerApiPort}`, state: 'leading', detail: undefined },
  ]);
  const { jobs } = watched;
  const hash = submit(watched, 3);
  assert.equal(watched.upstream.waiting, 1);
  assert.deepEqual(watched.states, [], 'nothing within the call');
  await waitFor('the verdict', () => watched.statesOf(hash).length > 0);
  assert.deepEqual(watched.statesOf(hash), ['accepted']);
  assert.ok(has(hash));
  assert.equal(watched.upstream.waiting, 0);
  // One block a template.
  watched.jobs = jobs;
  const second = submit(watched, 3);
  await waitFor('the refusal', () => watched.statesOf(second).length > 0);
  assert.deepEqual(watched.statesOf(second), ['refused']);
});

test('a lost verdict: unanswered after 5 s, then found by REST', async () => {
  watched = open({ nodes: [{ endpoint: endpointOf(devnet) }] });
  await waitFor('jobs', () => watched.jobs.length === 16);
  devnet.disturbAnswers({ kind: 'lose' });
  const sentAt = performance.now();
  const hash = submit(watched, 4);
  await waitFor('its states', () => watched.statesOf(hash).length === 2, 15_000);
  assert.ok(performance.now() - sentAt >= 4_990);
  assert.deepEqual(watched.statesOf(hash), ['unanswered', 'accepted']);
});

test('a verdict that comes late or twice counts once', async () => {
  watched = open({ nodes: [{ endpoint: { ...endpointOf(devnet), restPort: 1 } }] });
  await waitFor('jobs', () => watched.jobs.length === 16);
  devnet.disturbAnswers({ kind: 'delay', delayMs: 6_000 });
  devnet.disturbAnswers({ kind: 'repeat' });
  const [late, twice] = [submit(watched, 5), submit(watched, 6)];
  // REST is closed: only the late verdict can tell.
  await waitFor('both', () => watched.states.length >= 3, 15_000);
  await sleep(50);
  assert.deepEqual(watched.statesOf(late), ['unanswered', 'accepted']);
  assert.deepEqual(watched.statesOf(twice), ['accepted']);
});

test('the connection is lost right after the block was sent: looked up at once', async () => {
  watched = open({ nodes: [{ endpoint: endpointOf(devnet) }] });
  await waitFor('jobs', () => watched.jobs.length === 16);
  devnet.disturbAnswers({ kind: 'lose' });
  const sentAt = performance.now();
  const hash = submit(watched, 7);
  await waitFor('the block at the node', () => has(hash));
  devnet.dropConnections();
  await waitFor('its states', () => watched.statesOf(hash).length === 2, 4_000);
  assert.ok(performance.now() - sentAt < 4_000, 'not by the timeout');
  assert.deepEqual(watched.statesOf(hash), ['unanswered', 'accepted']);
  assert.equal(watched.ended.length, 1);
});

test('a block that was lost with its connection is sent again to its node', async () => {
  // What is between them swallows the block.
  let swallow = false;
  const sockets: Socket[] = [];
  const proxy = createServer((socket) => {
    const out = connect(devnet.minerApiPort, '127.0.0.1');
    sockets.push(socket, out);
    for (const one of [socket, out]) one.on('error', () => {});
    socket.on('data', (chunk) => {
      if (swallow) socket.resetAndDestroy();
      else out.write(chunk);
    });
    socket.on('close', () => out.destroy());
    out.pipe(socket);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  const { port } = proxy.address() as { port: number };
  watched = open({ nodes: [{ endpoint: { ...endpointOf(devnet), port } }] });
  await waitFor('jobs', () => watched.jobs.length === 16);
  swallow = true;
  const hash = submit(watched, 8);
  await waitFor('the loss', () => watched.ended.length === 1);
  assert.ok(!has(hash));
  swallow = false;
  await waitFor('its states', () => watched.statesOf(hash).length === 2);
  assert.deepEqual(watched.statesOf(hash), ['unanswered', 'accepted']);
  assert.ok(has(hash));
});

test('a block of a session that is over is unanswered, and told so after the call', async () => {
  watched = open({ nodes: [{ endpoint: endpointOf(devnet) }] });
  await waitFor('jobs', () => watched.jobs.length === 16);
  devnet.dropConnections();
  await waitFor('the next session', () => watched.sessions.length === 2);
  const hash = submit(watched, 9, watched.sessions[0]!);
  assert.deepEqual(watched.states, []);
  // The node has not forgotten its template, and takes it.
  await waitFor('its states', () => watched.statesOf(hash).length === 2);
  assert.deepEqual(watched.statesOf(hash), ['unanswered', 'accepted']);
});

test('blocks of an earlier run are looked up, also while no node is there yet', async () => {
  const block = await devnet.mineBlock(10);
  devnet.setSynced(false);
  watched = open({ nodes: [{ endpoint: endpointOf(devnet) }] });
  watched.upstream.lookUp(block.id);
  const none = 'ab'.repeat(32);
  watched.upstream.lookUp(none);
  await waitFor('the block', () => watched.statesOf(block.id).length === 1);
  assert.deepEqual(watched.statesOf(block.id), ['accepted']);
  devnet.setSynced(true);
  await waitFor('jobs', () => watched.jobs.length === 16);
  assert.deepEqual(watched.statesOf(none), [], 'it may come yet');
});

test('a restarted node knows neither template nor block: asked, tried once, and no more', async () => {
  const node = await FakeNode.listen();
  const rest = await FakeRest.listen();
  closers.push(() => node.close());
  closers.push(() => rest.close());
  node.onConnection = (socket) => socket.write(encodeJobs(makeJobs()));
  node.onMessage = (message, socket) => {
    if (node.received.length === 1) socket.resetAndDestroy();
    else
      socket.write(encodeSubmitResult({ chain: 0, blockHash: blockHash(message.header), accepted: false }));
  };
  watched = open({ nodes: [{ endpoint: { ...node.endpoint, restPort: rest.port } }] });
  await waitFor('jobs', () => watched.jobs.length === 16);
  const hash = submit(watched, 0);
  await waitFor('the second try', () => node.received.length === 2);
  const lookUps = () => rest.asked.filter((path) => path.startsWith('/blockflow')).length;
  const before = lookUps();
  await waitFor('further look-ups', () => lookUps() > before);
  assert.equal(node.received.length, 2);
  assert.deepEqual(watched.statesOf(hash), ['unanswered'], 'its refusal is no end');
  // The block turns up: it had arrived before the restart, and came back from the network.
  rest.blocks.add(hash);
  await waitFor('the end', () => watched.statesOf(hash).length === 2);
  assert.deepEqual(watched.statesOf(hash), ['unanswered', 'accepted']);
});

test('two nodes: blocks go to the node of their job, also when it no longer leads', async () => {
  const second = await startDevnet({ ...EASY, minerAddresses: devnet.minerAddresses });
  closers.push(() => second.close());
  watched = open({
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
  watched = open({
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
  watched = open({
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

test('a node with an API key is asked with it', async () => {
  const locked = await startDevnet({ ...EASY, apiKey: 'k'.repeat(32) });
  closers.push(() => locked.close());
  const endpoint = endpointOf(locked);
  watched = open({ nodes: [{ endpoint, apiKey: 'k'.repeat(32) }] });
  await waitFor('its identity', () => watched.identities.length === 1);
  const block = await locked.mineBlock(0);
  watched.upstream.lookUp(block.id);
  await waitFor('the block', () => watched.statesOf(block.id).includes('accepted'));
});

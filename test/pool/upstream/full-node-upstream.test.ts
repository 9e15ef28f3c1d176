import assert from 'node:assert/strict';
import { connect, createServer, type Socket } from 'node:net';
import { after, afterEach, before, test } from 'node:test';
import { type Devnet, startDevnet } from '../../../devnet/app.js';
import { bytesToHex } from '../../../protocol/bytes.js';
import { encodeJobs, encodeSubmitResult } from '../../../protocol/frames.js';
import { NODE_KEEPS_TXS } from '../../../protocol/job.js';
import { blockHash } from '../../../protocol/pow.js';
import { closeAll, closers } from '../../support/closers.js';
import { FakeNode } from '../../support/fake-node.js';
import { FakeRest } from '../../support/fake-rest.js';
import { makeJobs } from '../../support/jobs.js';
import { solve } from '../../support/raw-miner.js';
import { EASY, endpointOf, openUpstream, submit, type Watched } from '../../support/upstream-lab.js';
import { sleep, waitFor } from '../../support/wait.js';

let devnet: Devnet;
before(async () => {
  devnet = await startDevnet(EASY);
});
after(() => devnet.close());

afterEach(closeAll);

let watched: Watched;

const has = (hash: string): boolean => devnet.node.state.get(hash) !== undefined;

test('a node tells who it is, its jobs come, its verdicts end blocks', async () => {
  watched = openUpstream({ nodes: [{ endpoint: endpointOf(devnet) }], expected: { networkId: 4 } });
  await waitFor('jobs', () => watched.jobs.length === 16);
  assert.deepEqual(watched.identities, [{ networkId: 4, minerAddresses: devnet.minerAddresses }]);
  assert.deepEqual(watched.upstream.nodes, [
    { name: `127.0.0.1:${devnet.minerApiPort}`, state: 'leading', detail: undefined, standing: 0 },
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

test('a node refuses the block that another front end, or an earlier run, has sent it: it has it all the same', async () => {
  const earlier = openUpstream({ nodes: [{ endpoint: endpointOf(devnet) }] });
  watched = openUpstream({ nodes: [{ endpoint: endpointOf(devnet) }] });
  await waitFor('jobs', () => earlier.jobs.length === 16 && watched.jobs.length === 16);
  const job = earlier.jobs[6]!;
  const header = solve(job);
  const hash = bytesToHex(blockHash(header));
  for (const { upstream, sessions, statesOf } of [earlier, watched]) {
    upstream.submit(sessions.at(-1)!, job, header, blockHash(header));
    await waitFor('what became of it', () => statesOf(hash).includes('accepted'));
  }
  assert.deepEqual(earlier.statesOf(hash), ['accepted']);
  assert.deepEqual(watched.statesOf(hash), ['refused', 'accepted']);
});

test('a lost verdict: unanswered after 5 s, then found by REST', async () => {
  watched = openUpstream({ nodes: [{ endpoint: endpointOf(devnet) }] });
  await waitFor('jobs', () => watched.jobs.length === 16);
  devnet.disturbAnswers({ kind: 'lose' });
  const sentAt = performance.now();
  const hash = submit(watched, 4);
  await waitFor('its states', () => watched.statesOf(hash).length === 2, 15_000);
  assert.ok(performance.now() - sentAt >= 4_990);
  assert.deepEqual(watched.statesOf(hash), ['unanswered', 'accepted']);
});

test('a verdict that comes late or twice counts once', async () => {
  watched = openUpstream({ nodes: [{ endpoint: { ...endpointOf(devnet), restPort: 1 } }] });
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
  watched = openUpstream({ nodes: [{ endpoint: endpointOf(devnet) }] });
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
  watched = openUpstream({ nodes: [{ endpoint: { ...endpointOf(devnet), port } }] });
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
  watched = openUpstream({ nodes: [{ endpoint: endpointOf(devnet) }] });
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
  watched = openUpstream({ nodes: [{ endpoint: endpointOf(devnet) }] });
  watched.upstream.lookUp(block.id);
  const none = 'ab'.repeat(32);
  watched.upstream.lookUp(none);
  await waitFor('the block', () => watched.statesOf(block.id).length === 1);
  assert.deepEqual(watched.statesOf(block.id), ['accepted']);
  devnet.setSynced(true);
  await waitFor('jobs', () => watched.jobs.length === 16);
  assert.deepEqual(watched.statesOf(none), [], 'it may come yet');
});

test('a whole block of an earlier run that no node has is sent again, once; one whose node kept its transactions is not', async () => {
  const node = await FakeNode.listen();
  const rest = await FakeRest.listen();
  closers.push(() => node.close());
  closers.push(() => rest.close());
  const txsBlob = [Uint8Array.of(1, 2, 3)];
  node.onConnection = (socket) => socket.write(encodeJobs(makeJobs().map((job) => ({ ...job, txsBlob }))));
  node.onMessage = ({ header }, socket) =>
    socket.write(encodeSubmitResult({ chain: 0, blockHash: blockHash(header), accepted: true }));
  watched = openUpstream({ nodes: [{ endpoint: { ...node.endpoint, restPort: rest.port } }] });
  await waitFor('jobs', () => watched.jobs.length === 16);
  const [whole, kept] = [solve(watched.jobs[0]!), solve(watched.jobs[1]!)];
  const hashes = [whole, kept].map((header) => bytesToHex(blockHash(header)));
  watched.upstream.lookUp(hashes[1]!, { header: kept, txsBlob: NODE_KEEPS_TXS });
  watched.upstream.lookUp(hashes[0]!, { header: whole, txsBlob });
  await waitFor('the block', () => watched.statesOf(hashes[0]!).length === 1);
  assert.deepEqual(watched.statesOf(hashes[0]!), ['accepted']);
  assert.deepEqual(
    node.received.map(({ message }) => [bytesToHex(message.header), bytesToHex(message.txsBlob)]),
    [[bytesToHex(whole), '010203']],
  );
  assert.deepEqual(watched.statesOf(hashes[1]!), []);
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
  watched = openUpstream({ nodes: [{ endpoint: { ...node.endpoint, restPort: rest.port } }] });
  await waitFor('jobs', () => watched.jobs.length === 16);
  const hash = submit(watched, 0);
  await waitFor('the second try', () => node.received.length === 2);
  const lookUps = () => rest.asked.filter((path) => path.startsWith('/blockflow')).length;
  const before = lookUps();
  await waitFor('further look-ups', () => lookUps() > before);
  assert.equal(node.received.length, 2);
  assert.deepEqual(watched.statesOf(hash), ['unanswered'], 'its refusal is no end');
  // The block turns up: it had arrived before the restart, and came back from the network. The next look-up may be 16 s off.
  rest.blocks.add(hash);
  await waitFor('the end', () => watched.statesOf(hash).length === 2, 30_000);
  assert.deepEqual(watched.statesOf(hash), ['unanswered', 'accepted']);
});

test('a node with an API key is asked with it', async () => {
  const locked = await startDevnet({ ...EASY, apiKey: 'k'.repeat(32) });
  closers.push(() => locked.close());
  const endpoint = endpointOf(locked);
  watched = openUpstream({ nodes: [{ endpoint, apiKey: 'k'.repeat(32) }] });
  await waitFor('its identity', () => watched.identities.length === 1);
  const block = await locked.mineBlock(0);
  watched.upstream.lookUp(block.id);
  await waitFor('the block', () => watched.statesOf(block.id).includes('accepted'));
});

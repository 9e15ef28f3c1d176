import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { bytesToHex } from '../../protocol/bytes.js';
import { ALL_CHAINS, CHAINS } from '../../protocol/chain.js';
import { encodeJobs, encodeSubmitResult } from '../../protocol/frames.js';
import { joinHeader, NONCE_BYTES } from '../../protocol/header.js';
import { NODE_KEEPS_TXS } from '../../protocol/job.js';
import { blockHash, chainOfHash } from '../../protocol/pow.js';
import { closeAll } from '../support/closers.js';
import { makeJob, makeJobs } from '../support/jobs.js';
import { type Fake, fakeNode, openSet, states, type Watched } from '../support/node-set-lab.js';
import { waitFor } from '../support/wait.js';

afterEach(closeAll);

const QUICK = { standstillMs: 300, heightEveryMs: 20, returnAfterMs: 300 };

/** A REST API that knows the blocks which jobs build on, and says how high each chain is. */
function tellHeights({ rest }: Fake, heightOf: (chain: number) => number, known = true): void {
  rest.answer = (path, response) => {
    const query = new URL(response.req.url!, 'http://node').searchParams;
    if (path === '/blockflow/is-block-in-main-chain') {
      response.statusCode = known ? 200 : 500;
      response.end(known ? 'true' : '{"detail":"The block does not exist"}');
      return;
    }
    const chain = 4 * Number(query.get('fromGroup')) + Number(query.get('toGroup'));
    response.end(JSON.stringify({ currentHeight: heightOf(chain) }));
  };
}

/** A block of a chain is found and sent, and the node takes it. */
async function takeBlock({ node }: Fake, { set, sessions }: Watched, chain: number): Promise<void> {
  const job = makeJob({ chain, parent: 1, height: 10 });
  let header = joinHeader(new Uint8Array(NONCE_BYTES), job.headerBlob);
  for (let nonce = 1; chainOfHash(blockHash(header)) !== chain; nonce++)
    header = joinHeader(new Uint8Array(NONCE_BYTES).fill(nonce & 0xff).with(0, nonce >> 8), job.headerBlob);
  assert.equal(set.submit(sessions[0]!, header, NODE_KEEPS_TXS), true);
  const of = bytesToHex(header);
  await waitFor('it', () => node.received.some(({ message }) => bytesToHex(message.header) === of));
  for (const socket of node.sockets)
    socket.write(encodeSubmitResult({ chain, blockHash: blockHash(header), accepted: true }));
}

test('chains whose block was taken and that get no template: told, not handed on, another node leads', async () => {
  const [first, second] = [await fakeNode(1), await fakeNode(2)];
  for (const fake of [first, second]) tellHeights(fake, () => 9);
  const watched = openSet([first, second], QUICK);
  await waitFor('both', () => states(watched).join() === 'leading,ready');
  await takeBlock(first, watched, 1);
  await waitFor('the takeover', () => watched.leader() === 1);
  assert.deepEqual(states(watched), ['behind', 'leading']);
  assert.match(
    watched.notices.at(-1)!,
    /chain 0-1 has had no template for \d+ s while the node is at height 9: the node took the block of the last one/,
  );
  assert.deepEqual(watched.ended, []);
  assert.equal(watched.set.nodes[0]!.standing, 1);

  // Its next template makes it well, and after a while it leads again.
  const jobs = makeJobs({ parent: 1, height: 10 }).with(1, makeJob({ chain: 1, parent: 3, height: 11 }));
  first.node.sockets[0]!.write(encodeJobs(jobs));
  await waitFor('the return', () => watched.leader() === 0);
  assert.match(watched.notices.at(-1)!, /all chains have templates again/);
});

test('a single node whose heights pass its jobs: the chains that stand still are named with the jobs', async () => {
  const fake = await fakeNode(1);
  let passed = 0;
  tellHeights(fake, (chain) => (chain < passed ? 12 : 9));
  const watched = openSet([fake], QUICK);
  await waitFor('it', () => watched.leader() === 0);
  passed = 3;
  await waitFor('they stand', () => watched.standing.at(-1)?.length === 3);
  assert.deepEqual(watched.standing.at(-1), [0, 1, 2]);
  assert.equal(watched.leader(), 0);
  passed = CHAINS;
  await waitFor('all stand', () => watched.standing.at(-1)?.length === CHAINS);
  fake.node.sockets[0]!.write(encodeJobs(makeJobs({ parent: 2, height: 13 })));
  await waitFor('all go on', () => watched.standing.at(-1)?.length === 0);
});

test('a REST API of another node says nothing of this one', async () => {
  const fake = await fakeNode(1);
  tellHeights(fake, () => 1_000, false);
  const watched = openSet([fake], QUICK);
  await waitFor('it', () => watched.leader() === 0);
  await waitFor('questions', () => fake.rest.asked.length >= 4);
  assert.ok(fake.rest.asked.every((path) => path === '/blockflow/is-block-in-main-chain'));
  assert.deepEqual(watched.notices, []);
});

test('each chain is asked for, one at a time', async () => {
  const fake = await fakeNode(1);
  let [open, most] = [0, 0];
  const asked = new Set<number>();
  tellHeights(fake, (chain) => {
    asked.add(chain);
    return 9;
  });
  const { answer } = fake.rest;
  fake.rest.answer = (path, response) => {
    open++;
    most = Math.max(most, open);
    setTimeout(() => {
      open--;
      answer!(path, response);
    }, 5);
  };
  openSet([fake], QUICK);
  await waitFor('all chains', () => asked.size === CHAINS);
  assert.equal(most, 1);
  assert.equal(ALL_CHAINS.length, asked.size);
});

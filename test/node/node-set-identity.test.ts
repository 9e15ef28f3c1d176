import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { encodeJobs } from '../../protocol/frames.js';
import { closeAll, closers } from '../support/closers.js';
import { FakeNode } from '../support/fake-node.js';
import { IDENTITY } from '../support/fake-rest.js';
import { makeJobs } from '../support/jobs.js';
import { fakeNode, openSet, states } from '../support/node-set-lab.js';
import { sleep, waitFor } from '../support/wait.js';

afterEach(closeAll);

const identity = { expected: {} };

for (const [what, other, why] of [
  ['network', { ...IDENTITY, networkId: 0 }, /not used: its network id is 0, that of 127\.0\.0\.1:\d+ 4/],
  [
    'miner address',
    { ...IDENTITY, minerAddresses: ['a0', 'a1', 'a2', 'b3'] },
    /not used: its miner address of group 3 is b3, that of 127\.0\.0\.1:\d+ a3/,
  ],
] as const) {
  test(`a node with another ${what} is not used, not even when it is the last; asked again at a reconnect`, async () => {
    const [first, second] = [await fakeNode(1), await fakeNode(2)];
    second.rest.identity = other;
    const watched = openSet([first, second], { identity });
    await waitFor('both judged', () => states(watched).join() === 'leading,refused');
    assert.match(watched.notices[0]!, why);
    assert.equal(watched.set.nodes[1]!.detail, watched.notices[0]!.split(': ').slice(1).join(': '));
    await first.node.close();
    await waitFor('the end', () => watched.ended.length === 1);
    await sleep(200);
    assert.equal(watched.sessions.length, 1);

    second.rest.identity = IDENTITY;
    second.node.sockets[0]!.resetAndDestroy();
    await waitFor('its chance', () => watched.leader() === 1);
    assert.deepEqual(watched.identities, [IDENTITY]);
    assert.equal(watched.set.nodes[1]!.detail, undefined);
  });
}

test('what is expected from outside is compared first, also of a node alone', async () => {
  const only = await fakeNode(1);
  const watched = openSet([only], { identity: { expected: { networkId: 0 } } });
  await waitFor('the refusal', () => states(watched).join() === 'refused');
  assert.match(watched.notices[0]!, /its network id is 4, that of this pool 0/);
  assert.deepEqual([watched.sessions, watched.jobs, watched.identities], [[], [], []]);
});

test('at the start the first in order is the measure, however late it answers', async () => {
  const [first, second] = [await fakeNode(1), await fakeNode(2)];
  second.rest.identity = { ...IDENTITY, networkId: 0 };
  first.node.onConnection = (socket) => setTimeout(() => socket.write(encodeJobs(makeJobs())), 300);
  const watched = openSet([first, second], { identity });
  await waitFor('both judged', () => states(watched).join() === 'leading,refused');
  assert.equal(watched.sessions.length, 1);
});

test('jobs wait until it is known who their node is; the newest come then', async () => {
  const only = await fakeNode(1);
  let release = (): void => {};
  only.rest.answer = (path, response) => {
    const before = release;
    release = () => {
      before();
      response.end(
        JSON.stringify(
          path === '/miners/addresses' ? { addresses: IDENTITY.minerAddresses } : { networkId: 4 },
        ),
      );
    };
  };
  const watched = openSet([only], { identity });
  await waitFor('the questions', () => only.rest.asked.length === 2);
  only.node.sockets[0]!.write(encodeJobs(makeJobs({ height: 77 })));
  await sleep(100);
  assert.equal(watched.sessions.length, 0);
  release();
  await waitFor('the session', () => watched.jobs.length === 1);
  assert.equal(watched.jobs[0]!.jobs[0]!.height, 77);
});

test('REST closed: a node alone is used after a bounded wait, with one warning; asked until it answers', async () => {
  const only = await fakeNode(1);
  only.rest.answer = () => {};
  const watched = openSet([only], { identity, link: { restTimeoutMs: 150 } });
  await waitFor('the session', () => watched.sessions.length === 1);
  assert.match(watched.notices[0]!, /can't be asked who it is, and is used all the same/);
  assert.deepEqual(watched.identities, []);
  const asked = only.rest.asked.length;
  await waitFor('further questions', () => only.rest.asked.length >= asked + 4);
  only.rest.answer = undefined;
  await waitFor('its answer', () => watched.identities.length === 1);
  assert.equal(watched.sessions.length, 1);
  assert.equal(watched.notices.length, 1);
  assert.deepEqual(watched.ended, []);
});

test('REST closed: one of several is not used until it answers', async () => {
  const [first, second] = [await fakeNode(1), await fakeNode(2)];
  await second.rest.close();
  first.rest.answer = (_path, response) => response.writeHead(401).end('{"detail":"key?"}');
  const watched = openSet([first, second], { identity });
  await waitFor('the refusals', () => states(watched).join() === 'refused,refused');
  assert.ok(
    watched.notices.some((notice) => /not used: it can't be asked who it is: .*401 "key\?"/.test(notice)),
  );
  first.rest.answer = undefined;
  await waitFor('its answer', () => watched.leader() === 0);
});

test('a node that has reconnected is not used before it has told anew who it is', async () => {
  const [first, second] = [await fakeNode(1), await fakeNode(2)];
  // The first is judged every 20 ms.
  const watched = openSet([first, second], { identity: { expected: {}, againMs: 20 } });
  await waitFor('both', () => states(watched).join() === 'leading,ready');
  second.rest.answer = () => {};
  const before = second.rest.asked.length;
  second.node.sockets[0]!.resetAndDestroy();
  await waitFor('new questions', () => second.rest.asked.length > before && second.node.sockets.length === 2);
  await sleep(150);
  assert.deepEqual(states(watched), ['leading', 'away']);
});

test('an answer to a question of an earlier connection says nothing', async () => {
  const only = await fakeNode(1);
  const release: (() => void)[] = [];
  only.rest.answer = (path, response) => {
    const of = only.rest.asked.length <= 2 ? 4 : 0;
    const answer = (): void => {
      response.end(
        JSON.stringify({
          networkId: of,
          ...(path === '/miners/addresses' && { addresses: IDENTITY.minerAddresses }),
        }),
      );
    };
    if (of === 4) release.push(answer);
    else answer();
  };
  const watched = openSet([only], { identity: { expected: { networkId: 4 } } });
  await waitFor('the questions', () => release.length === 2);
  only.node.sockets[0]!.resetAndDestroy();
  await waitFor('the refusal', () => states(watched).join() === 'refused');
  for (const answer of release) answer();
  await sleep(100);
  assert.deepEqual(states(watched), ['refused']);
  assert.equal(watched.sessions.length, 0);
});

test('a node that was refused is judged again when the other one changes', async () => {
  const [first, second] = [await fakeNode(1), await fakeNode(2)];
  const mended = { ...IDENTITY, networkId: 0 };
  first.rest.identity = mended;
  const { port } = first.node;
  await first.node.close();
  const watched = openSet([first, second], { identity });
  await waitFor('the second', () => watched.leader() === 1);
  first.node = await FakeNode.listen(port);
  first.node.onConnection = (socket) => socket.write(encodeJobs(makeJobs()));
  closers.push(() => first.node.close());
  await waitFor('the refusal', () => states(watched).join() === 'refused,leading');
  second.rest.identity = mended;
  second.node.sockets[0]!.resetAndDestroy();
  await waitFor('both', () => !states(watched).some((state) => state === 'refused' || state === 'away'));
  assert.deepEqual(watched.identities, [IDENTITY, mended]);
});

test('addresses that change while a node runs: of several it is left, alone it is told', async () => {
  const [first, second] = [await fakeNode(1), await fakeNode(2)];
  const changed = { ...IDENTITY, minerAddresses: ['b0', 'b1', 'b2', 'b3'] };
  const watched = openSet([first, second], { identity: { expected: {}, againMs: 50 } });
  await waitFor('both', () => states(watched).join() === 'leading,ready');
  first.rest.identity = changed;
  await waitFor('the takeover', () => watched.leader() === 1);
  assert.deepEqual(states(watched), ['refused', 'leading']);
  assert.deepEqual(watched.ended, [watched.sessions[0]]);

  const only = await fakeNode(3);
  const alone = openSet([only], { identity: { expected: {}, againMs: 50 } });
  await waitFor('a session', () => alone.sessions.length === 1);
  only.rest.identity = changed;
  await waitFor('the change', () => alone.identities.length === 2);
  assert.deepEqual(alone.identities[1], changed);
  assert.deepEqual(alone.ended, []);
});

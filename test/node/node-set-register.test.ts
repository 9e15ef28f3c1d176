import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { afterEach, test } from 'node:test';
import type { NodeIdentity } from '../../node/identity.js';
import { closeAll } from '../support/closers.js';
import { IDENTITY } from '../support/fake-rest.js';
import { fakeNode, openSet, states } from '../support/node-set-lab.js';
import { sleep, waitFor } from '../support/wait.js';

// What nodes must be is kept outside the set: claimed there by the first that fits, and told from there.

afterEach(closeAll);

function unavailable(_: string, response: ServerResponse): void {
  response.statusCode = 503;
  response.end();
}

const OTHER: NodeIdentity = { ...IDENTITY, minerAddresses: ['a0', 'a1', 'a2', 'b3'] };

test('what is kept decides: a node that differs is left for one that fits, and what to do is said', async () => {
  const [first, second] = [await fakeNode(1), await fakeNode(2)];
  first.rest.identity = OTHER;
  const claims: NodeIdentity[] = [];
  const claim = async (identity: NodeIdentity) => {
    claims.push(identity);
    return IDENTITY;
  };
  const watched = openSet([first, second], { identity: { expected: {}, claim, hint: 'tell it' } });
  await waitFor('both judged', () => states(watched).join() === 'refused,leading');
  assert.match(
    watched.notices[0]!,
    /not used: its miner address of group 3 is b3, that of this pool a3; tell it$/,
  );
  assert.deepEqual(watched.identities, [IDENTITY]);
  // What is known need not be asked for again.
  assert.deepEqual(claims, [OTHER]);
  first.rest.identity = IDENTITY;
  first.node.sockets[0]!.resetAndDestroy();
  await waitFor('its return', () => states(watched).join() === 'ready,leading');
});

test('a node that would not be used claims nothing', async () => {
  const [first, second] = [await fakeNode(1), await fakeNode(2)];
  second.rest.identity = OTHER;
  const claims: NodeIdentity[] = [];
  const claim = async (identity: NodeIdentity) => {
    claims.push(identity);
    throw new Error('away');
  };
  const watched = openSet([first, second], { identity: { expected: {}, claim, againMs: 20 } });
  await waitFor('both judged', () => states(watched).join() === 'leading,refused');
  const asked = second.rest.asked.length;
  await waitFor('it was asked again', () => second.rest.asked.length >= asked + 6);
  assert.deepEqual(claims, [IDENTITY]);
});

test('another network that is kept refuses one node, and the next may claim', async () => {
  const [first, second] = [await fakeNode(1), await fakeNode(2)];
  first.rest.identity = { ...OTHER, networkId: 0 };
  const claims: NodeIdentity[] = [];
  const claim = async (identity: NodeIdentity) => {
    claims.push(identity);
    return identity.networkId === 4 ? identity : { networkId: 4 };
  };
  const watched = openSet([first, second], { identity: { expected: {}, claim, hint: 'tell it' } });
  await waitFor('both judged', () => states(watched).join() === 'refused,leading');
  assert.match(watched.notices[0]!, /its network id is 0, that of this pool 4$/);
  assert.equal(claims.length, 2);
});

test('a node is held back while the register is asked, and used when that is away', async () => {
  const only = await fakeNode(1);
  const fail: (() => void)[] = [];
  const claim = () => new Promise<NodeIdentity>((_, reject) => fail.push(() => reject(new Error('away'))));
  const watched = openSet([only], { identity: { expected: {}, claim } });
  await waitFor('the claim', () => fail.length === 1);
  await sleep(100);
  assert.deepEqual([watched.sessions, states(watched)], [[], ['away']]);
  fail[0]!();
  await waitFor('the session', () => watched.sessions.length === 1);
  assert.deepEqual(watched.notices, []);
  // It is back with nothing: the node is claimed anew, and stays in use meanwhile.
  watched.set.expect({});
  await waitFor('the second claim', () => fail.length === 2);
  assert.deepEqual([states(watched), watched.ended], [['leading'], []]);
  // It is back with something else.
  watched.set.expect(OTHER);
  await waitFor('the refusal', () => states(watched).join() === 'refused');
  assert.deepEqual(watched.ended, [watched.sessions[0]]);
});

test('back, it speaks for a node that differed from the one that was used meanwhile', async () => {
  const [first, second] = [await fakeNode(1), await fakeNode(2)];
  second.rest.identity = OTHER;
  const claim = () => Promise.reject(new Error('away'));
  const watched = openSet([first, second], { identity: { expected: {}, claim } });
  await waitFor('both judged', () => states(watched).join() === 'leading,refused');
  watched.set.expect(OTHER);
  await waitFor('the change', () => states(watched).join() === 'refused,leading');
});

test('changed there, nodes are asked again before they are judged by it', async () => {
  const [first, second] = [await fakeNode(1), await fakeNode(2)];
  const claim = async () => IDENTITY;
  const watched = openSet([first, second], { identity: { expected: {}, claim } });
  await waitFor('both', () => states(watched).join() === 'leading,ready');
  // The first was changed, and nobody has noticed yet.
  first.rest.identity = OTHER;
  watched.set.expect(OTHER);
  await waitFor('both judged', () => states(watched).join() === 'leading,refused');
  assert.deepEqual(watched.ended, [], 'the first went on without a break');
  second.rest.identity = OTHER;
  second.node.sockets[0]!.resetAndDestroy();
  await waitFor('the second', () => states(watched).join() === 'leading,ready');
  assert.equal(watched.sessions.length, 1);
});

test('a node that pays others is not used when its REST API is away, neither after a reconnect nor where something else is expected by now', async () => {
  const only = await fakeNode(1);
  only.rest.identity = OTHER;
  const watched = openSet([only], { identity: { expected: IDENTITY } });
  await waitFor('the refusal', () => states(watched).join() === 'refused');
  only.rest.answer = unavailable;
  const asked = only.rest.asked.length;
  only.node.sockets[0]!.resetAndDestroy();
  await waitFor('the return', () => only.rest.asked.length >= asked + 3);
  await waitFor('the refusal again', () => states(watched).join() === 'refused');
  watched.set.expect({ ...IDENTITY, minerAddresses: ['a0', 'a1', 'a2', 'c3'] });
  await waitFor('more tries', () => only.rest.asked.length >= asked + 6);
  assert.deepEqual([states(watched), watched.sessions], [['refused'], []]);
});

test('changed there, nodes whose REST API fails for a moment go on', async () => {
  const [first, second] = [await fakeNode(1), await fakeNode(2)];
  const watched = openSet([first, second], { identity: { expected: IDENTITY } });
  await waitFor('both', () => states(watched).join() === 'leading,ready');
  for (const { rest } of [first, second]) {
    rest.identity = OTHER;
    rest.answer = (_, response) => {
      rest.answer = undefined;
      unavailable(_, response);
    };
  }
  const asked = second.rest.asked.length;
  watched.set.expect(OTHER);
  await waitFor('a failure and an answer', () => second.rest.asked.length >= asked + 4);
  await sleep(100);
  assert.deepEqual([states(watched), watched.ended], [['leading', 'ready'], []]);
});

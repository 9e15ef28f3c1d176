import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { afterEach, test } from 'node:test';
import type { NodeIdentity } from '../../node/identity.js';
import { closeAll } from '../support/closers.js';
import { IDENTITY } from '../support/fake-rest.js';
import { type Fake, fakeNode, openSet, states } from '../support/node-set-lab.js';
import { sleep, waitFor } from '../support/wait.js';

// What nodes must be is kept outside the set: claimed there by the first that fits, and told from there.

afterEach(closeAll);

function unavailable(_: string, response: ServerResponse): void {
  response.writeHead(503).end('{"detail":"starting"}');
}

const OTHER: NodeIdentity = { ...IDENTITY, minerAddresses: ['a0', 'a1', 'a2', 'b3'] };
const THIRD: NodeIdentity = { ...IDENTITY, minerAddresses: ['c0', 'a1', 'a2', 'a3'] };

test('what is kept decides: a node that differs is left for one that fits, and what to do is said', async () => {
  const [first, second] = [await fakeNode(1), await fakeNode(2)];
  first.rest.identity = OTHER;
  const claims: NodeIdentity[] = [];
  const claim = async (identity: NodeIdentity) => {
    claims.push(identity);
    return IDENTITY;
  };
  const watched = openSet([first, second], {
    identity: { expected: {}, claim, hints: { addresses: 'tell it', network: 'choose another' } },
  });
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
  const watched = openSet([first, second], {
    identity: { expected: {}, claim, hints: { addresses: 'tell it', network: 'choose another' } },
  });
  await waitFor('both judged', () => states(watched).join() === 'refused,leading');
  assert.match(watched.notices[0]!, /its network id is 0, that of this pool 4; choose another$/);
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

/** A node alone that pays others, is refused, and then can't be asked any more. `asked`: how often it was until then. */
async function refusedOnly() {
  const only = await fakeNode(1);
  only.rest.identity = OTHER;
  const watched = openSet([only], { identity: { expected: IDENTITY } });
  await waitFor('the refusal', () => states(watched).join() === 'refused');
  const asked = only.rest.asked.length;
  only.rest.answer = unavailable;
  return { only, watched, asked };
}

test('a node alone that is known to pay others is not used because it can not be asked: not after a reconnect', async () => {
  const { only, watched, asked } = await refusedOnly();
  only.node.sockets[0]!.resetAndDestroy();
  await waitFor('some failures', () => only.rest.asked.length >= asked + 12);
  assert.deepEqual([watched.sessions, states(watched)], [[], ['refused']]);
  assert.match(
    watched.set.nodes[0]!.detail!,
    /^not used: it can't be asked .*503 "starting"; when it could be, its miner address of group 3 is b3, that of this pool a3$/,
  );
  // It is another one when it has started: its new answer decides.
  only.rest.identity = IDENTITY;
  only.rest.answer = undefined;
  await waitFor('its use', () => states(watched).join() === 'leading');
  assert.deepEqual(watched.identities, [IDENTITY]);
  assert.equal(watched.set.nodes[0]!.detail, undefined);
  // And what it said then counts from now on.
  only.rest.answer = unavailable;
  only.node.sockets[1]!.resetAndDestroy();
  await waitFor('its use, with a warning', () => watched.sessions.length === 2);
  assert.match(watched.set.nodes[0]!.detail!, /is used all the same/);
  only.rest.identity = OTHER;
  only.rest.answer = undefined;
  await waitFor('the refusal of what it has become', () => states(watched).join() === 'refused');
});

test('nor because something third is expected by now', async () => {
  const { only, watched, asked } = await refusedOnly();
  watched.set.expect(THIRD);
  await waitFor('some failures', () => only.rest.asked.length >= asked + 12);
  assert.deepEqual([watched.sessions, states(watched)], [[], ['refused']]);
  assert.match(
    watched.notices.at(-1)!,
    /when it could be, its miner address of group 0 is a0, that of this pool c0$/,
  );
  // What it is known to pay is expected: used, though it can't be asked.
  watched.set.expect(OTHER);
  await waitFor('its use', () => states(watched).join() === 'leading');
});

for (const count of [1, 2])
  test(`changed there, a first failure of ${count} in use to answer ends nothing`, async () => {
    const fakes: Fake[] = [];
    for (let i = 0; i < count; i++) fakes.push(await fakeNode(i + 1));
    const used = ['leading', 'ready'].slice(0, count).join();
    const watched = openSet(fakes, { identity: { expected: IDENTITY } });
    await waitFor('all', () => states(watched).join() === used);
    // Their addresses were changed, and just when they are asked they can not answer.
    const failed = fakes.map(({ rest }) => {
      let times = 0;
      rest.identity = OTHER;
      rest.answer = (path, response) => {
        if (++times === 4) rest.answer = undefined;
        unavailable(path, response);
      };
      return () => times;
    });
    watched.set.expect(OTHER);
    assert.equal(states(watched).join(), used);
    await waitFor('the answers', () => watched.identities.length === 2);
    await waitFor('those of all', () =>
      watched.set.nodes.every(({ identity }) => identity?.minerAddresses[3] === 'b3'),
    );
    for (const times of failed) assert.equal(times(), 4, 'two questions, both halves of each');
    assert.deepEqual([states(watched).join(), watched.ended, watched.notices], [used, [], []]);
  });

for (const count of [1, 2])
  test(`changed there, ${count} in use that can not be asked any more must go, until an answer fits`, async () => {
    const fakes: Fake[] = [];
    for (let i = 0; i < count; i++) fakes.push(await fakeNode(i + 1));
    const all = (state: string) => fakes.map(() => state).join();
    const watched = openSet(fakes, { identity: { expected: IDENTITY } });
    await waitFor('all', () => states(watched).join() === ['leading', 'ready'].slice(0, count).join());
    for (const { rest } of fakes) rest.answer = unavailable;
    watched.set.expect(OTHER);
    await waitFor('the refusals', () => states(watched).join() === all('refused'));
    for (const { detail } of watched.set.nodes)
      assert.match(
        detail!,
        /^not used: it can't be asked .*; when it could be, its miner address of group 3 is a3, that of this pool b3$/,
      );
    for (const { rest } of fakes) {
      rest.identity = OTHER;
      rest.answer = undefined;
    }
    await waitFor('their return', () => states(watched).every((state) => state !== 'refused'));
  });

test('one that is used by what it said before goes on, too, until it has failed anew to say what it is by now', async () => {
  const only = await fakeNode(1);
  const watched = openSet([only], { identity: { expected: IDENTITY } });
  await waitFor('its use', () => states(watched).join() === 'leading');
  only.rest.answer = unavailable;
  const before = only.rest.asked.length;
  only.node.sockets[0]!.resetAndDestroy();
  await waitFor('more failures than are borne', () => only.rest.asked.length >= before + 10);
  await waitFor('its use all the same', () => states(watched).join() === 'leading');
  only.rest.answer = undefined;
  only.rest.identity = OTHER;
  watched.set.expect(OTHER);
  await waitFor('its answer', () => watched.identities.length === 2);
  assert.deepEqual([states(watched), watched.ended.length], [['leading'], 1]);
});

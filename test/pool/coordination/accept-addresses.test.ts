import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { NodeAddress } from '../../../node/node-set-port.js';
import { acceptAddresses } from '../../../pool/coordination/accept-addresses.js';
import type { PoolEvent, Store } from '../../../pool/ports/store.js';
import { embeddedStoreLab } from '../../support/embedded-store-lab.js';
import { FakeRest, IDENTITY } from '../../support/fake-rest.js';
import { waitFor } from '../../support/wait.js';

const OTHER = { ...IDENTITY, minerAddresses: ['b0', 'b1', 'b2', 'b3'] };

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function openStore(): Promise<Store> {
  const lab = await embeddedStoreLab();
  closers.push(() => lab.close());
  return lab.open();
}

async function fakeNode(identity = IDENTITY): Promise<{ rest: FakeRest; node: NodeAddress }> {
  const rest = await FakeRest.listen();
  closers.push(() => rest.close());
  rest.identity = identity;
  return { rest, node: { endpoint: { host: '127.0.0.1', port: 1, restPort: rest.port } } };
}

test('what the nodes pay now is noted in place of what was, and all front ends are told', async () => {
  const store = await openStore();
  await store.claimNodeIdentity(IDENTITY);
  const events: PoolEvent[] = [];
  store.subscribe((event) => events.push(event));
  const [one, two] = [await fakeNode(OTHER), await fakeNode(OTHER)];
  const outcome = await acceptAddresses([one.node, two.node], store);
  assert.deepEqual(outcome, { type: 'accepted', identity: OTHER, before: IDENTITY });
  assert.deepEqual(await store.nodeIdentity(), OTHER);
  await waitFor('the news', () => events.length === 1);
  assert.deepEqual(events, [{ type: 'nodeIdentity' }]);
});

test('a node that can not be asked is left out, but one must answer', async () => {
  const store = await openStore();
  const [one, two] = [await fakeNode(), await fakeNode(OTHER)];
  await one.rest.close();
  assert.equal((await acceptAddresses([one.node, two.node], store)).type, 'accepted');
  assert.deepEqual(await store.nodeIdentity(), OTHER);
  await two.rest.close();
  const outcome = await acceptAddresses([one.node, two.node], store);
  assert.match(
    JSON.stringify(outcome),
    /refused.*no node can be asked who it is: 127\.0\.0\.1:1: .*; 127\.0\.0\.1:1: /,
  );
});

test('nodes that differ, or are of another network, change nothing', async () => {
  const store = await openStore();
  await store.claimNodeIdentity(IDENTITY);
  const [one, two] = [await fakeNode(), await fakeNode(OTHER)];
  assert.match(
    JSON.stringify(await acceptAddresses([one.node, two.node], store)),
    /refused.*the nodes differ: of 127\.0\.0\.1:1 its miner address of group 0 is b0, that of 127\.0\.0\.1:1 a0/,
  );
  const foreign = await fakeNode({ ...OTHER, networkId: 0 });
  assert.match(
    JSON.stringify(await acceptAddresses([foreign.node], store)),
    /refused.*of the nodes its network id is 0, that of this pool 4/,
  );
  assert.deepEqual(await store.nodeIdentity(), IDENTITY);
});

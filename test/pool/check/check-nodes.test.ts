import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Devnet, type DevnetOptions, startDevnet } from '../../../devnet/app.js';
import type { ExpectedIdentity } from '../../../node/identity.js';
import { askNodes, judgeNodes } from '../../../pool/check/check-nodes.js';
import { freePort } from '../../support/free-port.js';
import { RawMiner } from '../../support/raw-miner.js';

async function devnet(t: TestContext, options: DevnetOptions): Promise<Devnet> {
  const node = await startDevnet({ rate: 1_000_000_000, retarget: false, ...options });
  t.after(() => node.close());
  return node;
}

const endpointOf = ({ minerApiPort, restPort }: Devnet) => ({
  host: '127.0.0.1',
  port: minerApiPort,
  restPort,
});

async function looked(
  nodes: readonly { readonly host: string; readonly port: number; readonly restPort: number }[],
  noted: ExpectedIdentity = {},
  timeoutMs = 5_000,
) {
  const findings = judgeNodes(await askNodes(nodes, timeoutMs), noted, 'set another folder');
  return findings.map(({ setting, outcome, met }) => `${outcome} ${setting}: ${met}`);
}

test('a node that is well: jobs, REST, network, and whom it pays', async (t) => {
  const node = await devnet(t, { seed: 1 });
  const lines = await looked([endpointOf(node)], { networkId: 4, minerAddresses: node.minerAddresses });
  assert.match(lines[0]!, /^ok nodes\[0\]: 127\.0\.0\.1:\d+: jobs for 16 chains$/);
  assert.match(lines[1]!, /^ok nodes\[0\]\.restPort: .*, synced, miner addresses set$/);
  assert.equal(lines[2], `ok nodes[0]: network 4, pays ${node.minerAddresses.join(' ')}`);
});

test('a node whose chain goes on without a template', async (t) => {
  const node = await devnet(t, { rate: 1_000 });
  // Who connects beside somebody else gets the jobs that were sent last.
  const miner = await RawMiner.connect(node.minerApiPort);
  t.after(() => miner.close());
  await miner.jobs();
  node.stopTemplates([5], 'now');
  for (let blocks = 0; blocks < 3; blocks++) await node.mineBlock(5);
  const lines = await looked([endpointOf(node)], {}, 1_000);
  assert.match(
    lines[2]!,
    /^failed nodes\[0\]: 127\.0\.0\.1:\d+, templates: old: chain 1-1 is at height 3, its template for 1$/,
  );
});

test('nodes that pay others: than each other, than the store, and another network', async (t) => {
  const [one, two] = [await devnet(t, { seed: 1 }), await devnet(t, { seed: 2 })];
  const both = [endpointOf(one), endpointOf(two)];
  const apart = (await looked(both)).filter((line) => line.startsWith('failed'));
  assert.equal(apart.length, 1);
  assert.match(
    apart[0]!,
    /^failed nodes\[1\]: not used: its miner address of group 0 is .*, that of 127\.0\.0\.1:/,
  );
  const store = (await looked(both, { networkId: 4, minerAddresses: two.minerAddresses })).filter((line) =>
    line.startsWith('failed'),
  );
  assert.equal(store.length, 1);
  assert.match(store[0]!, /^failed nodes\[0\]: .*, that of this pool /);
  const asked = await askNodes([endpointOf(one)], 5_000);
  const { met, remedy } = judgeNodes(asked, { networkId: 0 }, 'set another folder').at(-1)!;
  assert.equal(met, 'not used: its network id is 4, that of this pool 0');
  assert.equal(remedy, 'set another folder');
});

test('a dead node, one that is not synced, and one whose REST API is away', async (t) => {
  const dead = { host: '127.0.0.1', port: await freePort(), restPort: await freePort() };
  const node = await devnet(t, { seed: 1 });
  const [refused, ...others] = await looked([dead]);
  assert.match(refused!, /^failed nodes\[0\]: .*connection refused/);
  assert.deepEqual(others, [], 'a node that is not there is one finding');
  const silent = { ...endpointOf(node), restPort: dead.restPort };
  assert.deepEqual(
    (await looked([silent])).map((line) => line.split(':')[0]),
    ['ok nodes[0]', 'warning nodes[0].restPort'],
  );
  // Of several nodes the pool uses none that does not say whom it pays.
  assert.match((await looked([endpointOf(node), silent])).at(-1)!, /^failed nodes\[1\]\.restPort: /);
  node.setSynced(false);
  const unsynced = await looked([endpointOf(node)]);
  assert.match(unsynced[0]!, /^failed nodes\[0\]: .*before any job$/);
  assert.match(unsynced[1]!, /^failed nodes\[0\]\.restPort: .*not synced yet$/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Devnet, startDevnet } from '../../devnet/app.js';
import { freePort } from '../support/free-port.js';
import { type FrontEnd, FrontEndLab } from '../support/front-end-lab.js';
import { LessworkRun } from '../support/lesswork.js';
import { MISSING_REDIS } from '../support/redis-server.js';
import { skipWhen } from '../support/requirement.js';
import { waitFor } from '../support/wait.js';

const skip = skipWhen(MISSING_REDIS);

const nodeOf = ({ minerApiPort, restPort }: Devnet) => ({
  host: '127.0.0.1',
  port: minerApiPort,
  restPort,
});

interface NodeTold {
  readonly state: string;
  readonly detail?: string;
}

async function nodesOf(frontEnd: FrontEnd): Promise<readonly NodeTold[]> {
  const status = (await (await frontEnd.admin('/admin/status')).json()) as { nodes: readonly NodeTold[] };
  return status.nodes;
}

function addressesTold(frontEnd: FrontEnd): unknown {
  return frontEnd.said.filter(({ type }) => type === 'identity').at(-1)?.minerAddresses;
}

test('two front ends whose nodes pay different addresses: the second does not use its node, until the operator accepts', {
  skip,
}, async (t) => {
  const lab = await FrontEndLab.open(t, { seed: 1 });
  const other = await startDevnet({ rate: 200_000, retarget: false, seed: 2 });
  t.after(() => other.close());
  assert.notDeepEqual(other.minerAddresses, lab.devnet.minerAddresses);
  const adminPort = await freePort();
  const own = { admin: { host: '127.0.0.1', port: adminPort } };
  const one = await lab.start('one', { config: own, workers: 2 });
  const original = lab.devnet.minerAddresses;
  const accept = () =>
    new LessworkRun(['pool', 'accept-addresses', '--config', lab.configure('one', own)]).end();

  // One of its two nodes fits.
  const both = await lab.start('both', { config: { nodes: [nodeOf(other), nodeOf(lab.devnet)] } });
  assert.deepEqual(
    (await nodesOf(both)).map(({ state }) => state),
    ['refused', 'leading'],
  );
  await both.stop();

  const two = lab.spawn('two', { config: { nodes: [nodeOf(other)] } });
  const [theirs, ours] = [other.minerAddresses[0], lab.devnet.minerAddresses[0]];
  const why = `not used: its miner address of group 0 is ${theirs}, that of this pool ${ours}; if you have changed them in all nodes, tell the pool: lesswork pool accept-addresses`;
  await waitFor(
    'the refusal',
    () => two.failedOr(() => two.notices.some((line) => line.endsWith(why))),
    30_000,
  );
  await waitFor('its administration', () => two.said.some(({ what }) => what === 'admin'));
  const [told] = await nodesOf(two);
  assert.deepEqual([told?.state, told?.detail], ['refused', why]);
  assert.equal((await two.admin('/ready')).status, 503);
  assert.ok(!two.said.some(({ type }) => type === 'node'));
  assert.match(await (await two.admin('/metrics')).text(), /^lesswork_pool_node_up\{node="[^"]*"\} 0$/m);

  lab.devnet.setMinerAddresses(other.minerAddresses);
  const accepted = await accept();
  assert.equal(accepted.code, 0, accepted.stderr);
  assert.match(accepted.stdout, new RegExp(`group 0: ${theirs} \\(was ${ours}\\)`));
  // Both hear of it without a restart, and the first goes on without a break.
  await waitFor('the node of the second', () => two.failedOr(() => two.serves), 20_000);
  await waitFor('the first knows', () => String(addressesTold(one)) === String(other.minerAddresses), 20_000);
  assert.deepEqual(addressesTold(two), other.minerAddresses);
  assert.equal(one.said.filter(({ type }) => type === 'node').length, 1);
  assert.deepEqual(
    (await nodesOf(one)).map(({ state }) => state),
    ['leading'],
  );

  // And back, by a request to the other.
  for (const devnet of [lab.devnet, other]) devnet.setMinerAddresses(original);
  assert.equal((await two.admin('/admin/miner-addresses/accept', 'POST')).status, 200);
  for (const frontEnd of [one, two])
    await waitFor('the change', () => String(addressesTold(frontEnd)) === String(original), 20_000);
  await Promise.all([one.stop(), two.stop()]);

  const late = await accept();
  assert.equal(late.code, 1);
  assert.match(late.stderr, /no pool answers at http:\/\/127\.0\.0\.1:\d+\/admin/);
});

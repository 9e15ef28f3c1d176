import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkNodeVersion, checkVulkan, examine } from '../../miner/doctor.js';
import { encodeJobs } from '../../protocol/frames.js';
import { FakeNode } from '../support/fake-node.js';
import { makeJobs } from '../support/jobs.js';

test('versions of Node.js', () => {
  for (const version of ['20.19.0', '20.20.2', '22.0.0'])
    assert.equal(checkNodeVersion(version).outcome, 'ok');
  for (const version of ['18.20.0', '20.18.9'])
    assert.match(checkNodeVersion(version).remedy ?? '', /20\.19 or newer/);
});

test('no Vulkan: each part with its remedy; elsewhere it is not needed', () => {
  const checks = checkVulkan('linux', () => false);
  assert.deepEqual(
    checks.map(({ outcome }) => outcome),
    ['warn', 'warn'],
  );
  assert.match(checks[0]!.remedy ?? '', /libvulkan1/);
  assert.match(checks[1]!.remedy ?? '', /mesa-vulkan-drivers/);
  assert.deepEqual(
    checkVulkan('darwin', () => false),
    [],
  );
});

const outcomes = async (node: FakeNode, timeoutMs = 10_000): Promise<Record<string, string>> => {
  const checks = await examine({ endpoint: node.endpoint, timeoutMs });
  return Object.fromEntries(checks.map(({ name, outcome }) => [name.replace(/ (http|127).*/, ''), outcome]));
};

test('a node that hands out jobs, one that turns away, one that is silent', async () => {
  const node = await FakeNode.listen();
  try {
    node.onConnection = (socket) => socket.write(encodeJobs(makeJobs()));
    const well = await outcomes(node);
    assert.equal(well["full node's miner API"], 'ok');
    assert.equal(well["full node's REST API"], 'warn');
    node.onConnection = (socket) => socket.resetAndDestroy();
    assert.equal((await outcomes(node))["full node's miner API"], 'failed');
    node.onConnection = () => {};
    assert.equal((await outcomes(node, 500))["full node's miner API"], 'failed');
  } finally {
    await node.close();
  }
});

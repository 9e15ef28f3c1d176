import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { freePort } from '../support/free-port.js';
import { PROJECT_ROOT } from '../support/lesswork.js';

const { HELD_PORTS, holdPorts } = (await import(
  pathToFileURL(`${PROJECT_ROOT}/tools/held-ports.mjs`).href
)) as {
  HELD_PORTS: readonly number[];
  holdPorts(ports: readonly number[]): Promise<() => Promise<string[]>>;
};

test('who asks a held port gets a wrong answer, and is told of', async () => {
  const port = await freePort();
  const release = await holdPorts([port]);
  const source = `fetch('http://127.0.0.1:${port}/infos/version').then(({ status }) => process.exit(status - 400))`;
  const caller = spawn(process.execPath, ['-e', source]);
  assert.deepEqual(await once(caller, 'exit'), [18, null]);
  const callers = await release();
  assert.equal(callers.length, 1);
  assert.match(callers[0]!, new RegExp(`^port ${port}: `));
  if (process.platform === 'linux') assert.match(callers[0]!, /infos\/version/, 'its command line');
  await assert.rejects(fetch(`http://127.0.0.1:${port}/`), 'given back');
});

test('the ports of nodes, pools, Redis and the API are held', () => {
  assert.ok([10973, 12973, 6379, 20032, 8080].every((port) => HELD_PORTS.includes(port)));
});

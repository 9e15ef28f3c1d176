import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort } from '../support/free-port.js';
import { lesswork } from '../support/lesswork.js';

test('a miner without work ends with exit code 42 where it is told to, and says why', async () => {
  const node = `127.0.0.1:${await freePort()}`;
  const args = ['--node', node, '--threads', '1', '--device', 'cpu', '--on-trouble', 'exit'];
  const { code, stderr } = await lesswork('mine', ...args, '--no-work-timeout', '1');
  assert.equal(code, 42);
  assert.equal(stderr, 'lesswork: nothing has been hashed for 1 s\n');
});

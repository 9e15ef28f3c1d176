import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ShownListener } from '../../../../pool/http/api/api-context.js';
import { miningPolicyOf } from '../../../../pool/http/page/mining-policy.js';

function listener(protocol: ShownListener['protocol'], port: number): ShownListener {
  const difficulty = { start: 1n, min: 1n, max: 1n, fixed: true };
  return { name: protocol, protocol, port, difficulty, sharesPerMinute: 1 };
}

const LISTENERS = [listener('tcp', 1), listener('ws', 0), listener('wss', 3)];

/** Places that the worker may connect to; `ws` listens at 77. */
function places(browserMining: { readonly url?: string } | undefined): string | undefined {
  const live = { pool: () => ({ ports: { tcp: 1, ws: 77, wss: 3 } }) };
  const policy = miningPolicyOf({ browserMining, listeners: LISTENERS }, live as never);
  return policy === undefined ? undefined : /connect-src ([^;]*)/.exec(policy())?.[1];
}

test('without a wish there is no policy', () => assert.equal(places(undefined), undefined));

test('it connects to the ports of WebSocket listeners, as they are taken', () =>
  assert.equal(places({}), 'ws://*:77 wss://*:3'));

test('it connects to the named place alone', () => {
  assert.equal(places({ url: 'wss://a.example/stratum' }), 'wss://a.example');
  assert.equal(places({ url: 'ws://a.example:8080' }), 'ws://a.example:8080');
  assert.equal(places({ url: 'wss://[::1]/x' }), 'wss://*:443');
});

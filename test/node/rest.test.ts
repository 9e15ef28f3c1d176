import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, before, beforeEach, test } from 'node:test';
import type { NodeEndpoint } from '../../node/endpoint.js';
import { fetchHasBlock, fetchIdentity, RestError } from '../../node/rest.js';
import { FakeRest, IDENTITY } from '../support/fake-rest.js';
import { readVectors } from '../support/vectors.js';

let rest: FakeRest;
let endpoint: NodeEndpoint;
const OPTIONS = { timeoutMs: 2_000 };

before(async () => {
  rest = await FakeRest.listen();
  endpoint = { host: '127.0.0.1', port: 1, restPort: rest.port };
});
beforeEach(() => {
  rest.answer = undefined;
});
after(() => rest.close());

interface Call {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly response: { readonly addresses?: string[] };
}
const { calls } = readVectors<{ calls: readonly Call[] }>('rest');

/** Answers as a real node did. */
function replay(only: (call: Call) => boolean): (path: string, response: ServerResponse) => void {
  return (path, response) => {
    const call = calls.find((one) => one.method === 'GET' && one.path.startsWith(path) && only(one))!;
    response.statusCode = call.status;
    response.end(JSON.stringify(call.response));
  };
}

test("a recorded node's network and addresses", async () => {
  rest.answer = replay(() => true);
  const { networkId, minerAddresses } = await fetchIdentity(endpoint, OPTIONS);
  assert.equal(networkId, 2);
  assert.deepEqual(
    minerAddresses,
    calls.find((call) => call.path === '/miners/addresses')?.response.addresses,
  );
});

test('recorded answers on a block of the main chain, beside it, and on none', async () => {
  const answers = calls.filter((call) => call.path.startsWith('/blockflow/is-block-in-main-chain'));
  assert.equal(answers.length, 3);
  for (const { path, status } of answers) {
    rest.answer = replay((call) => call.path === path);
    assert.equal(await fetchHasBlock(endpoint, path.slice(-64), OPTIONS), status === 200);
  }
});

for (const [what, status, body, expected] of [
  ['no addresses', 500, { detail: 'Miner addresses are not set up' }, /500 "Miner addresses are not set up"/],
  ['a wrong key', 401, { detail: 'Wrong api key' }, /401 "Wrong api key"/],
  ['three addresses', 200, { networkId: 0, addresses: ['a', 'b', 'c'] }, /expected 200 with 4 addresses/],
  [
    'an address with a line break',
    200,
    { networkId: 0, addresses: ['a', 'b', 'c', 'd\n'] },
    /expected 200 with 4 addresses/,
  ],
  [
    'an endless address',
    200,
    { networkId: 0, addresses: ['a', 'b', 'c', 'd'.repeat(1_025)] },
    /expected 200 with 4 addresses/,
  ],
  [
    'a network out of range',
    200,
    { networkId: 256, addresses: IDENTITY.minerAddresses },
    /expected 200 with "networkId"/,
  ],
  [
    'no network',
    200,
    { networkId: '0', addresses: IDENTITY.minerAddresses },
    /expected 200 with "networkId"/,
  ],
] as const) {
  test(`${what}: no identity, and a reason`, async () => {
    rest.answer = (path, response) => {
      // Of the first kind only one of the two questions fails.
      const failing = status !== 500 || path === '/miners/addresses';
      response.statusCode = failing ? status : 200;
      response.end(JSON.stringify(failing ? body : { networkId: 0 }));
    };
    await assert.rejects(fetchIdentity(endpoint, OPTIONS), (error) => {
      assert.ok(error instanceof RestError);
      assert.match(error.message, expected);
      return true;
    });
  });
}

test('an answer that says neither is no answer', async () => {
  rest.answer = (_path, response) => {
    response.statusCode = 503;
    response.end('{"detail":"busy"}');
  };
  await assert.rejects(fetchHasBlock(endpoint, '00'.repeat(32), OPTIONS), /503 "busy"/);
});

test('an endless answer is left after a megabyte', async () => {
  let written = 0;
  let left = false;
  rest.answer = (_path, response) => {
    const more = (): void => {
      while (!left && response.write(Buffer.alloc(65_536, 0x20))) written += 65_536;
    };
    response.on('drain', more);
    response.on('close', () => {
      left = true;
    });
    more();
  };
  await assert.rejects(fetchHasBlock(endpoint, '00'.repeat(32), OPTIONS), /expected at most 1048576 bytes/);
  assert.ok(written < 64 * 1024 * 1024, 'most of it was never asked for');
});

test('an answer of one byte too many is refused, one that just fits is read', async () => {
  for (const [length, fits] of [
    [1_048_576, true],
    [1_048_577, false],
  ] as const) {
    rest.answer = (_path, response) => response.end('true'.padEnd(length));
    const asked = fetchHasBlock(endpoint, '00'.repeat(32), OPTIONS);
    if (fits) assert.equal(await asked, true);
    else await assert.rejects(asked, RestError);
  }
});

test('a redirect is not followed', async () => {
  rest.answer = (path, response) => {
    if (path === '/elsewhere') response.end('true');
    else response.writeHead(302, { location: '/elsewhere' }).end();
  };
  await assert.rejects(fetchHasBlock(endpoint, '00'.repeat(32), OPTIONS), RestError);
  assert.ok(!rest.asked.includes('/elsewhere'));
});

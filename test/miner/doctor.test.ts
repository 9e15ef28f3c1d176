import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { afterEach, test } from 'node:test';
import type { TlsOptions } from 'node:tls';
import { startDevnet } from '../../devnet/app.js';
import { checkCpuKernel, checkNodeVersion, checkVulkan, twinRemedy } from '../../miner/doctor.js';
import { checkFullNode } from '../../miner/node-check.js';
import { checkPool } from '../../miner/pool-check.js';
import { encodeJobs } from '../../protocol/frames.js';
import { closeAll, closers } from '../support/closers.js';
import { FakeNode } from '../support/fake-node.js';
import { FakePool, notifiedJob } from '../support/fake-pool.js';
import { FakeRest } from '../support/fake-rest.js';
import { makeJob, makeJobs } from '../support/jobs.js';
import { readVectors } from '../support/vectors.js';
import { waitFor } from '../support/wait.js';

const TLS = readVectors<{ readonly key: string; readonly cert: string }>('tls');

afterEach(closeAll);

test('versions of Node.js', () => {
  for (const version of ['20.19.0', '20.20.2', '22.0.0'])
    assert.equal(checkNodeVersion(version).outcome, 'ok');
  for (const version of ['18.20.0', '20.18.9'])
    assert.match(checkNodeVersion(version).remedy ?? '', /20\.19 or newer/);
});

test('what hashes on the CPU, and what would hash faster', () => {
  const native = { variant: 'avx2', file: 'native.node', origin: 'prebuilt', broken: false } as const;
  assert.deepEqual(checkCpuKernel('native-avx2', native, 2), {
    name: 'CPU',
    outcome: 'ok',
    detail: 'machine code (kernel native-avx2, prebuilt), 2 threads',
  });
  const reason = 'the native kernel avx512 failed its test: it was ended by SIGILL';
  const slower = checkCpuKernel('native-avx2', { ...native, reason, broken: true }, 2);
  assert.equal(slower.outcome, 'warn');
  assert.match(slower.detail, /2 threads; the native kernel avx512 failed/);
  const none = checkCpuKernel('wasm', { reason: 'the C compiler "cc" is not there', broken: false }, 1);
  assert.equal(none.outcome, 'ok');
  assert.match(none.detail, /^WebAssembly SIMD \(kernel wasm\), 1 thread; the C compiler/);
  assert.match(none.remedy!, /install a C compiler .* npm run build/);
  assert.equal(
    checkCpuKernel('wasm', { ...native, variant: 'sse41' }, 1).remedy,
    undefined,
    'WASM is faster',
  );
  assert.equal(checkCpuKernel('noble', { reason: 'x', broken: false }, 1).outcome, 'warn');
});

test('cards of one name that are not told apart: machine code is advised where it is missing alone', () => {
  assert.match(twinRemedy({ reason: 'there is no machine code in this package' }), /npm run build/);
  for (const [layer, remedy] of [
    [undefined, /each does on Linux$/],
    [{ addon: '/addon', folder: '/layer' }, /looks anew/],
    [{ reason: 'X=off is set', offBy: 'X' }, /without X=off$/],
  ] as const) {
    assert.match(twinRemedy(layer), remedy);
    assert.doesNotMatch(twinRemedy(layer), /build/);
  }
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

/** What is found of a node: outcome, detail and remedy of its miner API, then of its REST API. */
async function nodeChecks(
  node: FakeNode,
  parts: { timeoutMs?: number; needed?: boolean; restPort?: number } = {},
) {
  const { timeoutMs = 10_000, needed = true, restPort = 1 } = parts;
  const checks = await checkFullNode({ endpoint: { ...node.endpoint, restPort }, timeoutMs, needed });
  return checks.map(({ outcome, detail, remedy = '' }) => [outcome, detail, remedy].join(' | '));
}

test('a node that hands out jobs, one that turns away, one that is silent', async () => {
  const node = await FakeNode.listen();
  closers.push(() => node.close());
  node.onConnection = (socket) => socket.write(encodeJobs(makeJobs()));
  const [well, rest] = await nodeChecks(node);
  assert.match(well!, /^ok \| jobs for 16 chains \|/);
  assert.match(rest!, /^warn/);
  node.onConnection = (socket) => socket.resetAndDestroy();
  assert.match(
    (await nodeChecks(node))[0]!,
    /^failed \|.*before any job \| it is not synced or has no miner addr/,
  );
  node.onConnection = () => {};
  assert.match(
    (await nodeChecks(node, { timeoutMs: 300 }))[0]!,
    /^failed \| no jobs within 300 ms \| it is not/,
  );
});

test('a node that answers the second connection and not the first is well', async () => {
  const node = await FakeNode.listen();
  closers.push(() => node.close());
  for (const refuse of [(socket: Socket) => socket.resetAndDestroy(), () => {}]) {
    let connections = 0;
    node.onConnection = (socket) => {
      connections++;
      if (connections === 1) refuse(socket);
      else socket.write(encodeJobs(makeJobs()));
    };
    const [jobs] = await nodeChecks(node, { timeoutMs: 300 });
    assert.match(jobs!, /^ok \| jobs for 16 chains, on the second connection/);
  }
});

test('a node whose chains have gone on without its templates; one whose REST API is another node', async () => {
  const node = await FakeNode.listen();
  closers.push(() => node.close());
  const jobs = makeJobs({ height: 10 });
  node.onConnection = (socket) => socket.write(encodeJobs(jobs));
  const rest = await FakeRest.listen();
  closers.push(() => rest.close());
  let [height, own] = [9, true];
  rest.answer = (path, response) => {
    const answers: Record<string, unknown> = {
      '/infos/self-clique': { synced: true },
      '/miners/addresses': { addresses: [] },
      '/blockflow/is-block-in-main-chain': own || { detail: 'it does not exist' },
      '/blockflow/chain-info': {
        currentHeight: response.req.url!.includes('fromGroup=1&toGroup=2') ? height : 9,
      },
    };
    response.statusCode = own || !path.includes('main-chain') ? 200 : 500;
    response.end(JSON.stringify(answers[path] ?? {}));
  };
  const parts = { timeoutMs: 1_000, restPort: rest.port };
  assert.match((await nodeChecks(node, parts))[2]!, /^ok \| as high as its chains/);
  height = 12;
  assert.match(
    (await nodeChecks(node, parts))[2]!,
    /^failed \| old: chain 1-2 is at height 12, its template for 10 \| .* restart the node/,
  );
  // A new template that comes within a moment is no fault.
  let connections = 0;
  node.onConnection = (socket) => {
    connections++;
    socket.write(encodeJobs(connections === 1 ? jobs : makeJobs({ height: 13 })));
  };
  assert.match((await nodeChecks(node, parts))[2]!, /^ok/);
  own = false;
  assert.match((await nodeChecks(node, parts))[2]!, /^warn \| .* it is of another node/);
});

test('a node without jobs: REST says why, or that it can not', async () => {
  const node = await FakeNode.listen();
  closers.push(() => node.close());
  const devnet = await startDevnet({ synced: false });
  closers.push(() => devnet.close());
  const { restPort } = devnet;
  const unsynced = await nodeChecks(node, { timeoutMs: 300, restPort });
  assert.match(unsynced[0]!, /^failed \| no jobs within 300 ms \| see its REST API below/);
  assert.match(unsynced[1]!, /^failed \| .*not synced yet/);
  devnet.setSynced(true);
  const odd = await nodeChecks(node, { timeoutMs: 300, restPort });
  assert.match(
    odd[0]!,
    /^failed \| no jobs within 300 ms \| it is synced and has miner addresses: look again/,
  );
  assert.match(odd[1]!, /^ok/);
});

test('a port of something else is told as what it is', async () => {
  const node = await FakeNode.listen();
  closers.push(() => node.close());
  node.onConnection = (socket) => socket.write('{"id":null,"method":"mining.set_difficulty","params":[1]}\n');
  assert.match((await nodeChecks(node))[0]!, /^failed \| that is a stratum pool, .*--pool for a pool$/);
  node.onConnection = (socket) => socket.write('HTTP/1.1 408 Request Timeout\r\n\r\n');
  assert.match((await nodeChecks(node))[0]!, /^failed \| that is a port for HTTP, .*10973/);
  const devnet = await startDevnet({});
  closers.push(() => devnet.close());
  const { restPort } = devnet;
  const endpoint = { host: '127.0.0.1', port: restPort, restPort };
  const [jobs, rest] = await checkFullNode({ endpoint, timeoutMs: 1_000, needed: true });
  assert.match(jobs!.detail, /^that is the port of a full node's REST API; its miner API has another one/);
  assert.match(jobs!.remedy!, /^say --node HOST:PORT with the port of its miner API/);
  assert.equal(rest!.outcome, 'ok');
});

test('the REST line tells its address once', async () => {
  const node = await FakeNode.listen();
  closers.push(() => node.close());
  node.onConnection = (socket) => socket.write(encodeJobs(makeJobs()));
  assert.match((await nodeChecks(node))[1]!, /^warn \| \/infos\/self-clique: [^|]* \| it is asked only/);
});

test('no node: a failure only for who named it', async () => {
  const node = await FakeNode.listen();
  await node.close();
  assert.match((await nodeChecks(node))[0]!, /^failed \| connection refused: no full node listens there/);
  assert.match(
    (await nodeChecks(node, { needed: false }))[0]!,
    /^warn \| no full node on this machine \| none is needed/,
  );
  // Its REST API is asked for by who named it alone.
  assert.equal((await nodeChecks(node)).length, 2);
  assert.equal((await nodeChecks(node, { needed: false })).length, 1);
});

/** What is found of a pool: a line a step. */
async function poolChecks(pool: FakePool, parts: { timeoutMs?: number; carrier?: 'tcp' | 'tls' } = {}) {
  const { timeoutMs = 5_000, carrier = 'tcp' } = parts;
  const login = { user: 'address.rig', password: 'x', agent: 'test' };
  const endpoint = { ...pool.endpoint, carrier };
  const checks = await checkPool({ endpoint, login, tlsInsecure: true, timeoutMs });
  for (const { outcome, remedy } of checks) assert.equal(remedy !== undefined, outcome !== 'ok');
  return checks.map(({ name, outcome, detail }) => `${name.replace(/.*, /, '')} ${outcome}: ${detail}`);
}

async function startPool(tls?: TlsOptions): Promise<FakePool> {
  const pool = await FakePool.listen(0, tls);
  closers.push(() => pool.close());
  pool.extranonce = 'beef';
  pool.jobs = [notifiedJob(makeJob(), 'a')];
  return pool;
}

test('a pool that is well: connection, login, first job', async () => {
  const well = ['login ok: address.rig is let in', 'job ok: 1 of 16 chains, an extranonce of 2 bytes'];
  const pool = await startPool();
  assert.deepEqual(await poolChecks(pool), ['connection ok: open', ...well]);
  await waitFor('the connection to be closed', () => pool.clients[0]!.closed);
  const secure = await startPool(TLS);
  assert.deepEqual(await poolChecks(secure, { carrier: 'tls' }), [
    'connection ok: TLS, certificate not checked',
    ...well,
  ]);
});

test('a pool that refuses the worker, has no job yet, says nothing, is none, has other TLS, or is away', async () => {
  const pool = await startPool();
  pool.authorize = { result: false, error: { code: 22, message: 'invalid address' } };
  assert.deepEqual(await poolChecks(pool), [
    'connection ok: open',
    'login failed: address.rig is not authorized: invalid address',
  ]);
  pool.authorize = { result: true, error: null };
  pool.jobs = [];
  assert.equal((await poolChecks(pool, { timeoutMs: 200 })).at(-1), 'job warn: none within 0.2 s');
  pool.extranonce = 'ab'.repeat(30);
  assert.match((await poolChecks(pool)).at(-1)!, /^job failed: an extranonce of 30 bytes/);
  pool.onRequest = () => false;
  assert.equal((await poolChecks(pool, { timeoutMs: 200 })).at(-1), 'login failed: no answer within 0.2 s');
  pool.onConnection = ({ pipe }) => pipe.write('HTTP/1.1 400 Bad Request\r\n\r\n');
  assert.match((await poolChecks(pool)).at(-1)!, /^login failed: what answers is no stratum pool/);
  assert.match((await poolChecks(pool, { carrier: 'tls' })).at(-1)!, /^connection failed: no TLS there/);
  await pool.close();
  assert.match((await poolChecks(pool)).at(-1)!, /^connection failed: connection refused/);
});

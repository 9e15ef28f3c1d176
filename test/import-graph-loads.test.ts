import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadedWith } from './support/import-graph.js';
import { readSources, withoutComments } from './support/sources.js';

const NOBLE = '@noble/hashes';
const SDK = '@alephium/web3';
const CURVES = '@noble/curves';

/** What a miner needs of protocol/: must not take the time and memory that the SDK takes. */
const LIGHT = ['header', 'pow', 'target', 'frames', 'job', 'address', 'emission', 'coinbase', 'merkle'];

/** Loaded by `lesswork mine` with `--polw` alone. */
const WITH_POLW = ['cli/mine-polw.ts'];

const sources = readSources();

for (const name of LIGHT) {
  test(`protocol/${name}.ts loads no SDK`, () => {
    assert.ok(sources.has(`protocol/${name}.ts`));
    assert.ok(!loadedWith(`protocol/${name}.ts`, sources).has(SDK));
  });
}

for (const path of ['cli/mine.ts', 'cli/run-miner.ts', 'cli/doctor.ts', 'miner/doctor.ts']) {
  test(`${path} loads no SDK, nor does any child or thread of it`, () => {
    assert.ok(!loadedWith(path, sources, WITH_POLW).has(SDK));
  });
}

for (const path of [
  'cli/mine.ts',
  'cli/run-miner.ts',
  'cli/doctor.ts',
  'polw/authorizations/authorization.ts',
]) {
  test(`${path} loads no elliptic curves`, () => {
    assert.ok(sources.has(path));
    assert.ok(![...loadedWith(path, sources, WITH_POLW)].some((name) => name.startsWith(CURVES)));
  });
}

test('a pool that supplies no coins loads nothing of Proof of Less Work', () => {
  for (const path of [
    'pool/app.ts',
    'pool/front-end.ts',
    'pool/process/workers/worker.ts',
    'pool/store-thread/thread.ts',
  ]) {
    const cut = [
      'pool/polw/open-pool-polw.ts',
      'pool/settlement/fund-entries.ts',
      // A key is looked at with the first request that a miner has signed.
      'pool/money/signed-message.ts',
    ];
    const loaded = [...loadedWith(path, sources, cut)];
    assert.deepEqual(
      loaded.filter((name) => name.startsWith('polw/') || name.startsWith(CURVES)),
      [],
      path,
    );
  }
  assert.ok(loadedWith('pool/front-end.ts', sources).has('polw/open-funded-nodes.ts'));
});

/** What Node.js has beside its modules, and browsers have not. */
const NODE_GLOBALS = /\b(?:process|Buffer|NodeJS|setImmediate|require|__dirname)\b\s*[.(<]/;

test('what mines in a browser is the miner itself, and loads and names nothing of Node.js', () => {
  const loaded = [...loadedWith('web/mine/worker/worker.ts', sources)];
  for (const part of [
    'miner/core/miner.ts',
    'miner/sources/stratum-source.ts',
    'miner/backends/cpu/cpu-device.ts',
    'miner/backends/cpu/search-task.ts',
    'miner/backends/gpu/gpu-device.ts',
    'miner/backends/gpu/card.ts',
    'shaders/search.wgsl',
    'shaders/cpu/wasm-kernel.ts',
  ])
    assert.ok(loaded.includes(part), part);
  const packages = loaded.filter((name) => !/\.(?:tsx?|wgsl)$/.test(name));
  assert.deepEqual(
    packages.filter((name) => !name.startsWith(NOBLE) && !name.startsWith('built-kernels/')),
    [],
  );
  for (const name of loaded.filter((one) => sources.has(one)))
    assert.doesNotMatch(withoutComments(sources.get(name)!), NODE_GLOBALS, name);
});

test('the page of a rig loads nothing but what it shows, and no package', () => {
  const loaded = [...loadedWith('web/rig/main.ts', sources)];
  assert.ok(loaded.includes('protocol/quantity-text.ts') && loaded.length < 20, loaded.join(', '));
  assert.deepEqual(
    loaded.filter((name) => !name.endsWith('.ts') || name.startsWith('miner/')),
    [],
  );
});

test('what opens sockets is seen to load Node.js', () => {
  assert.ok(loadedWith('miner/sources/transports/open-transport.ts', sources).has('node:net'));
});

test('a ledger of a pool that supplies no coins loads nothing of Proof of Less Work', () => {
  for (const path of [...sources.keys()].filter((name) => name.startsWith('ledger/')))
    assert.ok(![...loadedWith(path, sources)].some((name) => name.startsWith('polw/')), path);
});

test('the page in a browser loads nothing of the pool but what an address is', () => {
  const loaded = [...loadedWith('web/main.tsx', sources)];
  assert.deepEqual(
    loaded.filter((name) => name.startsWith('pool/')),
    ['pool/domain/account.ts'],
  );
  assert.ok(loaded.includes('audit/credit-proof.ts') && loaded.includes('uplot'));
  assert.deepEqual(
    loaded.filter((name) => name === 'zod' || name.startsWith('node:') || name === SDK),
    [],
  );
});

test('what verifies authorizations is seen to load elliptic curves', () => {
  const loaded = loadedWith('polw/authorizations/load-authorizations.ts', sources);
  assert.ok(loaded.has(`${CURVES}/secp256k1.js`));
});

test('what decodes transactions is seen to load the SDK', () => {
  assert.ok(loadedWith('protocol/block.ts', sources).has(SDK));
});

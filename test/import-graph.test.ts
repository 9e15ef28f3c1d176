import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Layer, loadedWith, readImports, violations } from './support/import-graph.js';
import { readSources } from './support/sources.js';

const NOBLE = '@noble/hashes';
const SDK = '@alephium/web3';
const CURVES = '@noble/curves';

/** What a pool decides, without sockets, clocks or files: rooms that know only each other. */
const POOL_CORE = ['domain', 'ports', 'sessions', 'shares', 'jobs', 'blocks', 'extranonces', 'guard'].map(
  (room) => `pool/${room}/`,
);

/**
 * Who may import whom. The longest path that holds a file decides for it. Imports go down or stay in a room; adapters
 * of the miner (backends, sources, report) meet in its app.ts, by the ports of its core; nobody imports cli.
 */
const LAYERS: readonly Layer[] = [
  { of: 'protocol/', may: ['protocol/'], packages: [NOBLE] },
  { of: 'protocol/transaction-decoder.ts', may: ['protocol/'], packages: [SDK] },
  { of: 'shaders/', may: ['shaders/', 'protocol/'] },
  { of: 'node/', may: ['node/', 'protocol/'] },
  { of: 'polw/', may: ['polw/', 'node/', 'protocol/'] },
  {
    of: 'polw/authorizations/',
    may: ['polw/authorizations/', 'polw/json-value.ts', 'polw/read-start.ts', 'protocol/'],
    packages: [CURVES, 'node:fs', 'node:buffer'],
  },
  {
    of: 'polw/keys/',
    may: ['polw/keys/', 'polw/authorizations/', 'protocol/'],
    packages: [CURVES, '@scure/bip32', '@scure/bip39'],
  },
  { of: 'polw/simulate/', may: ['polw/simulate/', 'protocol/'], packages: [] },
  { of: 'polw/authorizations/authorization.ts', may: ['protocol/'], packages: [] },
  // Which coins a block burns, and the block: without the SDK.
  {
    of: 'polw/builder/',
    may: ['polw/builder/', 'polw/fund/fund-block.ts', 'polw/authorizations/authorization.ts', 'protocol/'],
    packages: [],
  },
  { of: 'polw/lists/', may: ['polw/lists/', 'polw/builder/', 'protocol/'], packages: ['node:'] },
  // Decides about coins from what it is told of blocks, without sockets, clocks or files.
  { of: 'polw/fund/', may: ['polw/fund/', 'protocol/'], packages: [] },
  { of: 'polw/reader/', may: ['polw/reader/', 'polw/fund/', 'node/', 'protocol/'], packages: [] },
  // Coins that leave burn addresses: planned, signed, followed.
  {
    of: 'polw/withdrawal/',
    may: [
      'polw/withdrawal/',
      'polw/keys/burn-keys.ts',
      'polw/authorizations/authorization.ts',
      'polw/fund/',
      'polw/json-value.ts',
      'polw/read-start.ts',
      'node/rest.ts',
      'node/rest-transactions.ts',
      'protocol/',
    ],
    packages: [CURVES],
  },
  { of: 'polw/store/', may: ['polw/store/', 'polw/fund/', 'protocol/'], packages: ['node:'] },
  { of: 'miner/', may: ['miner/', 'node/', 'protocol/', 'shaders/'] },
  { of: 'miner/core/', may: ['miner/core/', 'protocol/', 'shaders/search.ts'] },
  { of: 'miner/backends/', may: ['miner/backends/', 'miner/core/', 'protocol/', 'shaders/'] },
  { of: 'miner/sources/', may: ['miner/sources/', 'miner/core/', 'node/', 'protocol/'], packages: ['node:'] },
  // Carry bytes, and know nothing of what they mean.
  {
    of: 'miner/sources/transports/',
    may: [
      'miner/sources/transports/',
      'miner/sources/pool-endpoint.ts',
      'protocol/stratum/carrier.ts',
      'protocol/system-error-text.ts',
    ],
    packages: ['node:', 'ws'],
  },
  { of: 'miner/report/', may: ['miner/report/', 'miner/core/', 'protocol/'] },
  { of: 'pool/', may: ['pool/', 'node/', 'protocol/', 'shaders/'] },
  { of: 'pool/engine.ts', may: [...POOL_CORE, 'protocol/'], packages: [] },
  { of: 'pool/domain/', may: ['pool/domain/', 'protocol/'], packages: [] },
  { of: 'pool/ports/', may: [...POOL_CORE, 'protocol/'], packages: [] },
  { of: 'pool/sessions/', may: [...POOL_CORE, 'protocol/'], packages: [] },
  { of: 'pool/shares/', may: [...POOL_CORE, 'protocol/'], packages: [] },
  { of: 'pool/jobs/', may: [...POOL_CORE, 'protocol/'], packages: [] },
  { of: 'pool/blocks/', may: [...POOL_CORE, 'protocol/'], packages: [] },
  {
    of: 'pool/extranonces/',
    may: ['pool/extranonces/', 'pool/guard/remote-network.ts', 'pool/ports/', 'pool/domain/'],
    packages: [],
  },
  { of: 'pool/guard/', may: ['pool/guard/', 'pool/ports/', 'pool/domain/', 'protocol/'], packages: [] },
  {
    of: 'pool/report/',
    may: [
      'pool/report/',
      'pool/domain/',
      'pool/ports/peer-log.ts',
      'pool/engine.ts',
      'pool/recorder/open-recording.ts',
      'protocol/',
    ],
  },
  {
    of: 'pool/upstream/',
    may: ['pool/upstream/', 'pool/ports/', 'pool/domain/', 'node/', 'protocol/'],
    packages: [],
  },
  // Brings Proof of Less Work into the pool.
  {
    of: 'pool/polw/',
    may: ['pool/polw/', 'pool/ports/', 'pool/domain/', 'polw/', 'node/', 'protocol/'],
    packages: ['node:'],
  },
  {
    of: 'pool/config/',
    may: ['pool/config/', 'pool/domain/', 'pool/sessions/login.ts', 'pool/guard/', 'protocol/', 'node/'],
    packages: ['zod', 'node:fs', 'node:path', 'node:util'],
  },
  {
    of: 'pool/config/store-settings-of.ts',
    may: ['pool/config/', 'pool/store/store-settings.ts'],
    packages: ['node:path'],
  },
  {
    of: 'pool/journal/',
    may: ['pool/journal/', 'pool/ports/', 'pool/domain/', 'protocol/'],
    packages: ['node:', 'libsql'],
  },
  {
    of: 'pool/recorder/',
    may: [
      'pool/recorder/',
      'pool/store-thread/',
      'pool/journal/',
      'pool/ports/',
      'pool/domain/',
      'node/backoff.ts',
      'protocol/',
    ],
    packages: ['node:'],
  },
  {
    of: 'pool/store-thread/',
    may: [
      'pool/store-thread/',
      'pool/recorder/',
      'pool/journal/',
      'pool/ports/',
      'pool/domain/',
      'node/backoff.ts',
    ],
    packages: ['node:'],
  },
  {
    of: 'pool/store/',
    may: ['pool/store/', 'pool/ports/', 'pool/domain/', 'protocol/'],
    packages: ['node:'],
  },
  {
    of: 'pool/store/embedded/',
    may: ['pool/store/', 'pool/ports/', 'pool/domain/', 'protocol/'],
    packages: ['libsql', 'node:'],
  },
  {
    of: 'pool/store/redis/',
    may: ['pool/store/', 'pool/ports/', 'pool/domain/', 'protocol/'],
    packages: ['ioredis', 'node:'],
  },
  {
    of: 'pool/stratum/',
    may: ['pool/stratum/', ...POOL_CORE, 'pool/engine.ts', 'pool/config/listener-schema.ts', 'protocol/'],
    packages: ['ws', 'node:'],
  },
  { of: 'pool/metrics/', may: ['pool/metrics/', 'pool/ports/', 'pool/domain/', 'protocol/'], packages: [] },
  { of: 'pool/metrics/prometheus.ts', may: ['pool/metrics/'], packages: ['prom-client'] },
  {
    of: 'pool/http/',
    may: [
      'pool/http/',
      'pool/statistics/',
      'pool/ports/',
      'pool/domain/',
      'pool/guard/',
      'pool/metrics/',
      'protocol/',
    ],
    packages: ['node:', 'hono', '@hono/node-server', 'ws', 'zod'],
  },
  {
    of: 'pool/api-service/',
    may: [
      'pool/api-service/',
      'pool/http/',
      'pool/statistics/',
      'pool/store-thread/services.ts',
      'pool/config/pool-config.ts',
      'pool/domain/',
      'protocol/bounded-map.ts',
    ],
    packages: [],
  },
  {
    of: 'pool/statistics/',
    may: ['pool/statistics/', 'pool/ports/', 'pool/domain/', 'protocol/'],
    packages: [],
  },
  { of: 'pool/coordination/', may: ['pool/', 'node/', 'protocol/'] },
  { of: 'pool/check/', may: ['pool/', 'polw/authorizations/', 'node/', 'protocol/'], packages: ['node:'] },
  { of: 'pool/process/', may: ['pool/', 'node/', 'protocol/', 'shaders/'] },
  // Starts its other end as a process of its own.
  { of: 'pool/process/workers/', may: ['pool/', 'node/backoff.ts', 'protocol/'], packages: ['node:'] },
  { of: 'devnet/', may: ['devnet/', 'protocol/', 'shaders/'] },
  { of: 'devnet/coins/', may: ['devnet/', 'protocol/'], packages: [CURVES] },
  { of: 'bench/', may: ['bench/', 'miner/', 'shaders/', 'node/', 'polw/', 'protocol/', 'devnet/'] },
  // Starts the real program.
  {
    of: 'bench/figures/lesswork-process.ts',
    may: ['cli/main.ts'],
  },
  {
    of: 'bench/pool-load/',
    may: ['bench/', 'devnet/', 'node/', 'protocol/', 'shaders/'],
    packages: ['node:', 'commander'],
  },
  {
    of: 'bench/pool-load/targets/lesswork.ts',
    may: ['bench/pool-load/targets/', 'cli/main.ts'],
  },
  // Knows nothing of the rest of the bench: it is what a server is without a pool.
  {
    of: 'bench/pool-load/bare/',
    may: ['bench/pool-load/bare/', 'node/', 'protocol/', 'shaders/cpu/'],
    packages: ['node:'],
  },
  { of: 'bench/journal-speed.ts', may: ['pool/domain/', 'pool/ports/', 'pool/journal/'] },
  { of: 'cli/', may: [''] },
];

/** What a miner needs of protocol/: must not take the time and memory that the SDK takes. */
const LIGHT = ['header', 'pow', 'target', 'frames', 'job', 'address', 'emission', 'coinbase', 'merkle'];

/** Loaded by `lesswork mine` with `--polw` alone. */
const WITH_POLW = ['cli/mine-polw.ts'];

const sources = readSources();

test('the sources keep to their layers, without a cycle', () => {
  assert.ok(sources.size > 20);
  assert.deepEqual(violations(sources, LAYERS), []);
});

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
    const loaded = [...loadedWith(path, sources, ['pool/polw/open-pool-polw.ts'])];
    assert.deepEqual(
      loaded.filter((name) => name.startsWith('polw/') || name.startsWith(CURVES)),
      [],
      path,
    );
  }
  assert.ok(loadedWith('pool/front-end.ts', sources).has('polw/open-funded-nodes.ts'));
});

test('what verifies authorizations is seen to load elliptic curves', () => {
  const loaded = loadedWith('polw/authorizations/load-authorizations.ts', sources);
  assert.ok(loaded.has(`${CURVES}/secp256k1.js`));
});

test('what decodes transactions is seen to load the SDK', () => {
  assert.ok(loadedWith('protocol/block.ts', sources).has(SDK));
});

test('every way to name another file is read, and nothing in a comment or a string', () => {
  const text = `
    // import a from './comment.js';
    /* export * from './block-comment.js'; */
    import './bare.js';
    import x from "./default.js"
    import type { T } from './type.js';
    import y, {
      type Z,
      z as from,
    } from './lines.js';
    import * as all from '../all.js';
    export * from './star.js';
    export type { U } from './exported-type.js';
    export const from = 'no import';
    const later = await import('./later.js');
    const child = fork(fileURLToPath(new URL('./child.js', import.meta.url)));
    const wgsl = new URL('search.wgsl', import.meta.url);
    const chosen = new URL(\`./workers/\${name}.js\`, import.meta.url);
    const said = "import a from './said.js'";
  `;
  assert.deepEqual(
    readImports(text).map(({ specifier, typeOnly }) => specifier + (typeOnly ? ' (type)' : '')),
    [
      './bare.js',
      './default.js',
      './type.js (type)',
      './lines.js',
      '../all.js',
      './star.js',
      './exported-type.js (type)',
      './later.js',
      './child.js',
      './search.wgsl',
      './workers/',
    ],
  );
});

for (const [what, planted, expected] of [
  [
    'an upward import',
    { 'protocol/a.ts': "import '../node/b.js';", 'node/b.ts': '' },
    [/a.ts must not import node.b.ts/],
  ],
  [
    'a type from above',
    { 'node/a.ts': "import type { B } from '../miner/b.js';", 'miner/b.ts': '' },
    [/must not/],
  ],
  ['pool from miner', { 'miner/app.ts': "export * from '../pool/app.js';", 'pool/app.ts': '' }, [/must not/]],
  [
    'an adapter from another one',
    { 'miner/sources/a.ts': "await import('../backends/b.js');", 'miner/backends/b.ts': '' },
    [/must not/],
  ],
  [
    'the core from an adapter, by its path',
    { 'miner/core/a.ts': "new URL('../report/b.js', import.meta.url)", 'miner/report/b.ts': '' },
    [/must not/],
  ],
  ['cli from the pool', { 'pool/a.ts': "import '../cli/main.js';", 'cli/main.ts': '' }, [/must not/]],
  [
    'a shader beyond the search',
    { 'miner/core/a.ts': "import '../../shaders/layout.js';", 'shaders/layout.ts': '' },
    [/must not/],
  ],
  [
    'Node.js in protocol',
    { 'protocol/a.ts': "import 'node:fs';" },
    [/a.ts must not import the package node:fs/],
  ],
  [
    'the SDK beyond its place',
    { 'protocol/pow.ts': "import { codec } from '@alephium/web3';" },
    [/package @alephium/],
  ],
  [
    'a package that begins alike',
    { 'protocol/a.ts': "import '@noble/hashes-fake';" },
    [/package @noble.hashes-fake/],
  ],
  ['a source that is gone', { 'cli/a.ts': "import './b.js';" }, [/b.ts, which is not there/]],
  ['a room without a layer', { 'web/a.ts': '' }, [/web.a.ts is in no layer/]],
  [
    'a cycle',
    {
      'node/a.ts': "import './b.js';",
      'node/b.ts': "export * from './c.js';",
      'node/c.ts': "const a = () => import('./a.js');",
    },
    [/^cycle: node.a.ts -> node.b.ts -> node.c.ts -> node.a.ts$/],
  ],
  ['a source that imports itself', { 'node/a.ts': "import './a.js';" }, [/^cycle: node.a.ts -> node.a.ts$/]],
  [
    'a cycle of types alone',
    { 'node/a.ts': "import './b.js';", 'node/b.ts': "import type { A } from './a.js';" },
    [/^cycle: node.a.ts -> node.b.ts -> node.a.ts$/],
  ],
  [
    'cli from cli, and anything from cli',
    { 'cli/a.ts': "import './b.js'; import '../pool/c.js';", 'cli/b.ts': '', 'pool/c.ts': '' },
    [],
  ],
] as const) {
  test(`the checker judges ${what}`, () => {
    const found = violations(new Map(Object.entries(planted)), LAYERS);
    assert.equal(found.length, expected.length, found.join('\n'));
    for (const [i, words] of expected.entries()) assert.match(found[i]!, words);
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Layer, violations } from './support/import-graph.js';
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
  // What a pool commits itself to, and how that is checked: for the pool and for whoever does not trust it.
  { of: 'audit/', may: ['audit/', 'protocol/'], packages: [] },
  // Adds up money, over a port of its own: knows neither the pool nor who pays.
  { of: 'ledger/', may: ['ledger/', 'protocol/'], packages: [] },
  // Closed months in files.
  {
    of: 'ledger/months/',
    may: ['ledger/', 'files/', 'protocol/'],
    packages: ['node:crypto', 'node:fs', 'node:path'],
  },
  // What the fund of Proof of Less Work says of its accounts.
  {
    of: 'ledger/polw-transactions.ts',
    may: ['ledger/', 'polw/fund/accounts.ts', 'protocol/'],
    packages: [],
  },
  // Disks and nothing else: no sockets, no clocks.
  {
    of: 'files/',
    may: ['files/', 'protocol/'],
    packages: ['node:fs', 'node:path', 'node:crypto', 'node:buffer'],
  },
  // Settings in files: their kinds, what is wrong with them, their documents.
  {
    of: 'settings/',
    may: ['settings/', 'protocol/'],
    packages: ['zod', 'node:fs', 'node:path', 'node:util'],
  },
  // What the HTTP sides of pool and miner rest on: knows neither.
  { of: 'http/', may: ['http/', 'protocol/'], packages: ['node:', 'hono', '@hono/node-server'] },
  // What a metric is, for pool and miner.
  { of: 'metrics/', may: ['metrics/'], packages: ['prom-client'] },
  // Keys, and what they sign: no network, no store.
  {
    of: 'wallet/',
    may: ['wallet/', 'files/', 'protocol/'],
    packages: [CURVES, '@scure/bip32', '@scure/bip39', 'node:crypto'],
  },
  // Which payouts and which coins: decided without sockets, clocks or files.
  { of: 'payer/', may: ['payer/', 'protocol/'], packages: [] },
  // When payouts are made, and what goes before them: nodes and the desk of intents come in as ports.
  {
    of: 'payer/rounds/',
    may: ['payer/', 'ledger/', 'protocol/'],
    packages: [],
  },
  // Transactions from signed bytes to their end: over ports, and a journal on disk.
  {
    of: 'payer/intents/',
    may: ['payer/', 'ledger/', 'wallet/', 'files/sealed-log.ts', 'node/', 'protocol/'],
    packages: [],
  },
  { of: 'polw/', may: ['polw/', 'node/', 'protocol/'] },
  {
    of: 'polw/authorizations/',
    may: ['polw/authorizations/', 'files/read-start.ts', 'protocol/'],
    packages: [CURVES, 'node:fs', 'node:buffer'],
  },
  {
    of: 'polw/keys/',
    may: ['polw/keys/', 'polw/authorizations/', 'wallet/account-keys.ts', 'protocol/'],
    packages: [CURVES],
  },
  { of: 'polw/simulate/', may: ['polw/simulate/', 'protocol/'], packages: [] },
  { of: 'polw/authorizations/authorization.ts', may: ['protocol/'], packages: [] },
  // Which coins a block burns, and the block: without the SDK.
  {
    of: 'polw/builder/',
    may: ['polw/builder/', 'polw/fund/fund-block.ts', 'polw/authorizations/authorization.ts', 'protocol/'],
    packages: [],
  },
  {
    of: 'polw/lists/',
    may: ['polw/lists/', 'polw/thread-calls.ts', 'polw/builder/', 'protocol/'],
    packages: ['node:'],
  },
  // Decides about coins from what it is told of blocks, without sockets, clocks or files.
  { of: 'polw/fund/', may: ['polw/fund/', 'protocol/'], packages: [] },
  { of: 'polw/reader/', may: ['polw/reader/', 'polw/fund/', 'node/', 'protocol/'], packages: [] },
  {
    of: 'polw/reader/thread-block-source.ts',
    may: ['polw/reader/', 'polw/thread-calls.ts', 'node/', 'protocol/'],
    packages: ['node:'],
  },
  {
    of: 'polw/reader/block-thread.ts',
    may: ['polw/reader/', 'polw/thread-calls.ts', 'protocol/'],
    packages: ['node:'],
  },
  // Coins that leave burn addresses: planned, signed, followed.
  {
    of: 'polw/withdrawal/',
    may: [
      'polw/withdrawal/',
      'polw/keys/burn-keys.ts',
      'polw/authorizations/authorization.ts',
      'polw/fund/',
      'files/read-start.ts',
      'node/follow.ts',
      'wallet/transfer-signature.ts',
      'node/rest.ts',
      'node/rest-transactions.ts',
      'protocol/',
    ],
    packages: [CURVES],
  },
  {
    of: 'polw/store/',
    may: ['polw/store/', 'polw/fund/', 'polw/block-record.ts', 'files/', 'protocol/'],
    packages: ['node:'],
  },
  { of: 'miner/', may: ['miner/', 'http/', 'settings/', 'node/', 'protocol/', 'shaders/'] },
  { of: 'miner/core/', may: ['miner/core/', 'protocol/', 'shaders/search.ts'] },
  { of: 'miner/backends/', may: ['miner/backends/', 'miner/core/', 'protocol/', 'shaders/'] },
  { of: 'miner/sources/', may: ['miner/sources/', 'miner/core/', 'node/', 'protocol/'], packages: ['node:'] },
  // What can be set, in one form for the command line, files and programs.
  {
    of: 'miner/config/',
    may: [
      'miner/config/',
      'miner/api/api-options.ts',
      'miner/core/load-pacer.ts',
      'miner/cpus/cpu-list.ts',
      'miner/device-choice.ts',
      'miner/limits/schedule.ts',
      'miner/limits/temperature-limit.ts',
      'miner/sources/pool-endpoint.ts',
      'miner/watchdog/on-trouble.ts',
      'settings/',
      'node/endpoint.ts',
      'protocol/',
    ],
    packages: ['zod'],
  },
  // Keeps what pools have acknowledged.
  {
    of: 'miner/work-log/',
    may: ['miner/work-log/', 'miner/core/', 'audit/work-log-text.ts', 'protocol/'],
    packages: ['node:fs', 'node:path'],
  },
  // Which CPUs there are, and which this process may use.
  { of: 'miner/cpus/', may: ['miner/cpus/', 'protocol/quantity-text.ts'], packages: ['node:'] },
  // What devices' sensors say.
  { of: 'miner/sensors/', may: ['miner/sensors/', 'miner/core/', 'protocol/'], packages: ['node:'] },
  // When devices are held, and what is done in trouble.
  { of: 'miner/limits/', may: ['miner/limits/', 'miner/core/', 'protocol/'], packages: ['node:'] },
  { of: 'miner/watchdog/', may: ['miner/watchdog/', 'miner/core/', 'protocol/'], packages: ['node:'] },
  // Carry bytes, and know nothing of what they mean.
  {
    of: 'miner/sources/transports/',
    may: [
      'miner/sources/transports/',
      'miner/core/source.ts',
      'miner/sources/pool-endpoint.ts',
      'protocol/stratum/carrier.ts',
      'protocol/system-error-text.ts',
    ],
    packages: ['node:', 'ws'],
  },
  // HTTP for those who watch and steer a miner: by its control, and nothing else of it.
  {
    of: 'miner/api/',
    may: ['miner/api/', 'miner/core/', 'miner/control.ts', 'http/', 'metrics/', 'settings/', 'protocol/'],
    packages: ['node:', 'hono', 'prom-client'],
  },
  { of: 'miner/report/', may: ['miner/report/', 'miner/core/', 'protocol/'] },
  { of: 'pool/', may: ['pool/', 'http/', 'metrics/', 'settings/', 'node/', 'protocol/', 'shaders/'] },
  { of: 'pool/engine.ts', may: [...POOL_CORE, 'protocol/'], packages: [] },
  { of: 'pool/domain/', may: ['pool/domain/', 'protocol/'], packages: [] },
  { of: 'pool/ports/', may: [...POOL_CORE, 'protocol/'], packages: [] },
  { of: 'pool/sessions/', may: [...POOL_CORE, 'protocol/'], packages: [] },
  { of: 'pool/shares/', may: [...POOL_CORE, 'protocol/'], packages: [] },
  { of: 'pool/jobs/', may: [...POOL_CORE, 'protocol/'], packages: [] },
  { of: 'pool/blocks/', may: [...POOL_CORE, 'protocol/'], packages: [] },
  {
    of: 'pool/extranonces/',
    may: ['pool/extranonces/', 'pool/ports/', 'pool/domain/', 'protocol/remote-network.ts'],
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
  // Who gets what of a block: decided from what it is told, without stores and clocks.
  { of: 'pool/credit/', may: ['pool/credit/', 'pool/domain/batch.ts'], packages: [] },
  // What the books say of money, for those who only read them.
  {
    of: 'pool/money/',
    may: [
      'pool/money/',
      'pool/settlement/interval.ts',
      'pool/settlement/kept-table.ts',
      'pool/settlement/run-text.ts',
      'pool/settlement/state-note.ts',
      'pool/store-thread/services.ts',
      'pool/credit/',
      'pool/ports/',
      'pool/domain/',
      'ledger/',
      'protocol/',
    ],
    packages: [],
  },
  { of: 'pool/money/signed-message.ts', may: ['protocol/'], packages: [CURVES] },
  // Sealed runs, as miners check them: reads the books.
  {
    of: 'pool/audit/',
    may: ['pool/audit/', 'pool/settlement/', 'pool/credit/', 'pool/ports/', 'audit/', 'protocol/'],
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
    may: [
      'pool/config/',
      'pool/domain/',
      'pool/sessions/login.ts',
      'pool/guard/',
      'pool/credit/windows.ts',
      'protocol/',
      'settings/',
      'node/',
    ],
    packages: ['zod', 'node:path'],
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
  {
    of: 'pool/metrics/',
    may: ['pool/metrics/', 'metrics/metric-definition.ts', 'pool/ports/', 'pool/domain/', 'protocol/'],
    packages: [],
  },
  { of: 'pool/metrics/prometheus.ts', may: ['pool/metrics/', 'metrics/'], packages: ['prom-client'] },
  {
    of: 'pool/http/',
    may: [
      'pool/http/',
      'http/',
      'pool/money/',
      'pool/audit/',
      'audit/audit-answers.ts',
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
      'pool/money/',
      'pool/audit/',
      'pool/settlement/turns.ts',
      'pool/statistics/',
      'pool/store-thread/services.ts',
      'pool/config/pool-config.ts',
      'pool/domain/',
      'protocol/bounded-map.ts',
    ],
    packages: [],
  },
  // Reads the bundled page.
  { of: 'pool/http/page/page-files.ts', may: ['page/'], packages: ['node:'] },
  // What browsers are given. Of the pool it takes types, and what an address is.
  {
    of: 'web/',
    may: ['web/', 'audit/', 'pool/http/api/', 'pool/http/feed/feed-schema.ts', 'pool/domain/', 'protocol/'],
    packages: ['preact', 'uplot'],
  },
  // The page of a rig: what the miner says of itself, and this project's own words.
  {
    of: 'web/rig/',
    may: ['web/rig/', 'web/words/', 'miner/core/', 'protocol/'],
    packages: [],
  },
  // Mining in the browser, as the page knows it.
  {
    of: 'web/mine/',
    may: [
      'web/',
      'miner/core/',
      'miner/report/words.ts',
      'miner/sources/pool-endpoint.ts',
      'pool/http/api/',
      'protocol/',
    ],
    packages: ['preact'],
  },
  // The worker: the miner, with what it needs of a browser. Kernels come from the build.
  {
    of: 'web/mine/worker/',
    may: ['web/mine/', 'miner/', 'shaders/', 'protocol/'],
    packages: ['built-kernels'],
  },
  { of: 'web/words/', may: ['web/words/', 'pool/http/api/', 'pool/domain/', 'protocol/'], packages: [] },
  // What blocks brought becomes balances: works on the pool's store and the ledger, without sockets and files.
  {
    of: 'pool/settlement/',
    may: [
      'pool/settlement/',
      'pool/credit/',
      'pool/coordination/lease-keeper.ts',
      'pool/ports/',
      'pool/domain/',
      'ledger/',
      'audit/',
      'protocol/',
    ],
    packages: [],
  },
  {
    of: 'pool/settlement/start-settlement.ts',
    may: ['pool/settlement/', 'pool/coordination/lease-keeper.ts', 'pool/ports/', 'pool/domain/', 'ledger/'],
    packages: ['node:timers/promises'],
  },
  // What the fund of Proof of Less Work tells is booked only where there is one.
  {
    of: 'pool/settlement/fund-entries.ts',
    may: ['pool/settlement/', 'pool/ports/', 'ledger/', 'polw/fund/accounts.ts', 'protocol/'],
    packages: [],
  },
  // Asks nodes by REST what became of found blocks.
  {
    of: 'pool/block-fates/',
    may: [
      'pool/block-fates/',
      'pool/settlement/',
      'pool/coordination/lease-keeper.ts',
      'pool/store-thread/services.ts',
      'pool/config/',
      'pool/ports/',
      'pool/domain/',
      'node/',
      'protocol/',
    ],
    packages: ['zod', 'node:timers/promises'],
  },
  {
    of: 'pool/block-fates/judge-block.ts',
    may: ['pool/block-fates/', 'pool/domain/', 'node/coinbase-entry.ts', 'protocol/'],
    packages: [],
  },
  {
    of: 'pool/statistics/',
    may: ['pool/statistics/', 'pool/ports/', 'pool/domain/', 'protocol/'],
    packages: [],
  },
  { of: 'pool/coordination/', may: ['pool/', 'node/', 'protocol/'] },
  {
    of: 'pool/check/',
    may: ['pool/', 'polw/authorizations/', 'wallet/wallet-on-disk.ts', 'node/', 'files/', 'protocol/'],
    packages: ['node:'],
  },
  { of: 'pool/process/', may: ['pool/', 'node/', 'files/', 'protocol/', 'shaders/'] },
  // Starts its other end as a process of its own.
  {
    of: 'pool/process/workers/',
    may: ['pool/', 'settings/', 'node/backoff.ts', 'protocol/'],
    packages: ['node:'],
  },
  { of: 'devnet/', may: ['devnet/', 'protocol/', 'shaders/'] },
  { of: 'devnet/coins/', may: ['devnet/', 'protocol/'], packages: [CURVES, 'node:crypto'] },
  {
    of: 'bench/',
    may: ['bench/', 'miner/', 'shaders/', 'node/', 'polw/', 'wallet/', 'payer/', 'protocol/', 'devnet/'],
  },
  // Starts the real program.
  {
    of: 'bench/figures/lesswork-process.ts',
    may: ['cli/main.ts'],
  },
  {
    of: 'bench/figures/settlement-run.ts',
    may: ['bench/thread-clock.ts', 'pool/credit/', 'pool/ports/', 'pool/store/', 'ledger/'],
  },
  {
    of: 'bench/figures/books-with-balances.ts',
    may: ['pool/ports/', 'pool/store/', 'ledger/', 'protocol/'],
  },
  { of: 'bench/figures/books.ts', may: ['bench/figures/figure.ts', 'pool/ports/', 'pool/store/'] },
  {
    of: 'bench/pool-load/',
    may: ['bench/', 'devnet/', 'node/', 'protocol/', 'shaders/'],
    packages: ['node:', 'commander'],
  },
  {
    of: 'bench/pool-load/targets/lesswork.ts',
    may: ['bench/pool-load/targets/', 'cli/main.ts'],
  },
  {
    of: 'bench/pool-load/page-viewers.ts',
    may: ['bench/pool-load/histogram.ts'],
    packages: ['node:', 'ws'],
  },
  {
    of: 'bench/pool-load/burn-rights.ts',
    may: ['bench/pool-load/stub-node/', 'polw/authorizations/', 'polw/keys/', 'wallet/', 'protocol/'],
    packages: [],
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

const sources = readSources();

test('the sources keep to their layers, without a cycle', () => {
  assert.ok(sources.size > 20);
  assert.deepEqual(violations(sources, LAYERS), []);
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
  ['a room without a layer', { 'attic/a.ts': '' }, [/attic.a.ts is in no layer/]],
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

/**
 * What front ends and client libraries made for Miningcore read of our answers. Each field is one that at least one of them
 * uses without asking whether it is there, or reads into a type of its language: where it stands as `whole`, a fraction is an error there.
 */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { ApiLab } from '../../../support/api-lab.js';
import { filledApiLab, jsonOf } from '../../../support/filled-api-lab.js';
import { ADDRESS } from '../../../support/test-pool.js';

let lab: ApiLab;
afterEach(() => lab.close());

type Kind = 'text' | 'whole' | 'number' | 'yesOrNo' | 'time' | 'list' | 'object' | 'empty';

const KINDS: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  whole: (value) => Number.isSafeInteger(value),
  number: (value) => Number.isFinite(value),
  yesOrNo: (value) => typeof value === 'boolean',
  time: (value) => typeof value === 'string' && new Date(value).toISOString() === value,
  list: (value) => Array.isArray(value),
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  empty: (value) => Array.isArray(value) && value.length === 0,
};

/** `[]` stands for every entry of a list, `*` for every value of an object. */
type Fields = Readonly<Record<string, Kind>>;

const POOL: Fields = {
  id: 'text',
  'coin.type': 'text',
  'coin.name': 'text',
  'coin.canonicalName': 'text',
  'coin.symbol': 'text',
  'coin.family': 'text',
  'coin.algorithm': 'text',
  'coin.website': 'text',
  ports: 'object',
  'ports.*.name': 'text',
  'ports.*.difficulty': 'number',
  'ports.*.tls': 'yesOrNo',
  'ports.*.tlsAuto': 'yesOrNo',
  'paymentProcessing.enabled': 'yesOrNo',
  'paymentProcessing.minimumPayment': 'number',
  'paymentProcessing.payoutScheme': 'text',
  poolFeePercent: 'number',
  address: 'text',
  'poolStats.connectedMiners': 'whole',
  'poolStats.poolHashrate': 'whole',
  'poolStats.sharesPerSecond': 'whole',
  'poolStats.lastPoolBlockTime': 'time',
  'networkStats.networkType': 'text',
  'networkStats.networkHashrate': 'number',
  'networkStats.networkDifficulty': 'number',
  'networkStats.blockHeight': 'whole',
  'networkStats.lastNetworkBlockTime': 'time',
  'networkStats.rewardType': 'text',
  topMiners: 'list',
  'topMiners[].miner': 'text',
  'topMiners[].hashrate': 'whole',
  'topMiners[].sharesPerSecond': 'number',
  totalPaid: 'number',
  totalBlocks: 'whole',
  lastPoolBlockTime: 'time',
};

const BLOCK: Fields = {
  poolId: 'text',
  blockHeight: 'whole',
  networkDifficulty: 'number',
  status: 'text',
  type: 'text',
  confirmationProgress: 'number',
  transactionConfirmationData: 'text',
  reward: 'number',
  hash: 'text',
  miner: 'text',
  created: 'time',
};

const SAMPLE: Fields = {
  created: 'time',
  workers: 'object',
  'workers.*.hashrate': 'whole',
  'workers.*.sharesPerSecond': 'number',
};

const MINER: Fields = {
  pendingShares: 'whole',
  pendingBalance: 'number',
  totalPaid: 'number',
  todayPaid: 'number',
  ...under('performance.', SAMPLE),
  performanceSamples: 'list',
  ...under('performanceSamples[].', SAMPLE),
};

const PERFORMANCE: Fields = {
  poolHashrate: 'whole',
  connectedMiners: 'whole',
  validSharesPerSecond: 'whole',
  created: 'time',
};

const MINER_INFO: Fields = { miner: 'text', hashrate: 'number', sharesPerSecond: 'number' };

/** Paths behind `/api/pools/test` with what is read of the answer; `result` is that of the second version. */
const ANSWERS: readonly { path: string; fields: Fields; result?: Fields; paged?: true }[] = [
  { path: '', fields: under('pool.', POOL), result: POOL },
  { path: '/performance', fields: under('stats[].', PERFORMANCE), result: under('[].', PERFORMANCE) },
  { path: '/blocks?page=0&pageSize=500', fields: under('[].', BLOCK), paged: true },
  { path: '/miners?page=0&pagesize=20', fields: under('[].', MINER_INFO), paged: true },
  { path: '/payments?page=0&pageSize=500', fields: { '': 'empty' }, paged: true },
  { path: `/miners/${ADDRESS}`, fields: MINER },
  { path: `/miners/${ADDRESS}?perfMode=Month`, fields: MINER },
  { path: `/miners/${ADDRESS}/performance`, fields: under('[].', SAMPLE) },
  { path: `/miners/${ADDRESS}/payments?page=0&pageSize=500`, fields: { '': 'empty' }, paged: true },
  { path: `/miners/${ADDRESS}/balancechanges?pagesize=999999`, fields: { '': 'empty' }, paged: true },
  { path: `/miners/${ADDRESS}/earnings/daily`, fields: { '': 'empty' }, paged: true },
  { path: `/miners/${ADDRESS}/settings`, fields: { paymentThreshold: 'number' } },
];

function under(prefix: string, fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([path, kind]) => [prefix + path, kind]));
}

/** All values at a path; undefined where one is missing. */
function valuesAt(value: unknown, path: string): unknown[] {
  const [, step, rest] = /^\.?(\[\]|\*|[^.[]*)(.*)$/.exec(path)!;
  if (step === '') return [value];
  if (value === undefined || value === null) return [undefined];
  if (step === '[]') return (value as unknown[]).flatMap((entry) => valuesAt(entry, rest!));
  if (step === '*') return Object.values(value).flatMap((entry) => valuesAt(entry, rest!));
  return valuesAt((value as Record<string, unknown>)[step!], rest!);
}

function holds(answer: unknown, fields: Fields, where: string): void {
  for (const [path, kind] of Object.entries(fields)) {
    const values = valuesAt(answer, path);
    assert.ok(values.length > 0, `${where}: nothing at ${path}: the test shows nothing`);
    for (const value of values)
      assert.ok(KINDS[kind](value), `${where}: ${path} is ${JSON.stringify(value)}, expected ${kind}`);
  }
}

test('answers have what clients of Miningcore read, in the types that they declare', async () => {
  lab = await filledApiLab();
  holds(await jsonOf(lab, '/api/pools'), under('pools[].', POOL), 'pools');
  for (const { path, fields, result, paged } of ANSWERS) {
    holds(await jsonOf(lab, `/api/pools/test${path}`), fields, path);
    const framed = await jsonOf(lab, `/api/v2/pools/test${path}`);
    assert.equal(framed.success, true);
    assert.equal(Number.isSafeInteger(framed.pageCount), paged === true, path);
    holds(framed.result, result ?? fields, `v2 ${path}`);
  }
});

test('the second version counts pages, the last one of which may be short', async () => {
  lab = await filledApiLab();
  const pages = async (path: string) => (await jsonOf(lab, `/api/v2/pools/test/${path}`)).pageCount;
  assert.equal(await pages('blocks?pageSize=1'), 2);
  assert.equal(await pages('blocks?pageSize=2'), 1);
  assert.equal(await pages('blocks?pageSize=100'), 1);
  assert.equal(await pages('blocks?state=orphaned&pageSize=1'), 1);
  assert.equal(await pages('blocks?state=orphaned&state=pending&pageSize=1'), 2);
  assert.equal(await pages('blocks?state=confirmed'), 0);
  assert.equal(await pages('miners?pageSize=1'), 2);
  assert.equal(await pages('payments'), 0);
});

test('names and words of a query are understood in any case, a page is as long as it can be, a slash at the end is none', async () => {
  lab = await filledApiLab();
  const ask = (path: string) => jsonOf(lab, `/api/pools/test/${path}`);
  assert.deepEqual(await ask('blocks?PAGESIZE=1&Page=1'), await ask('blocks?pageSize=1&page=1'));
  assert.equal((await ask('blocks?pageSize=999999')).length, 2);
  // Some ask for as many blocks as the pool says that it has.
  assert.deepEqual(await ask('blocks?pageSize=0'), []);
  assert.deepEqual(await ask('miners?pageSize=0'), []);
  assert.deepEqual(await ask('blocks?State=ORPHANED'), await ask('blocks?state=orphaned'));
  assert.deepEqual(await ask('performance?R=month&I=day'), await ask('performance?r=Month&i=Day'));
  assert.deepEqual(
    await ask(`miners/${ADDRESS}/performance?mode=Month`),
    await ask(`miners/${ADDRESS}/performance?r=Month&i=Day`),
  );
  assert.equal((await ask('performance?r=Hour')).stats.length, 1);
  assert.deepEqual(await ask('blocks/'), await ask('blocks'));
});

test('what blocks pay is told, with a link where the network has an explorer', async () => {
  lab = await filledApiLab();
  const pool = async () => (await jsonOf(lab, '/api/pools/test')).pool;
  assert.equal((await pool()).address, '');
  const minerAddresses = ['1a', '1b', '1c', '1d'];
  await lab.store.claimNodeIdentity({ networkId: 4, minerAddresses });
  lab.tell({ networkId: 0 });
  lab.age(60_000);
  const { address, addressInfoLink, minerAddresses: all, paymentProcessing } = await pool();
  assert.equal(address, '1a');
  assert.equal(addressInfoLink, 'https://explorer.alephium.org/addresses/1a');
  assert.deepEqual(all, minerAddresses);
  assert.deepEqual(paymentProcessing, { enabled: false, minimumPayment: 0, payoutScheme: 'NONE' });
});

test('a query that makes no sense is answered by what was expected', async () => {
  lab = await filledApiLab();
  const words = async (query: string) => (await jsonOf(lab, `/api/pools/test/blocks?${query}`, 400)).error;
  assert.equal(await words('page=x'), 'page: expected a whole number from 0 to 1000, got "x"');
  assert.equal(await words('page=1001'), 'page: expected a whole number from 0 to 1000, got "1001"');
  assert.equal(await words('pagesize=-1'), 'pageSize: expected a whole number from 0 on, got "-1"');
  assert.equal(await words('pagesize=1.5'), 'pageSize: expected a whole number from 0 on, got "1.5"');
  assert.equal(await words('state=lost'), 'state: expected pending or confirmed or orphaned, got "lost"');
  assert.match(await words(`page=${'9'.repeat(500)}`), /^page: expected .{20,150}$/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasWallet } from '../../../pool/config/has-wallet.js';
import { nodeOfWallet } from '../../../pool/config/node-address-of.js';
import { parsePoolConfig } from '../../../pool/config/pool-config.js';
import { CONFIG_SOURCES, configProblems } from '../../support/config-sources.js';

const parse = (payouts: object) => parsePoolConfig({ mode: 'pool', payouts }, CONFIG_SOURCES).payouts;
const problems = (payouts: unknown): readonly string[] => configProblems({ mode: 'pool', payouts });

test('without the section there is none; with an empty one all defaults', () => {
  assert.equal(parsePoolConfig({ mode: 'pool' }, CONFIG_SOURCES).payouts, undefined);
  assert.deepEqual(parse({}), {
    scheme: 'pplns',
    feeMillionths: 10_000,
    minimum: 10n ** 17n,
    inactiveMinimum: 10n ** 16n,
    inactiveAfterDays: 30,
    rounds: { everyMs: 3_600_000 },
    feeBearer: 'miners',
    confirmations: 20,
    recheck: 100,
    blockDepth: 60,
    most: {},
  });
});

test('amounts are attoALPH, percent millionths, times ms or minutes of a day', () => {
  const payouts = parse({
    scheme: 'solo',
    fee: 0.07,
    wallet: 'wallet.json',
    minimum: '1.000000000000000001',
    every: '1.5h',
    feeBearer: 'pool',
    most: { round: '1000', account: '20.5' },
  });
  assert.equal(payouts?.feeMillionths, 700);
  assert.equal(payouts?.wallet, '/etc/lesswork/wallet.json');
  assert.equal(payouts?.minimum, 10n ** 18n + 1n);
  assert.deepEqual(payouts?.rounds, { everyMs: 5_400_000 });
  assert.deepEqual(payouts?.most, { round: 1_000n * 10n ** 18n, account: 205n * 10n ** 17n });
  assert.deepEqual(parse({ at: '06:05' })?.rounds, { atMinutes: 365 });
  for (const [fee, millionths] of [
    [0, 0],
    [100, 1_000_000],
    [0.0001, 1],
    [1.2345, 12_345],
  ] as const)
    assert.equal(parse({ fee })?.feeMillionths, millionths);
});

test('a wallet that a node keeps: its place, and the key of a node that is named already', () => {
  const nodes = [{ host: '10.0.0.7', restPort: 22_973, apiKey: { env: 'API_KEY' } }, {}];
  const placed = (nodeWallet: object) => {
    const config = parsePoolConfig({ mode: 'pool', nodes, payouts: { nodeWallet } }, CONFIG_SOURCES);
    assert.ok(hasWallet(config.payouts));
    const { node, label } = nodeOfWallet(config, config.payouts!.nodeWallet!);
    return [label, node.apiKey];
  };
  assert.deepEqual(placed({ name: 'pool-1' }), ['wallet pool-1 of http://127.0.0.1:12973', undefined]);
  const there = { name: 'pool_1', host: '10.0.0.7' };
  assert.deepEqual(placed({ ...there, restPort: 22_973 }), [
    'wallet pool_1 of http://10.0.0.7:22973',
    'node-key-7',
  ]);
  assert.equal(placed(there)[1], undefined, 'another API of this host');
  assert.equal(placed({ ...there, restPort: 22_973, apiKey: { file: '/run/pw' } })[1], 'file-pw-7');
  assert.ok(!hasWallet(parse({})) && !hasWallet(undefined) && hasWallet(parse({ wallet: 'wallet.json' })));
});

for (const [payouts, expected] of [
  [
    { wallet: 'wallet.json', nodeWallet: { name: 'pool' } },
    'payouts.nodeWallet: expected none where "wallet" is given, got an object',
  ],
  [
    { nodeWallet: { name: 'a/b' } },
    'payouts.nodeWallet.name: expected the name of a wallet: 1 to 100 letters, digits, - and _, got "a/b"',
  ],
  [
    { fee: 100.0001 },
    'payouts.fee: expected percent from 0 to 100, with at most four decimals, got 100.0001',
  ],
  [{ fee: -1 }, 'payouts.fee: expected percent from 0 to 100, with at most four decimals, got -1'],
  [{ fee: 1e-7 }, 'payouts.fee: expected percent from 0 to 100, with at most four decimals, got 1e-7'],
  [{ fee: '1%' }, 'payouts.fee: expected percent from 0 to 100, with at most four decimals, got "1%"'],
  [
    { minimum: 0.1 },
    'payouts.minimum: expected an amount in ALPH of at least 0.01, as text such as "0.1", got 0.1',
  ],
  [
    { minimum: '0.009', inactiveMinimum: '0.01' },
    'payouts.minimum: expected an amount in ALPH of at least 0.01, as text such as "0.1", got "0.009"',
  ],
  [
    { minimum: '0.05', inactiveMinimum: '0.06' },
    'payouts.inactiveMinimum: expected no more than "minimum", 0.1 by default, got "0.06"',
  ],
  [
    { minimum: '5', most: { account: '4' } },
    'payouts.most.account: expected no less than "minimum", got "4"',
  ],
  [
    { every: '8d' },
    'payouts.every: expected a time span from "1s" to "7d", such as "90s" or "1.5h", got "8d"',
  ],
  [
    { every: 3600 },
    'payouts.every: expected a time span from "1s" to "7d", such as "90s" or "1.5h", got 3600',
  ],
  [{ at: '24:00' }, 'payouts.at: expected a time of the day such as "06:00", got "24:00"'],
  [{ every: '1h', at: '06:00' }, 'payouts.at: expected none where "every" is given, got "06:00"'],
  [
    { confirmations: 30, recheck: 20 },
    'payouts.recheck: expected no less than "confirmations", 20 by default, got 20',
  ],
  [{ scheme: 'PPS' }, 'payouts.scheme: expected "pplns" or "prop" or "solo", got "PPS"'],
  [{ minimun: '1' }, 'payouts.minimun: unknown setting; did you mean "minimum"?'],
  [true, 'payouts: expected an object, got true'],
] as const)
  test(`refused: ${JSON.stringify(payouts)}`, () => assert.deepEqual(problems(payouts), [expected]));

test('a pool of one owner has nobody to pay', () => {
  assert.deepEqual(configProblems({ payouts: {} }), [
    'mode: expected "pool" where there are payouts, got "solo", whose blocks are all of one owner',
  ]);
});

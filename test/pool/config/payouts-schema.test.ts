import assert from 'node:assert/strict';
import { test } from 'node:test';
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

for (const [payouts, expected] of [
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

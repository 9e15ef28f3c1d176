import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseNetworkHashrate, parseShare } from '../../cli/units.js';
import { inOneProcess } from '../support/one-process.js';

const simulate = (...args: string[]) => inOneProcess(['polw', 'simulate', ...args]);

test('simulate tells the figures of one hashrate, and where most is needed', async () => {
  const { code, stdout, stderr } = await simulate('--hashrate', '3EH', '--pool-share', '5%');
  assert.deepEqual([code, stderr], [0, '']);
  for (const line of [
    /^3 EH\/s\n/,
    /^ {2}burnt +0\.0540 ALPH a block$/m,
    /^ {2}net reward +0\.0116 ALPH a block/m,
    /^ {2}gas +0 as a rule, at most 0\.0000116 ALPH a block$/m,
    /^ {2}blocks in 500 min +3,000 of the pool, 188 on each chain, at most 242 \(99\.9 %\)$/m,
    /^ {2}tied up +162 ALPH on average$/m,
    /^ {2}capital +209 ALPH, 13\.1 on each of the 16 burn addresses \(99\.9 %\)$/m,
    /^ {2}energy +82\.4 % less than plain work of the same security \(17 EH\/s\)$/m,
    /^most at any hashrate: 0\.0742 ALPH a block at 1\.\d+ EH\/s\n {2}capital +287 ALPH, 18\.0 on each/m,
    /^1 EH\/s is 2\^60 H\/s/m,
  ])
    assert.match(stdout, line);
});

test('simulate shows several hashrates as a table, also below the threshold', async () => {
  const { code, stdout } = await simulate('--hashrate', '0.9EH,1.1EH,8EH', '--pool-share', '0.05');
  assert.equal(code, 0);
  const [head, ...lines] = stdout.split('\n');
  assert.match(head!, /^EH\/s +burnt +net reward +tied up +capital \(99\.9 %\) +a chain +energy saved$/);
  assert.match(lines[0]!, /^ +0\.9 +0 +0\.156 +0 +0 +0 +0\.0 %$/);
  assert.match(lines[1]!, /^ +1\.1 +0\.0538 +0\.0846 +161 +\d+ +13\.\d +38\.9 %$/);
  assert.match(lines[2]!, /^ +8 +0\.0234 +0\.00382 +70\.2 +/);
});

test('simulate --json gives whole attoALPH as text', async () => {
  const { code, stdout } = await simulate('--hashrate', '2EH', '--pool-share', '5%', '--json');
  assert.equal(code, 0);
  assert.equal(stdout.trim().split('\n').length, 1);
  const { type, poolShare, results, peak } = JSON.parse(stdout) as {
    type: string;
    poolShare: number;
    results: Record<string, unknown>[];
    peak: Record<string, unknown>;
  };
  assert.deepEqual([type, poolShare, results.length], ['polw-simulate', 0.05, 1]);
  const [{ hashesPerSecond, burnt, netReward, reward, blocks }] = results as [Record<string, unknown>];
  assert.deepEqual([hashesPerSecond, blocks], [String(2n ** 61n), 3000]);
  assert.equal(BigInt(burnt as string) + BigInt(netReward as string), BigInt(reward as string));
  assert.ok(BigInt(peak.burnt as string) > BigInt(burnt as string));
});

test('simulate --csv has a row for each hashrate, as many cells as the head', async () => {
  const { code, stdout } = await simulate('--pool-share', '0.5 %', '--csv');
  assert.equal(code, 0);
  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  assert.ok(rows.length > 10);
  for (const row of rows) assert.equal(row.length, rows[0]!.length);
  const head = rows[0]!;
  const threeEh = rows.find((row) => row[0] === '3')!;
  assert.equal(threeEh[head.indexOf('hashrate_hs')], String(3n * 2n ** 60n));
  assert.match(threeEh[head.indexOf('burnt_alph')]!, /^0\.0539\d{14}$/);
  assert.equal(threeEh[head.indexOf('blocks')], '300');
});

for (const [args, expected] of [
  [[], /required option '--pool-share <part>' not specified/],
  [['--pool-share', '5'], /expected a share above 0 %, at most 100 %, such as 5% or 0.05, got "5"/],
  [['--pool-share', '0%'], /got "0%"/],
  [['--pool-share', '-5%'], /got "-5%"/],
  [['--pool-share', '101%'], /got "101%"/],
  [['--pool-share', '5%', '--hashrate', 'lots'], /expected a hashrate of the network .* got "lots"/],
  [['--pool-share', '5%', '--hashrate', '3EH,'], /got ""/],
  [['--pool-share', '5%', '--hashrate', '0'], /got "0"/],
  [['--pool-share', '5%', '--hashrate', '9'.repeat(30)], /from 1 H\/s to 2\^80 H\/s/],
  [['--pool-share', '5%', '--hashrate', '1,'.repeat(1001)], /expected at most 1000 hashrates, got 1002/],
  [['--pool-share', '5%', '--csv', '--json'], /expected --csv or --json, got both/],
  [['--pool-share', '5%', '3EH'], /too many arguments/],
] as const) {
  test(`wrong usage: polw simulate ${args.join(' ').slice(0, 60)}`, async () => {
    const { code, stdout, stderr } = await simulate(...args);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, expected);
  });
}

test('hashrates of the network count in powers of 1024, without rounding', () => {
  for (const [text, expected] of [
    ['1', 1n],
    ['1024', 1024n],
    ['1kH/s', 1024n],
    ['3EH', 3n * 2n ** 60n],
    ['3 eh/s', 3n * 2n ** 60n],
    ['1.1E', (11n * 2n ** 60n) / 10n],
    ['0.5PH', 2n ** 49n],
    ['0.123456789012345678EH', (123_456_789_012_345_678n * 2n ** 60n) / 10n ** 18n],
  ] as const)
    assert.equal(parseNetworkHashrate(text), expected, text);
  for (const text of ['', 'EH', '-1', '1e18', '0x10', '1.EH', '.5EH', '1 2', '1ZH', '0.1', '9'.repeat(31)])
    assert.throws(() => parseNetworkHashrate(text), RangeError, text);
});

test('shares are percent or a part of one', () => {
  for (const [text, expected] of [
    ['5%', 0.05],
    ['0.5 %', 0.005],
    ['100%', 1],
    ['0.05', 0.05],
    ['1', 1],
  ] as const)
    assert.equal(parseShare(text), expected, text);
  for (const text of ['', '%', '0', '0.0%', '1.01', '100.1%', '5 percent', '1e-2', 'NaN'])
    assert.throws(() => parseShare(text), RangeError, text);
});

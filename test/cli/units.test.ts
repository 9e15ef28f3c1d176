import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAlphAmount, parseDuration, parseHashrate } from '../../cli/units.js';

for (const [text, expected] of [
  ['5MH/s', 5_000_000],
  ['5 MH/s', 5_000_000],
  ['5mh/s', 5_000_000],
  ['5M', 5_000_000],
  ['1.1MH/s', 1_100_000],
  ['0.5kH/s', 500],
  ['250000', 250_000],
  ['0', 0],
  ['17H/s', 17],
  ['2GH/s', 2e9],
  ['3T', 3e12],
  ['1PH/s', 1e15],
  ['1EH/s', 1e18],
] as const) {
  test(`hash rate ${text}`, () => assert.equal(parseHashrate(text), expected));
}

for (const text of [
  '',
  'fast',
  'MH/s',
  '-5MH/s',
  '5 M H/s',
  '5MH',
  '5XH/s',
  '1e6',
  '5,5MH/s',
  '5MH/s please',
  'NaN',
]) {
  test(`no hash rate: ${JSON.stringify(text)}`, () => {
    assert.throws(
      () => parseHashrate(text),
      new RangeError(`expected a hash rate such as 500kH/s or 5MH/s, got ${JSON.stringify(text)}`),
    );
  });
}

for (const [text, expected] of [
  ['250ms', 250],
  ['2s', 2000],
  ['1.5m', 90_000],
  ['8 h', 28_800_000],
  ['30d', 2_592_000_000],
  ['0s', 0],
] as const) {
  test(`duration ${text}`, () => assert.equal(parseDuration(text), expected));
}

for (const text of ['', '2', 's', '-1s', '2S', '2 seconds', '1e3s', '1h30m']) {
  test(`no duration: ${JSON.stringify(text)}`, () => {
    assert.throws(
      () => parseDuration(text),
      new RangeError(`expected a duration such as 250ms, 2s or 5m, got ${JSON.stringify(text)}`),
    );
  });
}

for (const [text, expected] of [
  ['12', 12n * 10n ** 18n],
  ['12.5', 125n * 10n ** 17n],
  ['0.000000000000000001', 1n],
  ['999999999999.999999999999999999', 10n ** 30n - 1n],
] as const) {
  test(`an amount of ${text} ALPH`, () => assert.equal(parseAlphAmount(text), expected));
}

for (const text of [
  '',
  '0',
  '0.0',
  '-1',
  '1.',
  '.5',
  '1,5',
  '1e3',
  '1 ALPH',
  '0.0000000000000000001',
  '1000000000000',
]) {
  test(`${JSON.stringify(text)} is no amount, and what would be is said`, () => {
    assert.throws(() => parseAlphAmount(text), {
      name: 'RangeError',
      message: `expected an amount in ALPH above 0, such as 12.5, with at most 18 decimals, got ${JSON.stringify(text)}`,
    });
  });
}

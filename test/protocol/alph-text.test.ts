import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alphText, alphToDecimals, shortAlphText } from '../../protocol/alph-text.js';

for (const [amount, exact, short] of [
  [0n, '0', '0'],
  [1n, '0.000000000000000001', '0.000000000000000001'],
  [11_560_000_000_000n, '0.00001156', '0.0000116'],
  [54_049_000_000_000_000n, '0.054049', '0.0540'],
  [10n ** 18n, '1', '1.00'],
  [12_345n * 10n ** 15n, '12.345', '12.3'],
  [9_996n * 10n ** 16n, '99.96', '100'],
  [1_734_400n * 10n ** 15n, '1734.4', '1,734'],
  [-15n * 10n ** 17n, '-1.5', '-1.50'],
] as const) {
  test(`${amount} attoALPH are ${exact} ALPH, ${short} for short`, () => {
    assert.equal(alphText(amount), exact);
    assert.equal(shortAlphText(amount), short);
  });
}

for (const [amount, decimals, text] of [
  [0n, 4, '0.0000'],
  [99_999_999_999_999n, 4, '0.0000'],
  [15_999_456_399n * 10n ** 12n, 4, '15,999.4563'],
  [10n ** 18n - 1n, 18, '0.999999999999999999'],
  [12n * 10n ** 17n, 1, '1.2'],
] as const) {
  test(`${amount} attoALPH with ${decimals} decimals are ${text} ALPH`, () => {
    assert.equal(alphToDecimals(amount, decimals), text);
  });
}

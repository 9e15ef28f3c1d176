import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REJECT_REASON_NAMES } from '../../../pool/domain/reject-reasons.js';
import { BLOCK_ENDS } from '../../../protocol/block-end.js';
import { blockWords } from '../../../web/words/block-words.js';
import {
  amountText,
  countText,
  difficultyText,
  percentText,
  workText,
} from '../../../web/words/number-words.js';
import { rejectWords } from '../../../web/words/reject-words.js';
import { agoText, untilText } from '../../../web/words/time-words.js';

test('numbers are short, and amounts are never rounded up', () => {
  assert.equal(countText(1234567), '1,234,567');
  for (const [part, text] of [
    [0, '0 %'],
    [1e-12, '< 0.000001 %'],
    [8.95e-6, '0.00090 %'],
    [0.0042, '0.42 %'],
    [0.01, '1.0 %'],
    [0.093, '9.3 %'],
    [0.104, '10 %'],
    [1.04, '104 %'],
  ] as const)
    assert.equal(percentText(part), text);
  assert.deepEqual(
    [workText(0), workText(999), workText(64e12), workText(1e30)],
    ['0 H', '999 H', '64.0 TH', '1000000000 ZH'],
  );
  assert.equal(difficultyText(1), '17.2 GH');
  const alph = 10n ** 18n;
  for (const [amount, text] of [
    [0n, '0'],
    [1n, '< 0.0001'],
    [-1n, '> -0.0001'],
    [alph, '1.0000'],
    [1234n * alph + 99999n * 10n ** 13n, '1,234.9999'],
    [-alph / 2n, '-0.5000'],
  ] as const)
    assert.equal(amountText(amount), text);
});

test('times are told by their greatest unit', () => {
  assert.deepEqual(
    [-5_000, 0, 4_999, 5_000, 89_000, 90_000, 5_340_000, 5_400_000, 172_800_000].map(agoText),
    [
      'just now',
      'just now',
      'just now',
      '5 s ago',
      '89 s ago',
      '2 min ago',
      '89 min ago',
      '2 h ago',
      '2 days ago',
    ],
  );
  assert.deepEqual([untilText(-1), untilText(60_000)], ['now', 'in 60 s']);
});

test('each reason to refuse a share has its words and its help, and one of a newer pool is shown as it is', () => {
  const all = REJECT_REASON_NAMES.map(rejectWords);
  assert.equal(new Set(all.map(({ what }) => what)).size, all.length);
  for (const { help } of all) assert.match(help, /^[A-Z].{20,}\.$/);
  assert.equal(rejectWords('tooGood').what, 'tooGood');
  assert.equal(rejectWords('__proto__').what, '__proto__');
});

test('each state of a block has words', () => {
  for (const state of BLOCK_ENDS) assert.ok(blockWords({ state, status: 'pending' }).meaning.length > 10);
  assert.equal(blockWords({ state: 'main', status: 'confirmed' }).label, 'confirmed');
  assert.equal(blockWords({ state: 'uncle', status: 'confirmed' }).label, 'paid as uncle');
  assert.equal(blockWords({ state: 'odd' as never, status: 'pending' }).label, 'odd');
});

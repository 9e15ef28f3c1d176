import assert from 'node:assert/strict';
import { test } from 'node:test';
import { POLW_STATES } from '../../../pool/domain/polw-facts.js';
import type { PolwInfo } from '../../../pool/http/api/polw-schemas.js';
import {
  lastsText,
  type PolwChain,
  polwReasons,
  polwStanding,
  polwWords,
} from '../../../web/words/polw-words.js';

const chain = (name: string, more: Partial<PolwChain> = {}): PolwChain => ({
  chain: name,
  state: 'plain',
  held: '0',
  unlockedCoins: 0,
  unlocked: '0',
  needed: '0',
  endless: false,
  driftPerHour: '0',
  imbalance: '0',
  ...more,
});

const standing = (info: Partial<PolwInfo>): string =>
  polwStanding({ caughtUp: true, active: false, chains: [], ...info } as PolwInfo);

test('each state of a chain has words, and one that a newer pool names is shown as it is', () => {
  const labels = POLW_STATES.map((state) => polwWords(state).label);
  assert.equal(new Set(labels).size, POLW_STATES.length);
  assert.equal(polwWords('thawing' as PolwChain['state']).label, 'thawing');
});

test('how a pool stands says what burns, what is in sight and what is not mined', () => {
  assert.match(standing({ caughtUp: false }), /is being read/);
  assert.match(standing({ chains: [chain('0-0')] }), /^No block burns coins of the pool at the moment\.$/);
  assert.match(standing({ chains: [chain('0-0', { state: 'near' })] }), /is in sight\.$/);
  const chains = [chain('0-0', { state: 'funded' }), chain('0-1', { state: 'unfunded' })];
  assert.match(standing({ active: true, chains }), /^Blocks burn coins.* 1 of 2 chains is not mined\.$/);
  assert.match(
    standing({ active: true, chains: [...chains, chains[1]!] }),
    / 2 of 3 chains are not mined\.$/,
  );
});

test('a reason that several chains share stands once', () => {
  const none = { detail: 'there are no coins' };
  assert.deepEqual(
    polwReasons([chain('0-0'), chain('0-1', none), chain('1-0', { detail: 'other' }), chain('2-3', none)]),
    [
      { chains: ['0-1', '2-3'], detail: 'there are no coins' },
      { chains: ['1-0'], detail: 'other' },
    ],
  );
});

test('how long coins last is told in hours, then in days', () => {
  for (const [hoursLeft, text] of [
    [0, '0.0 h'],
    [9.94, '9.9 h'],
    [9.96, '10 h'],
    [47.9, '48 h'],
    [48, '2 days'],
    [1_000, '42 days'],
  ] as const)
    assert.equal(lastsText({ hoursLeft, endless: false }), text);
  assert.equal(lastsText({ endless: true }), 'for ever');
  assert.equal(lastsText({ endless: false }), undefined);
});

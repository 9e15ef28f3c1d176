import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OpenIntent } from '../../../payer/intents/intent-desk-port.js';
import { STUCK_MS, stuckOf } from '../../../payer/rounds/stuck.js';

const NOW = 1_800_000_000_000;

const intent = (txId: string, ageMs: number, more: Partial<OpenIntent> = {}): OpenIntent => ({
  ...{
    txId,
    kind: 'payout',
    fromGroup: 0,
    toGroup: 1,
    standing: 'submitted',
    isPaid: false,
    made: 1,
    owed: 1n,
  },
  sinceMs: NOW - ageMs,
  ...more,
});

test('what should have been in a block long ago is named, the oldest first, with what nodes said', () => {
  const open = [
    intent('young', STUCK_MS - 1),
    intent('waits', STUCK_MS, { standing: 'pooled' }),
    intent('refused', STUCK_MS + 5, { refusal: 'InvalidGasPrice' }),
    intent('paid', STUCK_MS + 9, { isPaid: true }),
    intent('in-block', STUCK_MS + 9, { standing: 'in-block' }),
    intent('dead', STUCK_MS + 7, { standing: 'lost', refusal: 'NonExistInput' }),
    intent('its-cancel', STUCK_MS + 1, { kind: 'cancel', cancels: 'dead', refusal: 'InvalidGasPrice' }),
  ];
  assert.deepEqual(stuckOf(open, NOW), [
    { txId: 'dead', sinceMs: NOW - STUCK_MS - 7, standing: 'lost', refusal: 'InvalidGasPrice' },
    { txId: 'refused', sinceMs: NOW - STUCK_MS - 5, standing: 'submitted', refusal: 'InvalidGasPrice' },
    { txId: 'waits', sinceMs: NOW - STUCK_MS, standing: 'pooled' },
  ]);
});

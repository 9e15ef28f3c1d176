import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hiveosAnswer, mmposAnswer } from '../../../miner/api/rig-os-answers.js';
import { CARD, CPU, ON_NODE, ON_POOL } from '../../support/miner-status.js';

test('HiveOS: the CPU first, rates in kH/s, what is not measured is null', () => {
  assert.deepEqual(hiveosAnswer(ON_POOL, '1.2.3'), {
    khs: 2_058_300,
    stats: {
      hs: [8_300, 2_050_000],
      hs_units: 'khs',
      temp: [null, 61],
      fan: [null, 46],
      uptime: 1000,
      ver: '1.2.3',
      ar: [100, 4],
      algo: 'blake3-alephium',
      bus_numbers: [null, 10],
    },
  });
});

test('a shell can cut it: one line, khs first, then stats to the end', () => {
  const text = JSON.stringify(hiveosAnswer(ON_POOL, '1.2.3'));
  const [, khs, stats] = /^\{"khs":([0-9.]+),"stats":(\{.*\})\}$/.exec(text)!;
  assert.equal(Number(khs), 2_058_300);
  assert.equal(JSON.parse(stats!).ver, '1.2.3');
});

test('mmpOS: the CPU by its name, counts as text', () => {
  assert.deepEqual(mmposAnswer(ON_POOL, '1.2.3'), {
    busid: ['cpu', 10],
    hash: [8_300, 2_050_000],
    units: 'khs',
    air: ['100', '1', '4'],
    miner_name: 'lesswork',
    miner_version: '1.2.3',
  });
});

test('devices that were stopped are left out; a bus that is not certain is null; buses are decimal', () => {
  const { pci: _, ...unplaced } = CARD;
  const status = {
    ...ON_POOL,
    devices: [{ ...CPU, state: 'stopped' as const }, unplaced, { ...CARD, pci: '0001:c1:00.0' }],
  };
  assert.deepEqual(hiveosAnswer(status, '1').stats.bus_numbers, [null, 193]);
  assert.deepEqual(mmposAnswer(status, '1').busid, [null, 193]);
  assert.equal(mmposAnswer(status, '1').hash.length, 2);
});

test('on a full node blocks are counted, side blocks too', () => {
  const status = { ...ON_NODE, blocks: { ...ON_NODE.blocks, rejected: 2 } };
  assert.deepEqual(hiveosAnswer(status, '1').stats.ar, [3, 2]);
  assert.deepEqual(mmposAnswer(status, '1').air, ['3', '1', '2']);
});

test('a slow device has fractions of a kH/s', () => {
  const slow = { ...CPU, hashrates: { ...CPU.hashrates, over60s: 1234.5678 } };
  assert.deepEqual(mmposAnswer({ ...ON_NODE, devices: [slow] }, '1').hash, [1.235]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pciAddress } from '../../../miner/sensors/pci-address.js';

for (const [text, address] of [
  ['00000000:01:00.0', '0000:01:00.0'],
  ['0000:0A:00.1', '0000:0a:00.1'],
  ['01:00.0', '0000:01:00.0'],
  ['00010000:C1:1f.7', '10000:c1:1f.7'],
  [' 0008:0B:00.0 ', '0008:0b:00.0'],
  ['01:00', undefined],
  ['0000:01:20.0', undefined],
  ['0000:01:00.8', undefined],
  ['000000000:01:00.0', undefined],
  ['GPU 0000:01:00.0', undefined],
  ['', undefined],
] as const)
  test(`${JSON.stringify(text)} is ${address}`, () => {
    assert.equal(pciAddress(text), address);
  });

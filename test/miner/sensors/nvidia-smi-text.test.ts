import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseCardLine } from '../../../miner/sensors/nvidia-smi-text.js';
import { PROJECT_ROOT } from '../../support/lesswork.js';

function recorded(name: string): (ReturnType<typeof parseCardLine> | undefined)[] {
  const text = readFileSync(join(PROJECT_ROOT, 'test/miner/sensors/recorded', `${name}.csv`), 'utf8');
  return text.trimEnd().split('\n').map(parseCardLine);
}

test('a rig: temperature, power, fan and clocks of each card, and where it is on the bus', () => {
  const cards = recorded('rig');
  assert.equal(cards.length, 3);
  assert.deepEqual(cards[0], {
    pci: '0000:01:00.0',
    name: 'NVIDIA GeForce RTX 3080',
    reading: { temperatureC: 61, powerW: 221.3, fanPercent: 45, coreMHz: 1740, memoryMHz: 9251 },
  });
});

test('server cards have no fan of their own; a domain other than 0 stays', () => {
  assert.deepEqual(
    recorded('server').map((card) => [card!.pci, card!.reading]),
    [
      ['0000:18:00.0', { temperatureC: 43, powerW: 312.7, coreMHz: 1980, memoryMHz: 3201 }],
      ['0008:0b:00.0', { temperatureC: 40, powerW: 55.2, coreMHz: 1380, memoryMHz: 877 }],
    ],
  );
});

test('what is not supported is left out; units that are left in are none of the number', () => {
  assert.deepEqual(
    recorded('old').map((card) => card!.reading),
    [
      { temperatureC: 52, fanPercent: 52 },
      { temperatureC: 48, powerW: 12.1, coreMHz: 300, memoryMHz: 405 },
    ],
  );
});

test('cards that are lost tell nothing, nonsense is not believed, and errors are no cards', () => {
  const [lost, reset, odd, ...errors] = recorded('broken');
  assert.deepEqual(lost!.reading, {});
  assert.deepEqual(reset!.reading, {});
  assert.deepEqual(odd!.reading, { fanPercent: 38, coreMHz: 1905 });
  assert.equal(errors.length, 4);
  assert.deepEqual([...new Set(errors)], [undefined]);
});

test('rubbish is no card', () => {
  for (const line of [
    '',
    ',',
    ',,,,,,,',
    '00000000:01:00.0',
    '00000000:01:00.0, 61, 221.30, 45, 1740, 9251',
    'zz:01:00.0, NVIDIA, 1, 2, 3, 4, 5',
    '\u0000\u0001\u001b[2J',
    'x'.repeat(1_000_000),
  ])
    assert.equal(parseCardLine(line), undefined, line.slice(0, 40));
});

test('a name with a comma is one name', () => {
  assert.equal(parseCardLine('0:01:00.0, NVIDIA X, Special, 1, 2, 3, 4, 5')!.name, 'NVIDIA X, Special');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceTable } from '../../../web/rig/device-columns.js';
import { CARD, CPU } from '../../support/miner-status.js';

test('what nobody measures has no column, and what one device lacks is empty', () => {
  const { sensors: _s, pci: _p, hashesPerJoule: _h, ...bare } = CARD;
  assert.deepEqual(deviceTable([bare]).columns, ['State', '10 s', '60 s', '15 min', 'Errors']);
  const { columns, rows } = deviceTable([CARD, bare]);
  const temperature = columns.indexOf('Temp.');
  assert.deepEqual(
    rows.map(({ cells }) => cells[temperature]![0]),
    ['61 °C', ''],
  );
  assert.ok(rows.every(({ cells }) => cells.length === columns.length));
});

test('a device that was stopped has no row; others say how they stand', () => {
  const { rows } = deviceTable([
    { ...CPU, state: 'stopped' },
    { ...CPU, name: 'hot', held: ['temperature', 'battery'] },
    { ...CPU, name: 'gone', state: 'failed', held: ['user'], errors: 1_234 },
    { ...CPU, name: 'idle', state: 'idle', held: [] },
  ]);
  assert.deepEqual(
    rows.map(({ name, cells }) => [name, ...cells[0]!, ...cells.at(-1)!]),
    [
      ['hot', 'too hot, on battery', 'held', '0', ''],
      ['gone', 'given up', 'bad', '1,234', 'bad'],
      ['idle', 'no work', 'held', '0', ''],
    ],
  );
});

test('a card that can not be told from others is no hotter than the hottest of them', () => {
  const { sensors: _, ...bare } = CARD;
  const { columns, rows } = deviceTable([{ ...bare, among: { cards: 6, hottestC: 71.4 } }]);
  assert.equal(rows[0]!.cells[columns.indexOf('Temp.')]![0], '≤ 71 °C');
});

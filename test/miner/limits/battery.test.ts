import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePmset, powerSourceReader, readPowerSupplies } from '../../../miner/limits/battery.js';
import { MadeFiles } from '../../support/made-files.js';

const MAINS = { 'AC/type': 'Mains', 'AC/online': '1' };
const NO_MAINS = { 'AC/type': 'Mains', 'AC/online': '0' };
const DISCHARGING = { 'BAT0/type': 'Battery', 'BAT0/present': '1', 'BAT0/status': 'Discharging' };
const FULL = { 'BAT0/type': 'Battery', 'BAT0/present': '1', 'BAT0/status': 'Full' };
const MOUSE = {
  'hidpp_battery_0/type': 'Battery',
  'hidpp_battery_0/scope': 'Device',
  'hidpp_battery_0/status': 'Discharging',
};
const USB_CHARGER = { 'ucsi-source-psy-1/type': 'USB', 'ucsi-source-psy-1/online': '1' };

for (const [what, files, source] of [
  ['a laptop on its battery', { ...NO_MAINS, ...DISCHARGING }, 'battery'],
  ['a laptop at its charger', { ...MAINS, ...FULL }, 'mains'],
  ['a laptop whose charger is too weak', { ...MAINS, ...DISCHARGING }, 'mains'],
  ['a laptop on USB-C', { ...NO_MAINS, ...DISCHARGING, ...USB_CHARGER }, 'mains'],
  ['a laptop without a word of mains', DISCHARGING, 'battery'],
  ['a battery that is full, and no word of mains', FULL, 'mains'],
  ['a desktop with a wireless mouse', MOUSE, 'none'],
  ['a desktop at its mains', MAINS, 'none'],
  ['a bay without its battery', { ...NO_MAINS, ...DISCHARGING, 'BAT0/present': '0' }, 'none'],
  ['an uninterruptible supply at work', { 'ups/type': 'UPS', 'ups/status': 'Discharging' }, 'battery'],
  ['rubbish', { 'BAT0/type': '\u0000\u0001', 'AC/online': 'x'.repeat(100_000) }, 'none'],
  ['nothing', {}, 'none'],
] as const)
  test(`${what}: ${source}`, async () => {
    const made = new MadeFiles(
      Object.fromEntries(Object.entries(files).map(([path, content]) => [path, `${content}\n`])),
    );
    try {
      assert.equal(await readPowerSupplies(made.root), source);
    } finally {
      made.remove();
    }
  });

test('a system without a folder of supplies has no battery', async () => {
  assert.equal(await readPowerSupplies('/nowhere/power_supply'), 'none');
});

test('macOS: what pmset says', () => {
  const battery = ' -InternalBattery-0 (id=1234)\t87%; discharging; 4:30 remaining present: true\n';
  assert.equal(parsePmset(`Now drawing from 'Battery Power'\n${battery}`), 'battery');
  assert.equal(parsePmset(`Now drawing from 'AC Power'\n${battery}`), 'mains');
  assert.equal(parsePmset("Now drawing from 'AC Power'\n"), 'none');
  assert.equal(parsePmset(`Now drawing from 'UPS Power'\n -UPS (id=1)\t100%\n`), 'battery');
  for (const rubbish of ['', 'pmset: no', "Now drawing from '", 'x'.repeat(1_000_000)])
    assert.equal(parsePmset(rubbish), undefined);
});

test('Windows does not tell', () => {
  assert.equal(powerSourceReader('win32'), undefined);
  assert.notEqual(powerSourceReader('darwin'), undefined);
});

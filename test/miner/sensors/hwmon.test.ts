import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { Hwmon } from '../../../miner/sensors/hwmon.js';
import { MadeFiles } from '../../support/made-files.js';

let files: MadeFiles;
let now = 0;
afterEach(() => files.remove());

/** A tree with these files below a folder. */
function make(folder: string, contents: Readonly<Record<string, string>>): Hwmon {
  now = 0;
  files = new MadeFiles(
    Object.fromEntries(
      Object.entries(contents).map(([name, content]) => [`${folder}/${name}`, `${content}\n`]),
    ),
  );
  return new Hwmon(files.root, () => now);
}

const CARD = '0000:03:00.0';

test('amdgpu: the edge, average power, fan by its pwm, both clocks', async () => {
  const hwmon = make(`bus/pci/devices/${CARD}/hwmon/hwmon4`, {
    name: 'amdgpu',
    temp1_input: '61000',
    temp1_label: 'edge',
    temp2_input: '74000',
    temp2_label: 'junction',
    temp3_input: '80000',
    temp3_label: 'mem',
    power1_average: '203000000',
    power1_cap: '255000000',
    fan1_input: '1234',
    fan1_max: '3300',
    pwm1: '102',
    pwm1_max: '255',
    freq1_input: '2230000000',
    freq1_label: 'sclk',
    freq2_input: '1000000000',
    freq2_label: 'mclk',
    in0_input: '1018',
  });
  assert.deepEqual(await hwmon.readCard(CARD), {
    temperatureC: 61,
    powerW: 203,
    fanPercent: 40,
    coreMHz: 2230,
    memoryMHz: 1000,
  });
});

test('newer amdgpu has its power in another file, and some have no fan', async () => {
  const hwmon = make(`bus/pci/devices/${CARD}/hwmon/hwmon0`, {
    name: 'amdgpu',
    temp1_input: '45500',
    temp1_label: 'edge',
    power1_input: '12034000',
    freq1_input: '800000000',
    freq1_label: 'sclk',
  });
  assert.deepEqual(await hwmon.readCard(CARD), { temperatureC: 45.5, powerW: 12, coreMHz: 800 });
});

test('xe: the package, not the memory; power from the energy of the whole card', async () => {
  const hwmon = make(`bus/pci/devices/${CARD}`, {
    'hwmon/hwmon3/name': 'xe',
    'hwmon/hwmon3/temp2_input': '48000',
    'hwmon/hwmon3/temp2_label': 'pkg',
    'hwmon/hwmon3/temp3_input': '66000',
    'hwmon/hwmon3/temp3_label': 'vram',
    'hwmon/hwmon3/energy1_input': '1000000',
    'hwmon/hwmon3/energy1_label': 'card',
    'hwmon/hwmon3/energy2_input': '700000',
    'hwmon/hwmon3/energy2_label': 'pkg',
    'hwmon/hwmon3/power1_max': '190000000',
    'tile0/gt0/freq0/act_freq': '2400',
  });
  assert.deepEqual(await hwmon.readCard(CARD), { temperatureC: 48, coreMHz: 2400 });
  now = 2_000;
  files.write({ [`bus/pci/devices/${CARD}/hwmon/hwmon3/energy1_input`]: '241000000\n' });
  assert.deepEqual(await hwmon.readCard(CARD), { temperatureC: 48, powerW: 120, coreMHz: 2400 });
});

test('i915: energy without a label, fan without a highest speed, clock beside it', async () => {
  const hwmon = make(`bus/pci/devices/${CARD}`, {
    'hwmon/hwmon3/name': 'i915',
    'hwmon/hwmon3/energy1_input': '5000000',
    'hwmon/hwmon3/fan1_input': '900',
    'drm/card1/gt_act_freq_mhz': '2050',
    'drm/renderD128/gt_act_freq_mhz': '1',
  });
  assert.deepEqual(await hwmon.readCard(CARD), { coreMHz: 2050 });
  now = 1_000;
  files.write({ [`bus/pci/devices/${CARD}/hwmon/hwmon3/energy1_input`]: '45000000\n' });
  assert.deepEqual(await hwmon.readCard(CARD), { powerW: 40, coreMHz: 2050 });
});

test('a card without sensors, one that is not there, and files that hold rubbish', async () => {
  const hwmon = make(`bus/pci/devices/${CARD}/hwmon/hwmon1`, {
    name: 'amdgpu',
    temp1_input: 'hot',
    temp2_input: '511000',
    power1_average: `${'9'.repeat(400)}`,
    pwm1: '',
    freq1_input: '1e9',
    freq1_label: 'sclk',
  });
  assert.deepEqual(await hwmon.readCard(CARD), {});
  assert.deepEqual(await hwmon.readCard('0000:99:00.0'), {});
  assert.deepEqual(await new Hwmon('/nowhere', () => 0).readCpu(), {});
});

test('CPU: the hottest package of coretemp', async () => {
  const hwmon = make('class/hwmon', {
    'hwmon0/name': 'nvme',
    'hwmon0/temp1_input': '99000',
    'hwmon1/name': 'coretemp',
    'hwmon1/temp1_input': '64000',
    'hwmon1/temp1_label': 'Package id 0',
    'hwmon1/temp2_input': '70000',
    'hwmon1/temp2_label': 'Core 0',
    'hwmon2/name': 'coretemp',
    'hwmon2/temp1_input': '71000',
    'hwmon2/temp1_label': 'Package id 1',
  });
  assert.deepEqual(await hwmon.readCpu(), { temperatureC: 71 });
});

test('CPU: the die of k10temp, not what its fan control is told; power where it may be read', async () => {
  const hwmon = make('class', {
    'hwmon/hwmon5/name': 'k10temp',
    'hwmon/hwmon5/temp1_input': '85000',
    'hwmon/hwmon5/temp1_label': 'Tctl',
    'hwmon/hwmon5/temp2_input': '65250',
    'hwmon/hwmon5/temp2_label': 'Tdie',
    'powercap/intel-rapl:0/name': 'package-0',
    'powercap/intel-rapl:0/energy_uj': '65532000000',
    'powercap/intel-rapl:0/max_energy_range_uj': '65532610987',
    'powercap/intel-rapl:0:0/name': 'core',
    'powercap/intel-rapl:0:0/energy_uj': '1',
    'powercap/intel-rapl:1/name': 'psys',
    'powercap/intel-rapl:1/energy_uj': '1',
  });
  assert.deepEqual(await hwmon.readCpu(), { temperatureC: 65.3 });
  now = 2_000;
  files.write({ 'class/powercap/intel-rapl:0/energy_uj': '129389013\n' });
  assert.deepEqual(await hwmon.readCpu(), { temperatureC: 65.3, powerW: 65 });
});

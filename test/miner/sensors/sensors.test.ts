import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { afterEach, test } from 'node:test';
import type { DeviceHardware } from '../../../miner/core/device.js';
import { Sensors } from '../../../miner/sensors/sensors.js';
import { FakeDevice } from '../../support/fake-miner-parts.js';
import { MadeFiles } from '../../support/made-files.js';
import { sleep, waitFor } from '../../support/wait.js';

class FakeCard extends FakeDevice {
  override readonly kind = 'gpu';
  readonly hardware: DeviceHardware | undefined;

  constructor(name: string, vendor?: string, pci?: string) {
    super(name);
    this.hardware = vendor === undefined ? undefined : { vendor, pci };
  }
}

let files: MadeFiles;
let sensors: Sensors;
let faults: string[];
afterEach(() => {
  sensors.close();
  files.remove();
});

/** Sensors over a made tree, and a script in the place of nvidia-smi. */
function open(
  tree: Readonly<Record<string, string>>,
  script = 'exit 1',
  more: { now?: () => number; slowLookMs?: number } = {},
): void {
  files = new MadeFiles(tree);
  files.write({ tool: `touch ${files.root}/started\n${script}\n` });
  faults = [];
  sensors = new Sensors({
    onFault: (message) => faults.push(message),
    sysRoot: files.root,
    nvidiaSmi: { command: ['/bin/sh', `${files.root}/tool`] },
    lookMs: 10,
    ...more,
  });
}

const RIG = [
  '00000000:01:00.0, NVIDIA GeForce RTX 3080, 61, 221.30, 45, 1740, 9251',
  '00000000:02:00.0, NVIDIA GeForce RTX 3070, 55, 118.06, 52, 1515, 6800',
  '00000000:04:00.0, NVIDIA GeForce RTX 3070, 57, 121.44, 50, 1515, 6800',
];

test('cards are known by their place, else by a name that no other has, else by the hottest of their name', async () => {
  open({}, `while :; do printf '%s\\n' ${RIG.map((line) => `"${line}"`).join(' ')}; sleep 0.05; done`);
  const byPlace = new FakeCard('NVIDIA GeForce RTX 3070', 'nvidia', '0000:04:00.0');
  const byName = new FakeCard('NVIDIA GeForce RTX 3080', 'nvidia');
  const twin = new FakeCard('NVIDIA GeForce RTX 3070', 'nvidia');
  for (const card of [byPlace, byName, twin]) sensors.watch(card);
  await waitFor('readings', () => sensors.read(byPlace).sensors !== undefined);
  assert.equal(sensors.read(byPlace).sensors!.temperatureC, 57);
  const { meanPowerW, ...known } = sensors.read(byName);
  assert.deepEqual(known, {
    pci: '0000:01:00.0',
    sensors: { temperatureC: 61, powerW: 221.3, fanPercent: 45, coreMHz: 1740, memoryMHz: 9251 },
  });
  // A mean of however many readings have come by now.
  assert.ok(Math.abs(meanPowerW! - 221.3) < 1e-9, `${meanPowerW}`);
  // Which of the two it is nobody knows: that it is no hotter than the hotter one is certain.
  await waitFor('the other twin', () => sensors.read(twin).among !== undefined);
  assert.deepEqual(sensors.read(twin), { among: { cards: 2, hottestC: 57 } });
  assert.deepEqual(sensors.read(new FakeCard('GeForce RTX 4090', 'nvidia')), {});
});

test('a card of another maker, a software adapter and a CPU start no tool', async () => {
  open({
    'bus/pci/devices/0000:03:00.0/hwmon/hwmon0/name': 'amdgpu\n',
    'bus/pci/devices/0000:03:00.0/hwmon/hwmon0/temp1_input': '61000\n',
    'class/hwmon/hwmon1/name': 'k10temp\n',
    'class/hwmon/hwmon1/temp1_input': '52000\n',
  });
  const card = new FakeCard('AMD Radeon RX 6800', 'amd', '0000:03:00.0');
  const elsewhere = new FakeCard('AMD Radeon RX 580', 'amd');
  const software = new FakeCard('SwiftShader');
  const cpu = new FakeDevice('cpu');
  for (const device of [card, elsewhere, software, cpu]) sensors.watch(device);
  await waitFor('readings', () => [card, cpu].every((device) => sensors.read(device).sensors !== undefined));
  assert.deepEqual(sensors.read(card), { pci: '0000:03:00.0', sensors: { temperatureC: 61 } });
  assert.deepEqual(sensors.read(cpu), { sensors: { temperatureC: 52 } });
  assert.deepEqual([sensors.read(elsewhere), sensors.read(software)], [{}, {}]);
  assert.equal(files.has('started'), false);
  // What changes is seen, and what is gone is not shown for long.
  files.write({ 'class/hwmon/hwmon1/temp1_input': '99000\n' });
  await waitFor('news', () => sensors.read(cpu).sensors?.temperatureC === 99);
  assert.deepEqual(faults, []);
});

test('sensors that fall silent are left out after some seconds', async () => {
  let now = 0;
  open({ 'class/hwmon/hwmon1/name': 'coretemp\n', 'class/hwmon/hwmon1/temp1_input': '52000\n' }, '', {
    now: () => now,
  });
  const cpu = new FakeDevice('cpu');
  sensors.watch(cpu);
  await waitFor('a reading', () => sensors.read(cpu).sensors !== undefined);
  files.remove('class');
  await sleep(50);
  now = 14_999;
  assert.equal(sensors.read(cpu).sensors?.temperatureC, 52);
  now = 15_000;
  assert.deepEqual(sensors.read(cpu), {});
});

test('a driver that hangs is told once, and is read on when it answers', async () => {
  open({ 'class/hwmon/hwmon1/name': 'coretemp\n' }, '', { slowLookMs: 100 });
  const pipe = `${files.root}/class/hwmon/hwmon1/temp1_input`;
  execFileSync('mkfifo', [pipe]);
  const cpu = new FakeDevice('cpu');
  sensors.watch(cpu);
  await waitFor('a fault', () => faults.length > 0);
  assert.match(faults[0]!, /a file under \/sys does not answer: a driver hangs/);
  const writer = openSync(pipe, 'r+');
  writeSync(writer, '52000\n');
  files.remove('class/hwmon/hwmon1/temp1_input');
  files.write({ 'class/hwmon/hwmon1/temp1_input': '53000\n' });
  // A pipe that is open ends only when its writers are gone.
  closeSync(writer);
  await waitFor('a reading', () => sensors.read(cpu).sensors !== undefined);
  assert.equal(faults.length, 1);
});

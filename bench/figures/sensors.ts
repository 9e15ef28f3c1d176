/**
 * What reading sensors costs a miner: a CPU device at work, with and without those of itself and of eight cards, in turns.
 * By CPU time of the whole process, its tool left out: a shell plays nvidia-smi here, and the real one's time is its own.
 * @module
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCpuDevice } from '../../miner/backends/cpu/create-cpu-device.js';
import type { MeasurableDevice } from '../../miner/core/sensors.js';
import { Sensors } from '../../miner/sensors/sensors.js';
import { keepBusy } from './busy-device.js';
import { CORES } from './contenders.js';
import { type Figure, ratioLine, ratiosOf } from './figure.js';

const CARDS = 8;
const WINDOW_MS = 6_000;
const WARM_UP_MS = 4_000;
const FIRST_LOOK_MS = 60_000;

export const sensors: Figure = {
  name: 'sensors',
  async measure() {
    const folder = mkdtempSync(join(tmpdir(), 'lesswork-sensors-'));
    try {
      return [ratioLine('rate with sensors to that without', await measureIn(folder), 0.995)];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function measureIn(folder: string): Promise<number[]> {
  const cards = makeCards(folder);
  const device = createCpuDevice(CORES);
  const busy = await keepBusy(device, 'sensors');
  await sleep(WARM_UP_MS);
  const rate = async (watched: readonly MeasurableDevice[]): Promise<number> => {
    const measured = new Sensors({
      onFault: (message) => {
        throw new Error(message);
      },
      sysRoot: folder,
      nvidiaSmi: { command: ['/bin/sh', join(folder, 'nvidia-smi')] },
    });
    for (const card of watched) measured.watch(card);
    const silent = (): boolean => watched.some((card) => measured.read(card).sensors === undefined);
    for (const endMs = performance.now() + FIRST_LOOK_MS; silent() && performance.now() < endMs; )
      await sleep(100);
    if (silent()) throw new Error('a device has no readings');
    const before = busy.hashes;
    const usage = process.cpuUsage();
    for (const endMs = performance.now() + WINDOW_MS; performance.now() < endMs; ) {
      // As often as a status is shown.
      for (const card of watched) measured.read(card);
      await sleep(1_000);
    }
    const { user, system } = process.cpuUsage(usage);
    measured.close();
    return (busy.hashes - before) / (user + system);
  };
  const ratios = await ratiosOf(
    () => rate([device, ...cards]),
    () => rate([]),
  );
  await device.close();
  return ratios;
}

/** Half of them as amdgpu shows them, the others as nvidia-smi. */
function makeCards(folder: string): MeasurableDevice[] {
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write('class/hwmon/hwmon0/name', 'coretemp\n');
  write('class/hwmon/hwmon0/temp1_input', '52000\n');
  const lines: string[] = [];
  const cards: MeasurableDevice[] = [];
  for (let i = 0; i < CARDS; i++) {
    const pci = `0000:0${i}:00.0`;
    const vendor = i % 2 === 0 ? 'amd' : 'nvidia';
    cards.push({ kind: 'gpu', name: `card ${i}`, hardware: { vendor, pci } });
    if (vendor === 'nvidia') lines.push(`0000${pci}, card ${i}, 61, 221.30, 45, 1740, 9251`);
    else
      for (const [name, text] of [
        ['temp1_input', '61000'],
        ['temp1_label', 'edge'],
        ['temp2_input', '70000'],
        ['temp2_label', 'junction'],
        ['power1_average', '203000000'],
        ['pwm1', '102'],
        ['freq1_input', '2230000000'],
        ['freq1_label', 'sclk'],
        ['freq2_input', '1000000000'],
        ['freq2_label', 'mclk'],
      ] as const)
        write(`bus/pci/devices/${pci}/hwmon/hwmon${i + 1}/${name}`, `${text}\n`);
  }
  write('nvidia-smi', `while :; do\n${lines.map((line) => `echo "${line}"`).join('\n')}\nsleep 2\ndone\n`);
  return cards;
}

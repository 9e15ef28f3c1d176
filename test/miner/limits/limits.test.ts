import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { MinerEvent } from '../../../miner/core/events.js';
import { Miner } from '../../../miner/core/miner.js';
import type { MeasuredDevice } from '../../../miner/core/sensors.js';
import type { PowerSource } from '../../../miner/limits/battery.js';
import { type LimitModules, Limits } from '../../../miner/limits/limits.js';
import { parseSchedule } from '../../../miner/limits/schedule.js';
import { FakeDevice, FakeSource } from '../../support/fake-miner-parts.js';

let miner: Miner;
let limits: Limits;
let events: MinerEvent[];
let notices: string[];
let measured: Record<string, MeasuredDevice>;
let now: number;
let epoch: number;
let power: PowerSource | Error;

beforeEach(() => {
  events = [];
  notices = [];
  measured = {};
  now = 0;
  // A Monday, midnight.
  epoch = Date.UTC(2026, 10, 30);
  power = 'mains';
  miner = new Miner({
    source: new FakeSource(),
    now: () => now,
    noncePrefix: new Uint8Array(16),
    onEvent: (event) => events.push(event),
    sensors: { watch: () => {}, read: ({ name }) => measured[name] ?? {} },
  });
  open();
});
afterEach(() => limits.close());

function open(more: Partial<LimitModules> = {}): void {
  limits?.close();
  limits = new Limits({
    miner,
    onNotice: (message) => notices.push(message),
    now: () => now,
    epochMs: () => epoch,
    wallTime: (ms) => {
      const date = new Date(ms);
      return { day: date.getUTCDay(), minute: date.getUTCHours() * 60 + date.getUTCMinutes() };
    },
    readPowerSource: async () => {
      if (power instanceof Error) throw power;
      return power;
    },
    ...more,
  });
}

const holds = (): string[] =>
  events.flatMap((event) => (event.type === 'hold' ? `${event.device ?? 'all'}: ${event.message}` : []));

/** Lets what was read come in. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a card that can not be told from others is held by the hottest of them', () => {
  miner.addDevice(new FakeDevice('card'));
  measured = { card: { among: { cards: 6, hottestC: 86 } } };
  limits.set({ temperatureC: 85 });
  assert.deepEqual(miner.status().devices[0]!.held, ['temperature']);
  measured = { card: { among: { cards: 6, hottestC: 75 } } };
  limits.tick();
  assert.deepEqual(holds(), [
    'card: the hottest of 6 cards, one of which it is, at 86 °C, at its limit of 85 °C: paused until 75 °C',
    'card: the hottest of 6 cards, one of which it is, at 75 °C: cool again, resumed',
  ]);
  // None of them tells: as with any sensor that is silent.
  measured = { card: { among: { cards: 6 } } };
  now = 60_000;
  limits.tick();
  assert.deepEqual(notices, ['card: its temperature is not known: the limit of 85 °C does not hold for it']);
});

test('a device that is too hot is held, and the others mine', () => {
  miner.addDevice(new FakeDevice('hot'));
  miner.addDevice(new FakeDevice('cool'));
  measured = { hot: { sensors: { temperatureC: 85.2 } }, cool: { sensors: { temperatureC: 60 } } };
  limits.set({ temperatureC: 85 });
  assert.deepEqual(
    miner.status().devices.map(({ held }) => held),
    [['temperature'], []],
  );
  measured.hot = { sensors: { temperatureC: 75 } };
  limits.tick();
  assert.deepEqual(holds(), [
    'hot: 85 °C, at its limit of 85 °C: paused until 75 °C',
    'hot: 75 °C: cool again, resumed',
  ]);
});

test('a device without a sensor mines, and is told of once', () => {
  miner.addDevice(new FakeDevice('plain'));
  limits.set({ temperatureC: 85 });
  for (now = 0; now < 300_000; now += 1_000) limits.tick();
  assert.deepEqual(notices, ['plain: its temperature is not known: the limit of 85 °C does not hold for it']);
  assert.deepEqual(miner.status().devices[0]!.held, []);
});

test('a sensor that dies while hot lets its device go after two minutes', () => {
  miner.addDevice(new FakeDevice('card'));
  measured = { card: { sensors: { temperatureC: 99 } } };
  limits.set({ temperatureC: 85 });
  measured = {};
  now = 119_999;
  limits.tick();
  assert.deepEqual(miner.status().devices[0]!.held, ['temperature']);
  now = 120_000;
  limits.tick();
  assert.deepEqual(miner.status().devices[0]!.held, []);
  assert.match(holds()[1]!, /silent for two minutes: mines again, unwatched/);
});

test('limits that are gone hold nothing any more', async () => {
  miner.addDevice(new FakeDevice('card'));
  measured = { card: { sensors: { temperatureC: 99 } } };
  power = 'battery';
  limits.set({ temperatureC: 85, pauseOnBattery: true, schedule: parseSchedule('Tue'), load: 0.5 });
  await settled();
  assert.deepEqual(miner.status().devices[0]!.held, ['temperature', 'battery', 'schedule']);
  assert.equal(miner.status().maxLoad, 0.5);
  limits.set({});
  await settled();
  assert.deepEqual(miner.status().devices[0]!.held, []);
  assert.equal(miner.status().maxLoad, 1);
});

test('outside of its hours all is held, and it is told until when', () => {
  epoch = Date.UTC(2026, 10, 30, 21, 59, 59);
  limits.set({ schedule: parseSchedule('Mon-Fri 22:00-06:00') });
  limits.tick();
  assert.deepEqual(miner.status().held, ['schedule']);
  epoch += 1_000;
  limits.tick();
  assert.deepEqual(miner.status().held, []);
  // A machine that slept through the night.
  epoch = Date.UTC(2026, 11, 5, 12);
  limits.tick();
  assert.deepEqual(holds(), [
    'all: paused by the schedule until 22:00',
    'all: mining by the schedule until 06:00',
    'all: paused by the schedule until Mon 22:00',
  ]);
});

test('on battery all is held, until mains are back', async () => {
  limits.set({ pauseOnBattery: true });
  await settled();
  assert.deepEqual(miner.status().held, []);
  power = 'battery';
  now = 4_999;
  limits.tick();
  await settled();
  assert.deepEqual(miner.status().held, []);
  now = 5_000;
  limits.tick();
  await settled();
  assert.deepEqual(miner.status().held, ['battery']);
  power = 'mains';
  now = 10_000;
  limits.tick();
  await settled();
  assert.deepEqual(holds(), ['all: on battery: paused', 'all: on mains again: resumed']);
  assert.deepEqual(notices, []);
});

test('where power comes from that can not be told any more, it is told once, and does not hold for ever', async () => {
  power = 'battery';
  limits.set({ pauseOnBattery: true });
  await settled();
  power = new Error('no');
  for (now = 1_000; now <= 60_000; now += 1_000) {
    limits.tick();
    await settled();
  }
  assert.deepEqual(miner.status().held, []);
  assert.deepEqual(notices, ["where power comes from can't be told: no"]);
});

test('a look at the battery that never ends is not begun again', async () => {
  let looks = 0;
  open({
    readPowerSource: () => {
      looks++;
      return new Promise(() => {});
    },
  });
  limits.set({ pauseOnBattery: true });
  for (now = 0; now < 100_000; now += 1_000) limits.tick();
  assert.equal(looks, 1);
  assert.deepEqual(miner.status().held, []);
});

test('a machine without a battery, and a system that does not tell, are told of once', async () => {
  power = 'none';
  limits.set({ pauseOnBattery: true });
  for (now = 0; now < 20_000; now += 1_000) {
    limits.tick();
    await settled();
  }
  open({ readPowerSource: undefined });
  limits.set({ pauseOnBattery: true });
  limits.tick();
  assert.deepEqual(notices, [
    'no battery is found here: nothing is paused for one',
    'whether it runs on a battery this system does not tell: mining goes on',
  ]);
});

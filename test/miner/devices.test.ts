import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { type Adapter, AdapterListError } from '../../miner/backends/gpu/adapters.js';
import type { MinerEvent } from '../../miner/core/events.js';
import { Miner } from '../../miner/core/miner.js';
import { type DeviceChoice, parseDeviceChoice, UnknownDeviceError } from '../../miner/device-choice.js';
import { Devices } from '../../miner/devices.js';
import type { NativeFinding } from '../../shaders/cpu/find-native.js';
import { FakeDevice, FakeSource } from '../support/fake-miner-parts.js';

const NATIVE = { variant: 'avx2', file: 'native.node', origin: 'compiled here', broken: false } as const;

let miner: Miner;
let made: FakeDevice[];
let events: MinerEvent[];
let native: NativeFinding;
/** Whether software was asked for, call by call. */
let softwareAsked: boolean[];

beforeEach(() => {
  softwareAsked = [];
  made = [];
  events = [];
  native = NATIVE;
  miner = new Miner({
    source: new FakeSource(),
    now: () => 0,
    noncePrefix: new Uint8Array(16),
    onEvent: () => {},
  });
});

function adapter(index: number, name: string, software = false): Adapter {
  const limits = {
    maxComputeWorkgroupsPerDimension: 1,
    maxComputeInvocationsPerWorkgroup: 1,
    maxComputeWorkgroupSizeX: 1,
  };
  const texts = { backend: 'vulkan', vendor: '', architecture: '', driver: '' };
  return {
    index,
    name,
    software,
    limits,
    ...texts,
    pciAddress: undefined,
    ambiguous: undefined,
    driverManifest: undefined,
  };
}

let devices: Devices;

function start(choice: DeviceChoice, adapters: readonly Adapter[] | Error, cpuThreads = 2): Promise<void> {
  const make = (name: string): FakeDevice => {
    const device = new FakeDevice(name);
    made.push(device);
    return device;
  };
  devices = new Devices(
    { choice, threads: 2 },
    {
      miner,
      onEvent: (event) => events.push(event),
      cpuThreads,
      listAdapters: async ({ software }) => {
        softwareAsked.push(software);
        if (adapters instanceof Error) throw adapters;
        return adapters.filter((one) => software || !one.software);
      },
      createCpu: (threads) => make(`cpu ${threads}`),
      createCard: ({ name }) => make(name),
      nativeFinding: () => native,
    },
  );
  return devices.find()?.then(() => devices.start()) ?? devices.start();
}

const states = (): string[] => miner.status().devices.map(({ name, state }) => `${name}: ${state}`);
const CARD = adapter(0, 'card');

test('auto: the CPU at once, until a card has passed its self-test', async () => {
  const started = start('auto', [CARD, adapter(1, 'SwiftShader', true)]);
  assert.deepEqual(states(), ['cpu 2: starting']);
  await started;
  assert.deepEqual(states(), ['cpu 2: starting', 'card: starting']);
  made[0]!.events.onReady();
  made[1]!.events.onReady();
  assert.deepEqual(states(), ['cpu 2: stopped', 'card: idle']);
});

test('a kernel of machine code that is broken is told once; the CPU mines', async () => {
  const reason = 'the native kernel avx512 failed its test: it was ended by SIGILL';
  native = { ...NATIVE, reason, broken: true };
  await start('auto', [CARD]);
  made[0]!.events.onReady();
  made[1]!.events.onReady();
  made[1]!.events.onFailure({ message: 'crash', lostTaskIds: [], final: false });
  assert.deepEqual(states(), ['cpu 2: stopped', 'card: away', 'cpu 2: starting']);
  const told = events.flatMap((event) =>
    event.type === 'notice' ? [`${event.level} ${event.message}`] : [],
  );
  assert.deepEqual(told, [
    'warn the native kernel avx512 failed its test: it was ended by SIGILL (lesswork doctor tells more)',
  ]);
});

test('auto: the CPU again when the last card has failed for good', async () => {
  await start('auto', [CARD]);
  made[0]!.events.onReady();
  made[1]!.events.onReady();
  made[1]!.events.onFailure({ message: 'wrong hash', lostTaskIds: [], final: true });
  assert.deepEqual(states(), ['cpu 2: stopped', 'card: failed', 'cpu 2: starting']);
});

test('auto: the CPU bridges the time in which the only card is away', async () => {
  await start('auto', [CARD]);
  made[0]!.events.onReady();
  made[1]!.events.onReady();
  made[1]!.events.onFailure({ message: 'crash', lostTaskIds: [], final: false });
  assert.deepEqual(states(), ['cpu 2: stopped', 'card: away', 'cpu 2: starting']);
  made[1]!.events.onReady();
  assert.deepEqual(states(), ['cpu 2: stopped', 'card: idle', 'cpu 2: stopped']);
});

test('auto: no cards, or no WebGPU at all: said, and the CPU mines', async () => {
  await start('auto', [adapter(0, 'SwiftShader', true)]);
  assert.match(JSON.stringify(events), /no GPU found/);
  await start('auto', new AdapterListError('the package webgpu does not load'));
  assert.match(JSON.stringify(events), /no GPU is used: the package webgpu does not load/);
  assert.deepEqual(
    made.map(({ name }) => name),
    ['cpu 2', 'cpu 2'],
  );
});

test('a software adapter only by its name; cpu beside it', async () => {
  await start(parseDeviceChoice('cpu,swift'), [CARD, adapter(1, 'SwiftShader', true)]);
  assert.deepEqual(
    made.map(({ name }) => name),
    ['cpu 2', 'SwiftShader'],
  );
});

test('gpu: all cards and no software; none is an error', async () => {
  await start(parseDeviceChoice('gpu'), [CARD, adapter(1, 'other'), adapter(2, 'SwiftShader', true)]);
  assert.deepEqual(
    made.map(({ name }) => name),
    ['card', 'other'],
  );
  await assert.rejects(
    start(parseDeviceChoice('gpu'), [adapter(0, 'SwiftShader', true)]),
    UnknownDeviceError,
  );
});

test('a device that is not there is known before any other is started', async () => {
  await assert.rejects(start(parseDeviceChoice('cpu,voodoo'), [CARD]), UnknownDeviceError);
  assert.deepEqual(made, []);
});

test('two cards that may be one: only the first, and it is said', async () => {
  await start('auto', [CARD, adapter(1, 'card')]);
  assert.deepEqual(
    made.map(({ name }) => name),
    ['cpu 2', 'card'],
  );
  assert.match(JSON.stringify(events), /card is not used: may be the same card as adapter 0/);
});

test('software drivers are looked at only where an adapter is asked for by index or name', async () => {
  await start('auto', [CARD]);
  await start(parseDeviceChoice('cpu,gpu'), [CARD]);
  await start(parseDeviceChoice('0'), [CARD]);
  assert.deepEqual(softwareAsked, [false, false, true]);
});

test('a card that can not be told from another one is used, and it is said', async () => {
  await start(parseDeviceChoice('gpu'), [{ ...CARD, ambiguous: '2 adapters answer to the name "card"' }]);
  assert.equal(made.length, 1);
  assert.match(JSON.stringify(events), /"warn".*card may turn out to be another card: 2 adapters answer/);
});

test('more threads than the CPU runs at once are warned of', async () => {
  const warned = (): boolean =>
    events.some((event) => event.type === 'notice' && event.message.includes('--threads'));
  await start(parseDeviceChoice('cpu'), [], 2);
  assert.equal(warned(), false);
  await start(parseDeviceChoice('cpu'), [], 1);
  assert.equal(warned(), true);
});

const change = (words: string, threads = 2): Promise<void> =>
  devices.change({ choice: parseDeviceChoice(words), threads });

const names = (): string[] => made.map(({ name }) => name);

test('other devices: those that are asked for before and now go on, others are gone from the status', async () => {
  await start(parseDeviceChoice('cpu,card'), [CARD, adapter(1, 'other')]);
  for (const device of made) device.events.onReady();
  await change('other,card');
  assert.deepEqual(names(), ['cpu 2', 'card', 'other']);
  assert.deepEqual(states(), ['card: idle', 'other: starting']);
  await change('cpu');
  assert.deepEqual(states(), ['cpu 2: starting']);
  assert.deepEqual(softwareAsked, [true, true]);
});

test('another number of threads: the CPU goes on until its successor is at work, and no card is looked for', async () => {
  await start(parseDeviceChoice('cpu,gpu'), [CARD]);
  made[0]!.events.onReady();
  await change('cpu,gpu', 3);
  await change('cpu,gpu', 4);
  assert.deepEqual(names(), ['cpu 2', 'card', 'cpu 3', 'cpu 4']);
  assert.deepEqual(states(), ['cpu 2: idle', 'card: starting', 'cpu 4: starting']);
  made[3]!.events.onReady();
  assert.deepEqual(states(), ['card: starting', 'cpu 4: idle']);
  assert.equal(softwareAsked.length, 1);
});

test('a device that is not there: all goes on as before', async () => {
  await start(parseDeviceChoice('cpu'), [CARD]);
  made[0]!.events.onReady();
  await assert.rejects(change('voodoo', 3), UnknownDeviceError);
  assert.deepEqual(states(), ['cpu 2: idle']);
  await change('cpu', 3);
  assert.deepEqual(names(), ['cpu 2', 'cpu 3']);
});

test('to auto and back: the CPU mines where no card does', async () => {
  await start(parseDeviceChoice('cpu'), [CARD]);
  made[0]!.events.onReady();
  await change('auto');
  assert.deepEqual(states(), ['cpu 2: idle', 'card: starting']);
  made[1]!.events.onReady();
  assert.deepEqual(states(), ['cpu 2: stopped', 'card: idle']);
  await change('gpu');
  assert.deepEqual(names(), ['cpu 2', 'card']);
  made[1]!.events.onFailure({ message: 'gone', lostTaskIds: [], final: false });
  assert.deepEqual(names(), ['cpu 2', 'card']);
});

test('errors of a device that is gone still count', async () => {
  await start(parseDeviceChoice('cpu,gpu'), [CARD]);
  made[1]!.events.onFailure({ message: 'gone', lostTaskIds: [], final: false });
  await change('cpu');
  assert.equal(miner.status().deviceErrors, 1);
});

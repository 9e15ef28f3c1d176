import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { type Adapter, AdapterListError } from '../../miner/backends/gpu/adapters.js';
import type { MinerEvent } from '../../miner/core/events.js';
import { Miner } from '../../miner/core/miner.js';
import type { UsableCpus } from '../../miner/cpus/usable-cpus.js';
import { type DeviceChoice, parseDeviceChoice, UnknownDeviceError } from '../../miner/device-choice.js';
import { Devices } from '../../miner/devices.js';
import type { NativeFinding } from '../../shaders/cpu/find-native.js';
import { FakeDevice, FakeSource } from '../support/fake-miner-parts.js';
import { waitFor } from '../support/wait.js';

const NATIVE = { variant: 'avx2', file: 'native.node', origin: 'compiled here', broken: false } as const;

let miner: Miner;
let made: FakeDevice[];
let events: MinerEvent[];
let native: NativeFinding;
let pinningFault: string | undefined;
/** What the miner itself tells. */
let deskNotices: string[];
/** What the list says of the Vulkan layer. */
let layerFault: string | undefined;
/** Whether software was asked for, call by call. */
let softwareAsked: boolean[];
/** When cards are looked for again. */
let lookAgainMs: readonly number[];

beforeEach(() => {
  pinningFault = undefined;
  layerFault = undefined;
  deskNotices = [];
  softwareAsked = [];
  lookAgainMs = [];
  made = [];
  events = [];
  native = NATIVE;
  miner = new Miner({
    source: new FakeSource(),
    now: () => 0,
    noncePrefix: new Uint8Array(16),
    onEvent: (event) => {
      if (event.type === 'notice') deskNotices.push(event.message);
    },
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

function start(
  choice: DeviceChoice,
  adapters: readonly Adapter[] | Error,
  cpuThreads = 2,
  cpus: Partial<UsableCpus> = {},
  affinity?: readonly number[],
): Promise<void> {
  const make = (name: string): FakeDevice => {
    const device = new FakeDevice(name);
    made.push(device);
    return device;
  };
  devices = new Devices(
    { choice, threads: 2, affinity },
    {
      miner,
      onEvent: (event) => events.push(event),
      cpus: {
        quota: undefined,
        threads: cpuThreads,
        count: cpuThreads,
        online: 8,
        allowed: [0, 1, 2, 3],
        cores: undefined,
        ...cpus,
      },
      pinningFault: () => pinningFault,
      listAdapters: async ({ software, onLayerFault }) => {
        softwareAsked.push(software);
        if (layerFault !== undefined) onLayerFault?.(layerFault);
        if (adapters instanceof Error) throw adapters;
        return adapters.filter((one) => software || !one.software);
      },
      createCpu: (threads, on) => make(on === undefined ? `cpu ${threads}` : `cpu ${threads} on ${on}`),
      createCard: ({ name }) => make(name),
      nativeFinding: () => native,
      lookAgainMs,
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
  assert.deepEqual(states(), ['card: idle']);
});

test('a kernel of machine code that is broken is told once; the CPU mines', async () => {
  const reason = 'the native kernel avx512 failed its test: it was ended by SIGILL';
  native = { ...NATIVE, reason, broken: true };
  await start('auto', [CARD]);
  made[0]!.events.onReady();
  made[1]!.events.onReady();
  made[1]!.events.onFailure({ message: 'crash', lostTaskIds: [], final: false });
  assert.deepEqual(states(), ['card: away', 'cpu 2: starting']);
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
  assert.deepEqual(states(), ['card: failed', 'cpu 2: starting']);
});

test('auto: the CPU bridges the time in which the only card is away', async () => {
  await start('auto', [CARD]);
  made[0]!.events.onReady();
  made[1]!.events.onReady();
  made[1]!.events.onFailure({ message: 'crash', lostTaskIds: [], final: false });
  assert.deepEqual(states(), ['card: away', 'cpu 2: starting']);
  made[1]!.events.onReady();
  assert.deepEqual(states(), ['card: idle']);
});

test('auto: where there is no card it looks again, twice, and a card that has come mines', async () => {
  const there: Adapter[] = [];
  lookAgainMs = [1, 1];
  await start('auto', there);
  made[0]!.events.onReady();
  there.push(CARD);
  await waitFor('the card', () => made.length === 2);
  assert.deepEqual(states(), ['cpu 2: idle', 'card: starting']);
  made[1]!.events.onReady();
  assert.deepEqual(states(), ['card: idle']);
  // It is there now, whatever becomes of it.
  made[1]!.events.onFailure({ message: 'gone', lostTaskIds: [], final: true });
  assert.equal(softwareAsked.length, 2);
});

test('auto: it looks for cards no more when it has looked twice, when other devices are asked for, and at the end', async () => {
  lookAgainMs = [1, 1];
  await start('auto', []);
  await waitFor('two more looks', () => softwareAsked.length === 3);
  lookAgainMs = [1];
  for (const end of [() => change('cpu'), () => devices.close()]) {
    softwareAsked = [];
    await start('auto', []);
    await end();
    // Timers of the same length end in their order: these would look after those.
    await start('auto', []);
    await waitFor('another look', () => softwareAsked.length >= 3);
    assert.equal(softwareAsked.length, 3);
  }
  assert.equal(events.filter((event) => event.type === 'notice').length, 5);
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

test('a quota of half a CPU: told once with the file that says so, and more threads are warned of', async () => {
  const quota = { cpus: 0.5, file: '/sys/fs/cgroup/cpu.max' };
  await start(parseDeviceChoice('cpu'), [], 1, { quota, count: 8 });
  await change('cpu', 1);
  const notices = () => events.flatMap((event) => (event.type === 'notice' ? [event] : []));
  const limited = () => notices().filter(({ message }) => message.includes('/sys/fs/cgroup/cpu.max'));
  assert.deepEqual(
    limited().map(({ level, message }) => [level, message]),
    [
      [
        'info',
        'a quota limits this process to the time of 0.5 CPUs (/sys/fs/cgroup/cpu.max): 1 thread can use it',
      ],
    ],
  );
  assert.match(notices().at(-1)?.message ?? '', /--threads 2: the quota lets 1 run at once/);
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

test('a CPU that comes to cards with other threads at the same time is started once', async () => {
  await start(parseDeviceChoice('gpu'), [CARD]);
  await change('cpu,gpu', 3);
  assert.deepEqual(names(), ['card', 'cpu 3']);
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
  assert.deepEqual(states(), ['card: idle']);
  await change('gpu');
  assert.deepEqual(names(), ['cpu 2', 'card']);
  made[1]!.events.onFailure({ message: 'gone', lostTaskIds: [], final: false });
  assert.deepEqual(names(), ['cpu 2', 'card']);
});

const bound = (affinity: readonly number[], choice: DeviceChoice = parseDeviceChoice('cpu')) =>
  start(choice, [CARD], 2, {}, affinity);

test('threads are bound to CPUs that are asked for; others are a change like another number of threads', async () => {
  await bound([3, 1]);
  made[0]!.events.onReady();
  await devices.change({ choice: parseDeviceChoice('cpu'), threads: 2, affinity: [3, 1] });
  assert.deepEqual(names(), ['cpu 2 on 3,1']);
  await devices.change({ choice: parseDeviceChoice('cpu'), threads: 2, affinity: [0, 1] });
  assert.deepEqual(states(), ['cpu 2 on 3,1: idle', 'cpu 2 on 0,1: starting']);
  made[1]!.events.onReady();
  assert.deepEqual(states(), ['cpu 2 on 0,1: idle']);
  await change('cpu');
  assert.deepEqual(names(), ['cpu 2 on 3,1', 'cpu 2 on 0,1', 'cpu 2']);
});

test('a CPU that is not there, or not allowed, or no way to bind to it: nothing starts, or all goes on as before', async () => {
  await assert.rejects(bound([1, 4]), {
    code: 'ERR_AFFINITY',
    message: '"affinity" expected CPUs that are there and that this process may use: 0-3; got 4',
  });
  await assert.rejects(bound([9], 'auto'), /got 9/);
  pinningFault = 'there is no addon';
  await assert.rejects(bound([1]), /"affinity" can't be kept: there is no addon/);
  assert.deepEqual(made, []);
  await start(parseDeviceChoice('cpu'), []);
  await assert.rejects(devices.change({ choice: 'auto', threads: 1, affinity: [1] }), /no addon/);
  assert.deepEqual(names(), ['cpu 2']);
  // Where the CPU does not mine nothing is bound.
  await bound([99], parseDeviceChoice('gpu'));
  assert.deepEqual(names(), ['cpu 2', 'card']);
});

test('where the system does not name the CPUs, those that it has', async () => {
  const elsewhere = (cpu: number) =>
    start(parseDeviceChoice('cpu'), [], 2, { allowed: undefined, online: 8 }, [cpu]);
  await elsewhere(7);
  await assert.rejects(elsewhere(8), /may use: 0-7; got 8/);
});

test('what a device has to say is told with its name', async () => {
  await start(parseDeviceChoice('cpu'), []);
  assert.deepEqual(deskNotices, []);
  made[0]!.events.onNotice?.('a thread could not be bound to CPU 1: EINVAL; it mines on any');
  assert.deepEqual(deskNotices, ['cpu 2: a thread could not be bound to CPU 1: EINVAL; it mines on any']);
});

test('errors of a device that is gone still count', async () => {
  await start(parseDeviceChoice('cpu,gpu'), [CARD]);
  made[1]!.events.onFailure({ message: 'gone', lostTaskIds: [], final: false });
  await change('cpu');
  assert.equal(miner.status().deviceErrors, 1);
});

const place = (index: number): string => `0000:0${index + 1}:00.0`;
/** Two identical cards, and the same where they are not told apart. */
const TWINS = [0, 1].map((index) => ({ ...adapter(index, `RTX #${index + 1}`), pciAddress: place(index) }));
const UNTOLD = [0, 1].map((index) => ({ ...adapter(index, 'RTX'), ambiguous: '2 adapters' }));

test('one of several is not found while the layer fails: no wrong usage, and a service starts again', async () => {
  layerFault = 'no answer in 50000 ms';
  for (const words of ['RTX #2', '02:00.0', 'cpu,0000:02:00.0'])
    await assert.rejects(start(parseDeviceChoice(words), UNTOLD), {
      code: 'ERR_ADAPTER_LIST',
      message: /expected cpu, gpu, or an adapter .* is not used: no answer in 50000 ms$/,
    });
  await assert.rejects(start(parseDeviceChoice('voodoo'), UNTOLD), UnknownDeviceError);
  layerFault = undefined;
  await assert.rejects(start(parseDeviceChoice('RTX #2'), UNTOLD), UnknownDeviceError);
  assert.deepEqual(made, []);
});

test('a change while the layer fails: no running card is taken for a missing one', async () => {
  const adapters: Adapter[] = [...TWINS];
  await start(parseDeviceChoice('gpu'), adapters);
  adapters.splice(0, 2, ...UNTOLD);
  layerFault = 'it crashed';
  for (const words of ['cpu,gpu', 'auto', 'RTX #1'])
    await assert.rejects(change(words), {
      code: 'ERR_ADAPTER_LIST',
      message: /^RTX #1, RTX #2 can't.*crashed$/,
    });
  assert.deepEqual(states(), ['RTX #1: starting', 'RTX #2: starting']);
  adapters.splice(0, 2, ...TWINS);
  layerFault = undefined;
  await change('02:00.0');
  assert.deepEqual(states(), ['RTX #2: starting']);
});

test('cards that never were told apart are changed while the layer fails', async () => {
  layerFault = 'it crashed';
  await start(parseDeviceChoice('gpu'), UNTOLD);
  made[0]!.events.onReady();
  await change('auto');
  assert.deepEqual(states(), ['RTX: idle']);
  await change('cpu');
  assert.deepEqual(states(), ['cpu 2: starting']);
});

test('to auto while no card can be listed: those that mine go on', async () => {
  const adapters = [CARD];
  await start(parseDeviceChoice('gpu'), adapters);
  Object.defineProperty(adapters, 'filter', {
    value: () => {
      throw new AdapterListError('it crashed');
    },
  });
  await assert.rejects(change('auto'), AdapterListError);
  assert.deepEqual(states(), ['card: starting']);
});

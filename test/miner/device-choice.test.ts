import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  findAdapter,
  findAdapters,
  MissingCardError,
  namesOneOfSeveral,
  parseDeviceChoice,
  UnknownDeviceError,
} from '../../miner/device-choice.js';

test('auto, cpu, gpu, indices and names', () => {
  assert.equal(parseDeviceChoice('auto'), 'auto');
  assert.deepEqual(parseDeviceChoice('cpu, gpu,1,NVIDIA H200'), [
    { kind: 'cpu' },
    { kind: 'gpu' },
    { kind: 'adapter', which: '1' },
    { kind: 'adapter', which: 'NVIDIA H200' },
  ]);
  for (const text of ['', ',', 'cpu,', 'auto,cpu', 'cpu,auto']) {
    assert.throws(() => parseDeviceChoice(text), /expected auto, or some of cpu, gpu/);
  }
});

const ADAPTERS = [
  { index: 0, name: 'NVIDIA H100' },
  { index: 1, name: 'NVIDIA H100 PCIe' },
  { index: 2, name: 'SwiftShader Device' },
];

test('an adapter by index, by whole name before a part of one, by a part of one only', () => {
  assert.equal(findAdapter('1', ADAPTERS).index, 1);
  assert.equal(findAdapter('nvidia h100', ADAPTERS).index, 0);
  assert.equal(findAdapter('pcie', ADAPTERS).index, 1);
  assert.equal(findAdapter('swift', ADAPTERS).index, 2);
});

test('an adapter by its place on the PCI bus', () => {
  const cards = ['0000:01:00.0', '0001:01:00.0', undefined].map((pciAddress, index) => ({
    index,
    name: `card #${index + 1}`,
    pciAddress,
  }));
  assert.equal(findAdapter('0000:01:00.0', cards).index, 0);
  assert.equal(findAdapter('01:00.0', cards).index, 0);
  assert.equal(findAdapter('0001:01:00.0', cards).index, 1);
  assert.throws(() => findAdapter('02:00.0', cards), /got "02:00.0"/);
});

test('none, or several: says what there is', () => {
  const there = 'adapters here: 0 (NVIDIA H100), 1 (NVIDIA H100 PCIe), 2 (SwiftShader Device)';
  for (const [which, said] of [
    ['7', 'got "7"'],
    ['radeon', 'got "radeon"'],
    ['nvidia', '"nvidia" fits 2 adapters'],
  ] as const) {
    assert.throws(
      () => findAdapter(which, ADAPTERS),
      (error: Error) =>
        error instanceof UnknownDeviceError && error.message.includes(said) && error.message.endsWith(there),
    );
  }
  assert.throws(() => findAdapter('0', []), /adapters here: none/);
  // A card that is not there may come; a name is a slip of the pen.
  for (const which of ['7', '01:00.0', 'NVIDIA H100 #2'])
    assert.throws(() => findAdapter(which, ADAPTERS), MissingCardError);
  for (const which of ['radeon', 'nvidia'])
    assert.throws(
      () => findAdapter(which, ADAPTERS),
      (error) => !(error instanceof MissingCardError),
    );
});

test('wishes become adapters, each once: gpu means cards only, names software adapters, too', () => {
  const [h100, pcie, swift] = ADAPTERS.map((adapter, i) => ({ ...adapter, software: i === 2 }));
  const all = [h100!, pcie!, swift!];
  const found = (text: string, adapters = all) => {
    const choice = parseDeviceChoice(text);
    assert.ok(choice !== 'auto');
    return findAdapters(choice, adapters);
  };
  assert.deepEqual(found('cpu'), []);
  assert.deepEqual(found('gpu'), [h100, pcie]);
  assert.deepEqual(found('swift,1,gpu,pcie'), [swift, pcie, h100]);
  assert.throws(
    () => found('gpu', [swift!]),
    (error: Error) => error instanceof MissingCardError && /no GPU found/.test(error.message),
  );
});

test('one card of several is named by its number or its place', () => {
  for (const which of ['RTX 3080 #2', '01:00.0', '0000:0A:00.0']) assert.ok(namesOneOfSeveral(which), which);
  for (const which of ['2', 'RTX 3080', '#', '01:00', 'x01:00.0'])
    assert.ok(!namesOneOfSeveral(which), which);
});

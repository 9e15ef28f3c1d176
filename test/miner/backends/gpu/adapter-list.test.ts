import { deepStrictEqual, match, strictEqual } from 'node:assert/strict';
import test from 'node:test';
import {
  ambiguityOf,
  isOtherAdapter,
  parseAdapterList,
} from '../../../../miner/backends/gpu/adapter-list.js';

test('the list of adapters is read from the text of an error', () => {
  for (const { message, expected } of [
    {
      message:
        "no adapter with backend 'vulkan' and name 'x' found\nAvailable adapters:\n * backend: 'vulkan', name: 'SwiftShader Device (Subzero)'",
      expected: [{ backend: 'vulkan', name: 'SwiftShader Device (Subzero)' }],
    },
    {
      message:
        "no suitable backends found\r\nAvailable adapters:\r\n * backend: 'd3d12', name: 'NVIDIA GeForce RTX 4090'\r\n * backend: 'vulkan', name: 'llvmpipe (LLVM 15.0.6, 256 bits)'\r\n",
      expected: [
        { backend: 'd3d12', name: 'NVIDIA GeForce RTX 4090' },
        { backend: 'vulkan', name: 'llvmpipe (LLVM 15.0.6, 256 bits)' },
      ],
    },
    {
      message: "Available adapters:\n * backend: 'metal', name: 'Somebody's card'\n",
      expected: [{ backend: 'metal', name: "Somebody's card" }],
    },
    { message: 'no suitable backends found\nAvailable adapters:\n', expected: [] },
    { message: '', expected: [] },
  ]) {
    deepStrictEqual(parseAdapterList(message), expected);
  }
});

test('adapters that answer to one name are ambiguous', () => {
  const card = (name: string, backend = 'vulkan') => ({ backend, name });
  const [a, b] = [card('NVIDIA H100'), card('NVIDIA H100 PCIe')];
  strictEqual(ambiguityOf(a, [a]), undefined);
  match(ambiguityOf(a, [a, card('NVIDIA H100')]) ?? '', /2 adapters/);
  match(ambiguityOf(a, [a, b]) ?? '', /2 adapters/);
  strictEqual(ambiguityOf(b, [a, b]), undefined);
  strictEqual(ambiguityOf(a, [a, card('NVIDIA H100', 'd3d12')]), undefined);
});

test('another adapter is known by its longer name, in the form in which WebGPU tells it', () => {
  for (const { asked, opened, expected } of [
    { asked: 'SwiftShader Device (Subzero)', opened: 'swiftshader-device-subzero-', expected: false },
    { asked: 'NVIDIA H100', opened: 'nvidia-h100-pcie', expected: true },
    { asked: 'NVIDIA H100', opened: 'nvidia-h100', expected: false },
    { asked: 'NVIDIA H100', opened: '', expected: false },
    { asked: 'NVIDIA H100', opened: '0x2330', expected: false },
  ]) {
    strictEqual(isOtherAdapter(asked, opened), expected, `${asked}, ${opened}`);
  }
});

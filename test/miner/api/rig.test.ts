import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCpuInfo, readRig } from '../../../miner/api/rig.js';

/** Of a machine with two packages of two cores. */
const CPUINFO = [0, 0, 1, 1]
  .map(
    (pack, i) =>
      `processor\t: ${i}\ncpu family\t: 6\nmodel\t\t: 60\nmodel name\t: A CPU\nstepping\t: 3\nphysical id\t: ${pack}\ncpu cores\t: 2\nflags\t\t: fpu aes avx avx2\n\n`,
  )
  .join('');

test('what Linux says of a CPU', () => {
  const expected = { family: 6, model: 60, stepping: 3, aes: true, avx2: true, cores: 4, packages: 2 };
  assert.deepEqual(parseCpuInfo(CPUINFO), expected);
  assert.equal(parseCpuInfo(CPUINFO.replaceAll(' avx2', '')).avx2, false);
});

test('what it does not say is null, of other machines all', () => {
  const nothing = {
    family: null,
    model: null,
    stepping: null,
    aes: null,
    avx2: null,
    cores: null,
    packages: null,
  };
  assert.deepEqual(parseCpuInfo(''), nothing);
  assert.deepEqual(parseCpuInfo('processor\t: 0\nFeatures\t: fp asimd\nmodel\t: unknown\n'), nothing);
});

test('the id of a rig stays, and is another on another port', () => {
  const [rig, again, other] = [readRig('1', 4067), readRig('1', 4067), readRig('1', 4068)];
  assert.deepEqual(rig, again);
  if (rig.id === null) return;
  assert.match(rig.id, /^[0-9a-f]{16}$/);
  assert.notEqual(other.id, rig.id);
});

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { findNativeKernel } from '../../../shaders/cpu/find-native.js';
import { describeCompiled, nativeStandIn, PATIENT_MS } from '../../support/native-stand-in.js';

const folder = mkdtempSync(join(tmpdir(), 'lesswork-find-native-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function standIn(faults: readonly string[]): string {
  const file = join(folder, 'stand-in.cjs');
  writeFileSync(file, nativeStandIn(faults));
  describeCompiled(file);
  return file;
}

const find = (compiled: string, limitMs = PATIENT_MS) =>
  findNativeKernel({ compiled, prebuilt: join(folder, 'none'), env: {}, limitMs });

test('the fastest variant that is right is taken', () => {
  const file = standIn(['', '', '']);
  assert.deepEqual(find(file), { variant: 'avx512', file, origin: 'compiled here', broken: false });
});

test('it can be turned off', () => {
  const off = findNativeKernel({ compiled: standIn(['']), env: { LESSWORK_NATIVE: 'off' } });
  assert.deepEqual(off, { reason: 'LESSWORK_NATIVE=off is set', broken: false });
});

test('a processor that lacks what it says it has ends a try alone: the next variant is taken, and it is said why', () => {
  const { variant, reason, broken } = find(standIn(['process.kill(process.pid, "SIGILL"); for (;;);', '']));
  assert.equal(variant, 'avx2');
  assert.equal(reason, 'the native kernel avx512 failed its test: it was ended by SIGILL');
  assert.ok(broken);
});

test('a kernel with a wrong hash is not taken', () => {
  const { variant, reason } = find(standIn(['memory[HEADER + 30] ^= 1;']));
  assert.equal(variant, undefined);
  assert.match(
    reason!,
    /^the native kernel avx512 failed its test: self-test: expected to find \d+, got nothing$/,
  );
});

test('a kernel that hangs is not waited for', () => {
  const { variant, reason } = find(standIn(['for (;;);']), 2_000);
  assert.equal(variant, undefined);
  assert.match(reason!, /ETIMEDOUT/);
});

test('a file that is missing, damaged, or for another machine is told', () => {
  const missing = join(folder, 'native.node');
  writeFileSync(missing, 'x');
  describeCompiled(missing);
  rmSync(missing);
  assert.match(find(missing).reason!, /^the native kernel can't be read: ENOENT/);
  writeFileSync(missing, 'y');
  assert.match(find(missing).reason!, /native\.node is not what was built: it is damaged$/);
  describeCompiled(missing);
  assert.match(find(missing).reason!, /^the native kernel can't be loaded: .*native\.node/);
  writeFileSync(join(folder, 'native.json'), '{"built":false,"reason":"there is no compiler"}');
  assert.deepEqual(find(missing), { reason: 'there is no compiler', broken: false });
  rmSync(join(folder, 'native.json'));
  assert.deepEqual(find(missing), {
    reason: 'there is no native kernel in this package',
    broken: false,
  });
});

test('a processor that no variant is made for is told', () => {
  assert.deepEqual(find(standIn([])), {
    reason: 'no native kernel is made for this processor',
    broken: false,
  });
});

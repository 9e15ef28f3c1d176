import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { findNativeKernel } from '../../../shaders/cpu/find-native.js';
import { PROJECT_ROOT } from '../../support/lesswork.js';

const folder = mkdtempSync(join(tmpdir(), 'lesswork-find-native-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Describes a file as the build does. */
function describeBuilt(file: string): void {
  const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
  writeFileSync(join(folder, 'native.json'), JSON.stringify({ built: true, sha256 }));
}

/** A stand-in for the addon in JavaScript. @param faults - what it does before it answers, by the index of the variant */
function standIn(faults: readonly string[]): string {
  const file = join(folder, 'stand-in.cjs');
  writeFileSync(
    file,
    `const { createRequire } = require('node:module');
const load = createRequire(${JSON.stringify(pathToFileURL(join(PROJECT_ROOT, 'package.json')).href)});
const { blake3 } = load('@noble/hashes/blake3.js');
const HEADER = 0, TARGET = 384, HASH = 416, FINDS = 448, MAX_FINDS = 16, BYTES = 576;
const hashOf = (memory) => blake3(blake3(memory.subarray(HEADER, HEADER + 326)));
const faults = ${JSON.stringify(faults)};
module.exports = {
  variants: ['avx512', 'avx2', 'sse41'].slice(0, faults.length),
  lanes: [16, 8, 4],
  HEADER, TARGET, HASH, FINDS, MAX_FINDS, BYTES,
  hash: (memory) => memory.set(hashOf(memory), HASH),
  search: (variant, memory, start, count, chain) => {
    eval(faults[variant]);
    let found = 0;
    const view = new DataView(memory.buffer);
    for (let i = 0n; i < BigInt(count); i++) {
      view.setBigUint64(HEADER + 16, start + i, true);
      const hash = hashOf(memory);
      if ((hash[31] & 15) !== chain || Buffer.compare(hash, memory.subarray(TARGET, TARGET + 32)) > 0) continue;
      view.setBigUint64(FINDS + 8 * found++, start + i, true);
    }
    return found;
  },
};
`,
  );
  describeBuilt(file);
  return file;
}

const find = (file: string, limitMs?: number) =>
  findNativeKernel({ file, env: {}, ...(limitMs !== undefined && { limitMs }) });

test('the fastest variant that is right is taken', () => {
  assert.deepEqual(find(standIn(['', '', ''])), { variant: 'avx512', broken: false });
});

test('it can be turned off', () => {
  const off = findNativeKernel({ file: standIn(['']), env: { LESSWORK_NATIVE: 'off' } });
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
  describeBuilt(missing);
  rmSync(missing);
  assert.match(find(missing).reason!, /^the native kernel can't be read: ENOENT/);
  writeFileSync(missing, 'y');
  assert.match(find(missing).reason!, /native\.node is not what was built: it is damaged$/);
  describeBuilt(missing);
  assert.match(find(missing).reason!, /^the native kernel can't be loaded: .*native\.node/);
  writeFileSync(join(folder, 'native.json'), '{"built":false,"reason":"there is no compiler"}');
  assert.deepEqual(find(missing), { reason: 'there is no compiler', broken: false });
  rmSync(join(folder, 'native.json'));
  assert.match(find(missing).reason!, /^the native kernel can't be read: ENOENT/);
});

test('a processor that no variant is made for is told', () => {
  assert.deepEqual(find(standIn([])), {
    reason: 'no native kernel is made for this processor',
    broken: false,
  });
});

import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, test } from 'node:test';
import { findNativeKernel, type NativeFinding } from '../../../shaders/cpu/find-native.js';
import { prebuiltBinary } from '../../../shaders/cpu/native-binaries.js';
import { MISSING_NATIVE, NATIVE } from '../../support/native-kernel.js';
import { describeCompiled, PATIENT_MS, sha256OfFile } from '../../support/native-stand-in.js';
import { skipWhen } from '../../support/requirement.js';

const folder = mkdtempSync(join(tmpdir(), 'lesswork-prebuilt-'));
const prebuilt = join(folder, 'prebuilt');
const compiled = join(folder, 'dist/native.node');
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Of the tests that load one: the kernel of this machine stands for one that was brought. */
const skip = skipWhen(MISSING_NATIVE);
const HERE = NATIVE.variant === undefined ? '' : NATIVE.file;

/** Writes a file, and the folder that it is in. */
function put(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** A package's file for a system, and the list that names it alone. @returns its path */
function bring(system: string, content: string | Uint8Array): string {
  const file = join(prebuilt, `${system}.node`);
  put(file, content);
  const files = { [system]: { sha256: sha256OfFile(file) } };
  put(join(prebuilt, 'prebuilt.json'), JSON.stringify({ files }));
  return file;
}

const find = (env: NodeJS.ProcessEnv = {}): NativeFinding =>
  findNativeKernel({ compiled, prebuilt, system: 'linux-x64', env, limitMs: PATIENT_MS });

test('the file of a system is the one that the list names for it', () => {
  assert.equal(prebuiltBinary(prebuilt, 'linux-x64'), undefined, 'a checkout has none');
  const file = bring('linux-x64', 'one');
  put(join(prebuilt, 'win32-x64.node'), 'not listed');
  assert.deepEqual(prebuiltBinary(prebuilt, 'linux-x64'), { file, origin: 'prebuilt' });
  for (const system of ['win32-x64', 'linux-riscv64', 'constructor'])
    assert.deepEqual(prebuiltBinary(prebuilt, system), {
      reason: `no native kernel is prebuilt for ${system}`,
      broken: false,
    });
});

test('a file that is damaged or missing, and a list that is, are told', () => {
  const file = bring('linux-x64', 'one');
  writeFileSync(file, 'two');
  assert.deepEqual(find(), { reason: `${file} is not what was built: it is damaged`, broken: true });
  rmSync(file);
  assert.match(find().reason!, /^the native kernel can't be read: ENOENT/);
  for (const list of ['{"files":', '{}', '[]', '{"files":{"linux-x64":{"sha256":5}}}']) {
    put(file, 'one');
    writeFileSync(join(prebuilt, 'prebuilt.json'), list);
    const { variant, reason, broken } = find();
    assert.deepEqual([variant, broken], [undefined, true], list);
    assert.match(reason!, /^(the native kernel can't be read: |.* it is damaged$)/, list);
  }
});

test('what is no library of this system is told, with a right sum, too', () => {
  bring('linux-x64', 'something else');
  const { variant, reason, broken } = find();
  assert.deepEqual([variant, broken], [undefined, true]);
  assert.match(reason!, /^the native kernel can't be loaded: .*linux-x64\.node/);
});

test('one for another processor is not loaded', { skip }, () => {
  const bytes = readFileSync(HERE);
  // ELF: its number is of no processor that Node.js runs on. In other formats it is damage.
  bytes.writeUInt16LE(0xfff0, 18);
  bring('linux-x64', bytes);
  const { variant, reason, broken } = find();
  assert.deepEqual([variant, broken], [undefined, true]);
  assert.match(reason!, /^the native kernel can't be loaded: /);
});

test('it is taken where the build made none', { skip }, () => {
  const file = bring('linux-x64', readFileSync(HERE));
  const { variant } = NATIVE;
  const brought = { variant, file, origin: 'prebuilt', broken: false };
  assert.deepEqual(find(), brought, 'in a package');
  put(join(dirname(compiled), 'native.json'), '{"built":false,"reason":"there is no compiler"}');
  assert.deepEqual(find(), brought, 'in a checkout without a compiler');
});

test('the one that the build made comes first, unless it is not wished for, or broken', { skip }, () => {
  const file = bring('linux-x64', readFileSync(HERE));
  put(compiled, '');
  copyFileSync(HERE, compiled);
  describeCompiled(compiled);
  const { variant } = NATIVE;
  assert.deepEqual(find(), { variant, file: compiled, origin: 'compiled here', broken: false });
  const brought = { variant, file, origin: 'prebuilt', broken: false };
  assert.deepEqual(find({ LESSWORK_NATIVE: 'prebuilt' }), brought);
  writeFileSync(compiled, 'damaged');
  const reason = `${compiled} is not what was built: it is damaged`;
  assert.deepEqual(find(), { ...brought, reason, broken: true });
});

test('with none at all it is said why the build made none', () => {
  put(join(dirname(compiled), 'native.json'), '{"built":false,"reason":"there is no compiler"}');
  bring('darwin-arm64', 'one');
  assert.deepEqual(find(), { reason: 'there is no compiler', broken: false });
});

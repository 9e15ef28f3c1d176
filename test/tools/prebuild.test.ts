// What `npm run kernels` judges files by, on files of each format that a dependency brings. What it makes, it checks itself.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { importTool } from '../support/import-tool.js';
import { PROJECT_ROOT } from '../support/lesswork.js';
import { MISSING_NATIVE, NATIVE } from '../support/native-kernel.js';
import { skipWhen } from '../support/requirement.js';

interface Needs {
  readonly format: string;
  readonly arch: string;
  readonly libraries: readonly string[];
  readonly symbols: readonly string[];
  readonly signed?: boolean;
}

const { needsOf } = await importTool<{ needsOf(path: string): Needs }>('prebuild/needs');
const { faultOfKernel } = await importTool<{
  faultOfKernel(path: string, system: string): string | undefined;
}>('prebuild/judge');
const { faultOfPrebuilt, listingOf } = await importTool<{
  faultOfPrebuilt(root: string): string | undefined;
  listingOf(root: string, folder: string): object;
}>('prebuild/listing');
const { TARGETS } = await importTool<{ TARGETS: Readonly<Record<string, unknown>> }>('prebuild/targets');

const WEBGPU = join(PROJECT_ROOT, 'node_modules/webgpu/dist');
const noWebgpu = skipWhen(existsSync(WEBGPU) ? undefined : 'the package webgpu is not installed');
const folder = mkdtempSync(join(tmpdir(), 'lesswork-prebuild-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('what files of each format ask for is read', { skip: noWebgpu }, () => {
  for (const arch of ['x64', 'arm64']) {
    const elf = needsOf(join(WEBGPU, `linux-${arch}/dawn.node`));
    assert.deepEqual([elf.format, elf.arch], ['elf', arch]);
    assert.ok(elf.libraries.includes('libc.so.6'));
    assert.ok(elf.symbols.includes('napi_create_function') && elf.symbols.includes('memcpy'));
    const pe = needsOf(join(WEBGPU, `win32-${arch}/dawn.node`));
    assert.deepEqual([pe.format, pe.arch], ['pe', arch]);
    assert.ok(pe.libraries.includes('KERNEL32.dll'));
    assert.ok(pe.symbols.includes('GetProcAddress'));
  }
  // A file for several processors: the one part after the other.
  const universal = readFileSync(join(WEBGPU, 'darwin-universal/dawn.node'));
  const parts = [];
  for (let i = 0; i < universal.readUInt32BE(4); i++) {
    const [at, size] = [universal.readUInt32BE(16 + i * 20), universal.readUInt32BE(20 + i * 20)];
    const path = join(folder, `part-${i}`);
    writeFileSync(path, universal.subarray(at, at + size));
    const { format, arch, libraries, symbols, signed } = needsOf(path);
    assert.deepEqual([format, signed], ['mach-o', arch === 'arm64' ? true : signed]);
    assert.ok(libraries.includes('/usr/lib/libSystem.B.dylib'));
    assert.ok(symbols.includes('_napi_create_function') && symbols.includes('_memcpy'));
    parts.push(arch);
  }
  assert.deepEqual(parts.toSorted(), ['arm64', 'x64']);
});

test('the kernel of this machine asks for Node-API', { skip: skipWhen(MISSING_NATIVE) }, () => {
  const { arch, symbols } = needsOf(NATIVE.variant === undefined ? '' : NATIVE.file);
  assert.equal(arch, process.arch);
  if (process.platform === 'linux') assert.ok(symbols.includes('napi_create_function'));
});

test('other files are refused, and damaged ones', () => {
  const path = join(folder, 'other');
  writeFileSync(path, 'a text of some length');
  assert.throws(() => needsOf(path), /other: expected an ELF, Mach-O or PE file of 64 bits$/);
  const elf = Buffer.alloc(64);
  elf.write('\x7fELF', 'latin1');
  writeFileSync(path, elf);
  assert.throws(() => needsOf(path), /other: it is damaged: its processor has the number 0$/);
  writeFileSync(path, elf.subarray(0, 32));
  assert.throws(() => needsOf(path), /other: it is damaged: /);
});

test('a file that asks its system for too much is refused', { skip: noWebgpu }, () => {
  for (const [system, fault] of [
    ['linux-x64', /^it asks for the library lib/],
    ['linux-arm64', /^it asks for the library lib/],
    ['win32-x64', /^it asks for the library /],
  ] as const)
    assert.match(faultOfKernel(join(WEBGPU, system, 'dawn.node'), system)!, fault);
  const arm = join(WEBGPU, 'linux-arm64/dawn.node');
  assert.equal(faultOfKernel(arm, 'linux-x64'), 'it is for arm64');
});

test('what is in prebuilt/ is held against its list, and against the sources', () => {
  const prebuilt = join(folder, 'prebuilt');
  assert.equal(faultOfPrebuilt(folder), 'prebuilt/ was not made');
  mkdirSync(prebuilt);
  for (const system of Object.keys(TARGETS)) writeFileSync(join(prebuilt, `${system}.node`), system);
  const listing = listingOf(folder, prebuilt);
  const list = (content: object): void =>
    writeFileSync(join(prebuilt, 'prebuilt.json'), JSON.stringify(content));
  list(listing);
  assert.equal(faultOfPrebuilt(folder), undefined);
  writeFileSync(join(prebuilt, 'win32-x64.node'), 'other');
  assert.equal(faultOfPrebuilt(folder), 'prebuilt/win32-x64.node is missing or damaged');
  list({ ...listing, sources: '0' });
  assert.equal(faultOfPrebuilt(folder), 'prebuilt/ was made of other sources');
});

test('kernels are made for the systems that the documents name', () => {
  const systems = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64'];
  assert.deepEqual(Object.keys(TARGETS), systems);
});

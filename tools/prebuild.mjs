// `npm run kernels`: kernels of machine code for all systems, into prebuilt/, which the published package carries. Made on linux-x64 with
// one version of zig. They are made twice, in other folders with other caches, and must be the same; each may ask its system for nothing
// but what is listed in prebuild/targets.mjs; and the one of this machine must pass the tests of the kernel.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isBuilt } from './build-state.mjs';
import { compileNative } from './compile-native.mjs';
import { faultOfKernel } from './prebuild/judge.mjs';
import {
  faultOfPrebuilt,
  fileOf,
  LISTING,
  listingOf,
  PREBUILT_FOLDER,
  sha256Of,
} from './prebuild/listing.mjs';
import { TARGETS } from './prebuild/targets.mjs';
import { provideZig } from './prebuild/zig.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const HELP = `Usage: node tools/prebuild.mjs [--check]

Makes ${PREBUILT_FOLDER}/: kernels of machine code for ${Object.keys(TARGETS).join(', ')}.

Options:
  --check     makes nothing: ends with 1 if ${PREBUILT_FOLDER}/ is not what these sources give
  -h, --help  print this`;

/** Longest time of compiling for one system: it takes 5 to 40 s. */
const LIMIT_MS = 600_000;

/** Compiles for all systems, into a folder that must not be there yet. */
async function makeAll(zig, folder) {
  mkdirSync(folder);
  const env = {
    ...process.env,
    ZIG_GLOBAL_CACHE_DIR: join(folder, 'cache'),
    ZIG_LOCAL_CACHE_DIR: join(folder, 'cache'),
  };
  for (const [system, { zig: name, linkFlags }] of Object.entries(TARGETS)) {
    const [platform, arch] = system.split('-');
    console.log(`prebuild: ${join(folder, system)}`);
    // All have one name: linkers write it into some.
    mkdirSync(join(folder, system));
    const made = join(folder, system, 'native.node');
    await compileNative(made, {
      compiler: [zig, 'cc', '-target', name],
      target: { platform, arch },
      linkFlags,
      env,
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    renameSync(made, join(folder, fileOf(system)));
  }
}

/** Runs the kernel's tests with the file of this machine, the one in prebuilt/. @throws Error if they fail */
function testHere() {
  const { status } = spawnSync(
    process.execPath,
    ['--test', '--test-reporter=dot', join(root, 'dist/test/shaders/cpu/native.test.js')],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, LESSWORK_NATIVE: 'prebuilt', LESSWORK_REQUIRE_ALL: '1' },
    },
  );
  if (status !== 0) throw new Error('the kernel of this machine fails its tests');
}

async function prebuild() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`kernels are prebuilt on linux-x64, this is ${process.platform}-${process.arch}`);
  if (!isBuilt(root)) throw new Error('what is built is not up to date: run "npm run build"');
  const zig = provideZig(root);
  const temporary = mkdtempSync(join(tmpdir(), 'lesswork-prebuild-'));
  try {
    const [first, second] = [join(temporary, 'one'), join(temporary, 'another')];
    await makeAll(zig, first);
    await makeAll(zig, second);
    for (const system of Object.keys(TARGETS)) {
      const [path, again] = [first, second].map((folder) => join(folder, fileOf(system)));
      if (!readFileSync(path).equals(readFileSync(again)))
        throw new Error(`${system}: made again it is another file`);
      const fault = faultOfKernel(path, system);
      if (fault !== undefined) throw new Error(`${system}: ${fault}`);
    }
    const listing = listingOf(root, first);
    const target = join(root, PREBUILT_FOLDER);
    rmSync(target, { recursive: true, force: true });
    mkdirSync(target);
    for (const system of Object.keys(TARGETS))
      writeFileSync(join(target, fileOf(system)), readFileSync(join(first, fileOf(system))));
    writeFileSync(join(target, LISTING), `${JSON.stringify(listing, undefined, 2)}\n`);
    try {
      testHere();
    } catch (error) {
      rmSync(target, { recursive: true });
      throw error;
    }
    for (const system of Object.keys(TARGETS)) {
      const path = join(target, fileOf(system));
      console.log(`${path}: ${statSync(path).size} bytes, SHA-256 ${sha256Of(path)}`);
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

const args = process.argv.slice(2);
try {
  if (args.includes('--help') || args.includes('-h')) console.log(HELP);
  else if (args.includes('--check')) {
    const fault = faultOfPrebuilt(root);
    if (fault !== undefined) throw new Error(`${fault}: run "npm run kernels"`);
  } else await prebuild();
} catch (error) {
  console.error(`prebuild: ${error.message}`);
  process.exitCode = 1;
}

// Compiles the native CPU kernels with this machine's C compiler: `node tools/compile-native.mjs FOLDER` writes FOLDER/native.node and
// FOLDER/native.json, which says what it was made by and its SHA-256, or why there is none. It never fails: without native kernels
// the CPU mines with WebAssembly.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { nativeRounds } from './native-rounds.mjs';

const SOURCES = join(dirname(dirname(fileURLToPath(import.meta.url))), 'shaders/cpu/native');

/** A compiler that takes longer is left out: this takes 10 s on a slow machine. */
const LIMIT_MS = 60_000;

/** Variants by architecture: number and name as in lanes.h, and what makes the compiler use their instructions. */
export const VARIANTS = {
  x64: [
    { number: 1, name: 'sse41', flags: ['-msse4.1'] },
    { number: 2, name: 'avx2', flags: ['-mavx2'] },
    { number: 3, name: 'avx512', flags: ['-mavx512f', '-mavx512bw', '-mavx512vl'] },
  ],
  arm64: [{ number: 4, name: 'neon', flags: [] }],
};

export const FLAGS = [
  '-O3',
  '-fPIC',
  '-fvisibility=hidden',
  '-ffile-prefix-map=/=',
  '-g0',
  '-Wall',
  '-Wextra',
];

/** What a linker needs so that Node.js brings its functions when it loads the addon. */
const LINK_FLAGS = { linux: ['-shared', '-s'], darwin: ['-dynamiclib', '-undefined', 'dynamic_lookup'] };

/** @throws Error with what it said, or that it took too long */
function run(command, args, { cwd, env, signal } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      signal,
      killSignal: 'SIGKILL',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        said = (said + text).slice(0, 4_000);
      });
    child.once('error', (error) =>
      reject(error.name === 'AbortError' ? new Error('it took too long') : error),
    );
    child.once('close', (status, killedBy) => {
      if (status === 0) resolve(said);
      else reject(new Error(said.trim().split('\n')[0] || `it ended with ${status ?? killedBy}`));
    });
  });
}

/**
 * Compiles and links the addon.
 * @param compiler - command and first arguments: `['cc']`
 * @param target - `{ platform, arch }` as Node.js names them
 * @param linkFlags - what the linker needs; left out: what the system's own needs
 * @param env - of the compiler; left out: that of this process
 * @throws Error in words for people
 */
export async function compileNative(
  outFile,
  { compiler, target, linkFlags = LINK_FLAGS[target.platform], env, signal },
) {
  const variants = VARIANTS[target.arch];
  if (variants === undefined || linkFlags === undefined)
    throw new Error(`no native kernel is written for ${target.platform}-${target.arch}`);
  const [command, ...first] = compiler;
  const folder = mkdtempSync(join(tmpdir(), 'lesswork-native-'));
  const compile = (args) => run(command, [...first, ...args], { cwd: SOURCES, env, signal });
  try {
    writeFileSync(join(folder, 'rounds.h'), nativeRounds());
    const object = (name) => join(folder, `${name}.o`);
    await Promise.all([
      ...variants.map(({ number, name, flags }) =>
        compile([
          ...FLAGS,
          ...flags,
          `-I${folder}`,
          `-DVARIANT=${number}`,
          `-DVARIANT_NAME=${name}`,
          '-c',
          'kernel.c',
          '-o',
          object(name),
        ]),
      ),
      ...['hash', 'addon'].map((name) => compile([...FLAGS, '-c', `${name}.c`, '-o', object(name)])),
      // Else compilers put functions of the C library in the place of loops, and there may be none.
      compile([...FLAGS, '-fno-builtin', '-c', 'layer.c', '-o', object('layer')]),
    ]);
    const objects = ['addon', 'hash', 'layer', ...variants.map(({ name }) => name)].map(object);
    await compile([...linkFlags, ...objects, '-o', outFile]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Compiles for this machine.
 * @param options.command - the compiler: the variable CC, or `cc`
 * @returns what native.json says
 */
export async function compileHere(outFile, { command = process.env.CC ?? 'cc', limitMs = LIMIT_MS } = {}) {
  const compiler = command.split(' ').filter((part) => part !== '');
  const signal = AbortSignal.timeout(limitMs);
  try {
    const [version = ''] = (await run(compiler[0], ['--version'], { signal })).split('\n');
    await compileNative(outFile, { compiler, target: process, signal });
    if (!existsSync(outFile)) throw new Error('it made no file');
    const sha256 = createHash('sha256').update(readFileSync(outFile)).digest('hex');
    return { built: true, compiler: version.trim(), sha256 };
  } catch (error) {
    rmSync(outFile, { force: true });
    const reason = error.code === 'ENOENT' ? 'it is not installed' : error.message;
    return {
      built: false,
      reason: `the C compiler ${JSON.stringify(compiler.join(' '))} could not be used: ${reason}`,
    };
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const folder = resolve(process.argv[2]);
  const told = await compileHere(join(folder, 'native.node'));
  writeFileSync(join(folder, 'native.json'), `${JSON.stringify(told)}\n`);
  if (!told.built)
    console.log(`lesswork: no native CPU kernel: ${told.reason}; the CPU mines with WebAssembly`);
}

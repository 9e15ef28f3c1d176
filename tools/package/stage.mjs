// The folder that becomes the one file: the program as npm would publish it, what it depends on, and Node.js.
//
//   bin/lesswork               starts it, from wherever it lies
//   lib/node                   Node.js
//   lib/lesswork/              package.json, dist/, prebuilt/, node_modules/
//   deploy/, docs/, *.md       for people
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { faultOfPrebuilt, fileOf, LISTING, PREBUILT_FOLDER } from '../prebuild/listing.mjs';
import { bundledNode } from './bundled-node.mjs';
import { compareVersions, highestVersion } from './elf.mjs';
import { installedPackages } from './lock.mjs';

const SYSTEM = { os: 'linux', cpu: 'x64', libc: 'glibc' };

/** The build's own kernel of machine code, which npm does not publish. */
const COMPILED = ['native.json', 'native.node'].map((name) => `dist/shaders/cpu/${name}`);

/** What the program must load on without WebGPU. */
export const OLDEST_GLIBC = [2, 28];

/** Files of dependencies that nobody reads where the program runs: types, sources, maps; binaries for other systems. */
const LEFT_OUT = [
  /\.(map|d\.[cm]?ts|ts|tsx|flow|markdown|yml|yaml)$/,
  /(^|\/)(\.github|test|tests|example|examples|benchmark|benchmarks|scripts)\//,
  /^node_modules\/@alephium\/web3\/(src|std|dist\/[^/]*\.min\.js)/,
  /^node_modules\/webgpu\/(build|dist\/(?!linux-x64\/))/,
  /^node_modules\/zod\/(src)\//,
  /^node_modules\/@webgpu\//,
  /^node_modules\/@libsql\/[^/]*-musl\//,
];

/** The shell that starts it finds Node.js and the program beside itself, also through a link. */
const LAUNCHER = `#!/bin/sh
# lesswork, with the Node.js that lies beside it.
self=$0
while [ -L "$self" ]; do
  to=$(readlink -- "$self")
  case $to in /*) self=$to ;; *) self=$(dirname -- "$self")/$to ;; esac
done
case $self in */*) here=\${self%/*} ;; *) here=. ;; esac
exec "$here/../lib/node" "$here/../lib/lesswork/dist/cli/main.js" "$@"
`;

/**
 * Makes the folder. The project must be built.
 * @param target - is made, must not be there yet
 * @throws Error if a part can't be had, or would not load on an old system
 */
export function stage(root, target) {
  for (const path of [...publishedFiles(root).filter((one) => !isPrebuilt(one)), ...kernelFiles(root)]) {
    const inProgram = path === 'package.json' || path.startsWith('dist/') || isPrebuilt(path);
    copy(join(root, path), join(target, inProgram ? 'lib/lesswork' : '', path), path.endsWith('cli/main.js'));
  }
  for (const { path } of installedPackages(root, SYSTEM))
    for (const file of ownFiles(join(root, path))) {
      const name = `${path}/${file}`;
      if (!LEFT_OUT.some((pattern) => pattern.test(name)))
        copy(join(root, name), join(target, 'lib/lesswork', name));
    }
  const node = bundledNode();
  copy(node, join(target, 'lib/node'), true);
  copy(join(dirname(dirname(node)), 'LICENSE'), join(target, 'lib/node.LICENSE'));
  writeScript(join(target, 'bin/lesswork'), LAUNCHER);
  checkGlibc(target);
}

const isPrebuilt = (path) => path.startsWith(`${PREBUILT_FOLDER}/`);

/** The kernel of machine code that goes along: the prebuilt one, or where there is none of these sources the build's own, if it made one. */
function kernelFiles(root) {
  if (faultOfPrebuilt(root) === undefined)
    return [LISTING, fileOf(`${SYSTEM.os}-${SYSTEM.cpu}`)].map((name) => `${PREBUILT_FOLDER}/${name}`);
  return COMPILED.filter((path) => existsSync(join(root, path)));
}

function writeScript(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, 0o755);
}

/** Paths of what npm would publish. */
function publishedFiles(root) {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'];
  const npmCli = process.env.npm_execpath;
  const { status, stdout, stderr } = npmCli?.endsWith('.js')
    ? spawnSync(process.execPath, [npmCli, ...args], { cwd: root, encoding: 'utf8' })
    : spawnSync('npm', args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm pack: ${stderr.trim()}`);
  return JSON.parse(stdout)[0].files.map(({ path }) => path);
}

/** Files of a package, without those of packages within it. */
function ownFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      relative(folder, join(entry.parentPath ?? entry.path, entry.name))
        .split(sep)
        .join('/'),
    )
    .filter((path) => !path.startsWith('node_modules/'))
    .toSorted();
}

function copy(from, to, isProgram = false) {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
  // Whatever the umask is here, the archive is the same.
  chmodSync(to, isProgram ? 0o755 : 0o644);
}

/** Node.js and each native library, but that of WebGPU, which is optional. */
function checkGlibc(target) {
  const native = ownNative(join(target, 'lib'));
  for (const path of native) {
    if (path.includes(`${sep}webgpu${sep}`)) continue;
    const needed = highestVersion(path, 'GLIBC');
    if (needed !== undefined && compareVersions(needed, OLDEST_GLIBC) > 0)
      throw new Error(
        `${relative(target, path)} needs glibc ${needed.join('.')}, above ${OLDEST_GLIBC.join('.')}`,
      );
  }
}

function ownNative(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && (entry.name.endsWith('.node') || basename(entry.name) === 'node'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

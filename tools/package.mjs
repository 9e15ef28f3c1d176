// `npm run package`: the program with all that it needs in one file, for Linux on x64. Made of what is installed (npm ci) and built
// here, and of Node.js from npm's registry. The same files give the same archive.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isBuilt } from './build-state.mjs';
import { pack } from './package/archive.mjs';
import { addRigFiles, rigVersion } from './package/rig-systems.mjs';
import { stage } from './package/stage.mjs';
import { faultOfPrebuilt } from './prebuild/listing.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Each package: its file, its folder, and what makes the files that it has beside the content of the one file. */
const PACKAGES = {
  linux: { folder: `lesswork-${version}-linux-x64`, file: `lesswork-${version}-linux-x64.tar.gz` },
  hiveos: {
    folder: 'lesswork',
    file: `lesswork-${rigVersion(version)}.tar.gz`,
    add: (target, project) => addRigFiles('hiveos', target, project),
  },
  mmpos: {
    folder: 'lesswork',
    file: `lesswork-mmpos-${rigVersion(version)}.tar.gz`,
    add: (target, project) => addRigFiles('mmpos', target, project),
  },
};

const HELP = `Usage: npm run package [-- OPTIONS]

Writes lesswork ${version} with Node.js inside, for Linux on x64: linux is one file for any system, hiveos and mmpos are custom miners
of these. The file SHA256SUMS is beside them.

Options:
  --out FOLDER  where to (packages)
  --only NAMES  of ${Object.keys(PACKAGES).join(', ')}, with commas between them (all)
  --level N     of gzip, 1 to 9 (9)
  --tar         not compressed: to compare
  -h, --help    print this`;

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        out: { type: 'string', default: join(root, 'packages') },
        only: { type: 'string', default: Object.keys(PACKAGES).join(',') },
        level: { type: 'string', default: '9' },
        tar: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (!/^[1-9]$/.test(values.level))
      throw new Error(`--level expected a number from 1 to 9, got ${JSON.stringify(values.level)}`);
    const names = values.only.split(',');
    for (const name of names)
      if (!Object.hasOwn(PACKAGES, name))
        throw new Error(
          `--only expected some of ${Object.keys(PACKAGES).join(', ')}, got ${JSON.stringify(name)}`,
        );
    return { ...values, names };
  } catch (error) {
    console.error(`package: ${error.message}\n\n${HELP}`);
    process.exit(2);
  }
}

async function main() {
  const { out, names, level, tar, help } = readArguments();
  if (help) {
    console.log(HELP);
    return;
  }
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`packages for linux-x64 are made there, this is ${process.platform}-${process.arch}`);
  if (!isBuilt(root, true)) throw new Error('what is built is not up to date: run "npm run build"');
  const fault = faultOfPrebuilt(root);
  if (fault !== undefined)
    console.error(
      `package: the CPU kernel in it is what this machine compiled, if it did: ${fault} (npm run kernels)`,
    );
  const temporary = mkdtempSync(join(tmpdir(), 'lesswork-package-'));
  try {
    mkdirSync(resolve(out), { recursive: true });
    const content = join(temporary, 'content');
    stage(root, content);
    const sums = [];
    for (const name of names) {
      const { folder, file, add } = PACKAGES[name];
      const beside = join(temporary, name);
      mkdirSync(join(beside, folder), { recursive: true });
      add?.(join(beside, folder), { root, version });
      const path = join(resolve(out), tar ? file.replace(/\.gz$/, '') : file);
      const { sha256, bytes } = await pack({
        folders: [content, join(beside, folder)],
        as: folder,
        path,
        level,
      });
      sums.push(`${sha256}  ${basename(path)}\n`);
      console.log(`${path}: ${(bytes / 1e6).toFixed(1)} MB, SHA-256 ${sha256}`);
    }
    writeFileSync(join(resolve(out), 'SHA256SUMS'), sums.join(''));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  console.error(`package: ${error.message}`);
  process.exitCode = 1;
}

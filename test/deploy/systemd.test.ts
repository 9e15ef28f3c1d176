// The units for systemd: its own tools find them right and well closed off, and they fit the program that they start.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { defaultPoolConfig } from '../../pool/config/pool-config.js';
import { systemSources } from '../../settings/sources.js';
import { PROJECT_ROOT } from '../support/lesswork.js';
import { inOneProcess } from '../support/one-process.js';
import { skipWhen } from '../support/requirement.js';

const FOLDER = join(PROJECT_ROOT, 'deploy/systemd');
const INSTALLED = '/opt/lesswork/bin/lesswork';

/** Most that `systemd-analyze security` may find: it calls up to 2.0 good, up to 5.0 medium. */
const MOST_EXPOSED: Readonly<Record<string, number>> = {
  'lesswork-pool.service': 2,
  'lesswork-payer.service': 2,
  // It needs its cards.
  'lesswork-mine.service': 3,
};

const folder = mkdtempSync(join(tmpdir(), 'lesswork-units-'));
after(() => rmSync(folder, { recursive: true }));

const analyze = (...args: string[]) => spawnSync('systemd-analyze', args, { encoding: 'utf8' });
const missing =
  analyze('--version').status === 0
    ? undefined
    : 'systemd-analyze is not installed (Debian: apt-get install systemd)';
const skip = skipWhen(missing);

const unitNames = readdirSync(FOLDER).filter((name) => name.endsWith('.service'));
const unit = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');
const setting = (name: string, key: string): string | undefined =>
  new RegExp(`^${key}=(.*)$`, 'm').exec(unit(name))?.[1];

/** A copy that starts something which is here: `verify` looks for the program. */
function copyHere(name: string): string {
  const program = join(folder, 'lesswork');
  writeFileSync(program, '#!/bin/sh\n');
  chmodSync(program, 0o755);
  const path = join(folder, name);
  writeFileSync(path, unit(name).replaceAll(INSTALLED, program));
  return path;
}

test('there is a unit for each', () => {
  assert.deepEqual(unitNames.toSorted(), Object.keys(MOST_EXPOSED).toSorted());
});

for (const name of unitNames) {
  test(`systemd finds ${name} right`, { skip }, () => {
    const { status, stderr, stdout } = analyze('verify', '--man=no', '--recursive-errors=no', copyHere(name));
    assert.equal(status, 0, stderr + stdout);
    // A key that it does not know is a warning.
    assert.doesNotMatch(stderr, new RegExp(`${name}:\\d+:`), stderr);
  });

  test(`${name} leaves little open`, { skip }, () => {
    const most = MOST_EXPOSED[name]!;
    const args = ['security', '--offline=true', '--no-pager', `--threshold=${most * 10}`, copyHere(name)];
    const { status, stdout, stderr } = analyze(...args);
    assert.equal(status, 0, `${stderr}${stdout.split('\n').slice(-4).join('\n')}`);
  });

  test(`${name}: a configuration that can't be used is not tried again and again; its stop is waited for`, () => {
    assert.equal(setting(name, 'RestartPreventExitStatus'), '2');
    assert.equal(setting(name, 'Type'), 'notify');
    // systemd-notify is a child.
    assert.equal(setting(name, 'NotifyAccess'), 'all');
    for (const key of ['NoNewPrivileges', 'ProtectSystem', 'LimitNOFILE', 'StateDirectory'])
      assert.ok(setting(name, key) !== undefined, key);
  });
}

test('the pool has the time to stop, and the files for its connections, that its defaults ask for', () => {
  const { stop, limits } = defaultPoolConfig(systemSources({ HOME: '/root' }, undefined));
  const name = 'lesswork-pool.service';
  assert.ok(Number(setting(name, 'TimeoutStopSec')) * 1000 >= stop.closeOverMs + 5_000 + 5_000);
  assert.ok(Number(setting(name, 'LimitNOFILE')) >= limits.maxConnections + 256);
  for (const one of [name, 'lesswork-mine.service'])
    assert.match(setting(one, 'ExecReload')!, / -HUP \$MAINPID$/);
  // SIGHUP would end it.
  assert.equal(setting('lesswork-payer.service', 'ExecReload'), undefined);
  const users = readFileSync(join(FOLDER, 'lesswork.sysusers.conf'), 'utf8');
  for (const one of unitNames) assert.match(users, new RegExp(`^u ${setting(one, 'User')} `, 'm'));
});

test('each command line of a unit is one that the program takes', async () => {
  for (const name of unitNames) {
    const line = setting(name, 'ExecStart')!;
    assert.ok(line.startsWith(`${INSTALLED} `), line);
    const words = line
      .replace(INSTALLED, '')
      .replace(/\/etc\/lesswork\S*\.json/, join(folder, 'missing.json'))
      .trim()
      .split(/ +/);
    // What is missing is a file or an address: every option was taken.
    const { code, stderr } = await inOneProcess([...words.filter((word) => word !== '')]);
    assert.equal(code, 2, `${name}: ${stderr}`);
    assert.doesNotMatch(stderr, /unknown (option|command)|too many/, name);
  }
});

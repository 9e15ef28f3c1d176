import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkSettings, judgeProblems } from '../../../pool/check/check-settings.js';
import { parsePoolConfig } from '../../../pool/config/pool-config.js';
import { configProblems, configSources } from '../../support/config-sources.js';

const config = (settings: object) => parsePoolConfig(settings, configSources());
const lines = (settings: object, workers = 1, fileLimit?: number) =>
  checkSettings(config(settings), workers, fileLimit).map(
    ({ setting, outcome, met }) => `${outcome} ${setting}: ${met}`,
  );

test('each problem of a configuration is a finding of its setting', () => {
  const findings = judgeProblems(configProblems({ mode: 'banana', http: { port: 99_999 } }));
  assert.deepEqual(
    findings.map(({ setting, outcome }) => [setting, outcome]),
    [
      ['mode', 'failed'],
      ['http.port', 'failed'],
    ],
  );
  assert.match(findings[0]!.met, /^expected "solo" or "pool", got "banana"$/);
  assert.deepEqual(
    findings.map(({ remedy }) => remedy),
    [undefined, 'mend them first (docs/SETTINGS.md): nothing else was looked at'],
  );
  assert.equal(judgeProblems(['no colon'])[0]!.setting, 'configuration');
});

test('a configuration that can be used is said in short, and nothing else where nothing is unwise', () => {
  assert.deepEqual(lines({}, 1, 1_000_000), [
    'ok configuration: can be used: pool "lesswork", mode solo, 1 node, 1 listener, embedded store',
  ]);
});

test('several processes on the embedded store, an open administration, and too few files', () => {
  assert.match(lines({}, 4)[1]!, /^failed store\.type: --workers 4/);
  assert.match(lines({ admin: { host: '0.0.0.0' } })[1]!, /^warning admin\.token: none/);
  assert.deepEqual(
    lines({ admin: { host: '127.0.0.2' } })
      .concat(lines({ admin: false }))
      .filter((line) => !line.startsWith('ok')),
    [],
  );
  assert.match(lines({}, 1, 1_024)[1]!, /^warning limits\.maxConnections: .* 768 miners may connect/);
});

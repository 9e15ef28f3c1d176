// What is shipped for Prometheus: its own tool finds it right, each alert is seen to fire and to be silent, and all that it names exists.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { documentedMetrics, groupedBy, metricsIn } from '../support/documented-metrics.js';
import { PROJECT_ROOT } from '../support/lesswork.js';
import { MISSING_PROMETHEUS, PROMETHEUS_FOLDER } from '../support/prometheus.js';
import { skipWhen } from '../support/requirement.js';

const run = promisify(execFile);
const skip = skipWhen(MISSING_PROMETHEUS);

const filesIn = (folder: string): string[] =>
  readdirSync(join(PROMETHEUS_FOLDER, folder)).map((name) => join(PROMETHEUS_FOLDER, folder, name));
const alertFiles = filesIn('alerts');
const testFiles = filesIn('tests');
const textOf = (paths: readonly string[]): string =>
  paths.map((path) => readFileSync(path, 'utf8')).join('\n');
const alertNames = [...textOf(alertFiles).matchAll(/^ +- alert: (\w+)$/gm)].map(([, name]) => name!);

test('promtool finds configuration and rules right', { skip }, async () => {
  await run('promtool', ['check', 'config', join(PROMETHEUS_FOLDER, 'prometheus.yml')]);
  const { stdout } = await run('promtool', ['check', 'rules', ...alertFiles]);
  const found = [...stdout.matchAll(/SUCCESS: (\d+) rules found/g)].reduce(
    (sum, [, n]) => sum + Number(n),
    0,
  );
  assert.equal(found, alertNames.length);
});

test('the unit tests of the rules pass', { skip }, async () => {
  await run('promtool', ['test', 'rules', ...testFiles]);
});

test('each alert is seen to fire in a unit test, and has words for people', () => {
  const fired = new Set(
    [...textOf(testFiles).matchAll(/alertname="(\w+)"\}', value/g)].map(([, name]) => name),
  );
  assert.deepEqual([...fired].toSorted(), alertNames.toSorted());
  const text = textOf(alertFiles);
  for (const word of ['severity: (?:page|ticket) ', 'summary: ', 'description: '])
    assert.equal([...text.matchAll(new RegExp(word, 'g'))].length, alertNames.length, word);
});

test('alert rules name only metrics and labels that are documented', async () => {
  const documented = await documentedMetrics();
  // Words for people may name metrics, too.
  const named = metricsIn(textOf(alertFiles));
  assert.ok(named.length >= alertNames.length);
  const labels = new Set(groupedBy(textOf(alertFiles)));
  for (const { name, labels: ofSelector } of named) {
    const known = documented.get(name);
    assert.ok(known !== undefined, `${name} is no metric`);
    for (const label of ofSelector) assert.ok(known.includes(label), `${name} has no label ${label}`);
    for (const label of known) labels.delete(label);
  }
  assert.deepEqual([...labels], []);
});

for (const path of ['docs/METRICS.md', 'docs/MINER-API.md'])
  test(`what ${path} calls worth an alert has one`, () => {
    const document = readFileSync(join(PROJECT_ROOT, path), 'utf8');
    const paragraph = /^- Worth an alert: (.*?)\n\n/ms.exec(document)![1]!;
    const alerts = textOf(alertFiles);
    const names = metricsIn(paragraph).map(({ name }) => name);
    assert.ok(names.length >= 5);
    for (const name of names) assert.ok(alerts.includes(name), name);
  });

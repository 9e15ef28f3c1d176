// A pool, a rig that mines for it, and a real Prometheus that scrapes both with the files that are shipped.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DASHBOARD_FOLDER, Dashboard } from '../support/dashboards.js';
import { freePort } from '../support/free-port.js';
import { LessworkRun } from '../support/lesswork.js';
import { PoolLab } from '../support/pool-lab.js';
import { MISSING_PROMETHEUS, PrometheusServer } from '../support/prometheus.js';
import { skipWhen } from '../support/requirement.js';
import { ADDRESS } from '../support/test-pool.js';
import { waitFor } from '../support/wait.js';

/** Of dashboards, what a pool without coins to burn and a rig without cards know nothing of. */
const WITHOUT_VALUES = new Set(['Proof of Less Work', 'Devices']);

/** Nothing is refused, nobody leaves, no payer runs, no card tells its power, and the first settlement takes its time. */
const MAY_BE_EMPTY = new Set([
  'Refused shares by reason',
  'Connections that end, by reason',
  'Faults of the ledger',
  'Crediting waits for',
  'Settlement',
  'Settlements',
  'Transactions that are stuck',
  'Power',
  'Hottest device',
]);

test('Prometheus scrapes a pool and a rig: values are there, no alert fires, each panel can be drawn', {
  skip: skipWhen(MISSING_PROMETHEUS),
}, async (t) => {
  const lab = await PoolLab.open(t, {
    store: { type: 'embedded' },
    // No share is a block: of several at once on one template the node refuses all but one.
    devnet: { coins: true, rate: 1_000_000_000 },
    config: { mode: 'pool', payouts: { fee: 1 }, admin: { host: '127.0.0.1', port: 0 } },
  });
  await lab.start();
  const [poolPort, rigPort] = [await lab.adminPort(), await freePort()];
  const rig = new LessworkRun([
    ...['mine', '--pool', `127.0.0.1:${lab.port}`, '--user', `${ADDRESS}.rig`, '--api', `${rigPort}`],
    ...['--device', 'cpu', '--threads', '1', '--max-load', '20%', '--json'],
  ]);
  t.after(async () => {
    rig.child.kill('SIGTERM');
    await rig.end();
  });
  const prometheus = await PrometheusServer.start(t, {
    '127.0.0.1:8081': `127.0.0.1:${poolPort}`,
    'targets: []': `targets: ['127.0.0.1:${rigPort}']`,
  });
  const read = async (expression: string): Promise<number> =>
    Number((await prometheus.query(expression))[0]?.value[1]);
  for (const name of ['pool', 'miner'])
    await waitFor(
      `shares of the ${name}, and a rate, which needs two scrapes\n${rig.stderr}`,
      async () =>
        (await read(`lesswork_${name}_shares_accepted_total{job="lesswork-${name}"}`)) > 0 &&
        (await read(`rate(lesswork_${name}_accepted_work_hashes_total[1m])`)) > 0 &&
        (await read(`up{job="lesswork-${name}"}`)) === 1,
      60_000,
    );
  assert.equal(await read('lesswork_pool_workers'), 1);
  assert.equal(await read('lesswork_pool_ready'), 1);
  assert.equal(await read('lesswork_miner_connected'), 1);
  assert.equal((await prometheus.query('lesswork_pool_chain_height')).length, 16);

  for (const [file, job] of [
    ['pool.json', 'lesswork-pool'],
    ['rig.json', 'lesswork-miner'],
  ] as const) {
    const text = readFileSync(join(DASHBOARD_FOLDER, file), 'utf8');
    let row = '';
    const empty: string[] = [];
    for (const { type, title, targets = [] } of Dashboard.parse(JSON.parse(text)).panels) {
      if (type === 'row') row = title;
      const queries = targets.map(({ expr }) => prometheus.query(withVariables(expr, job)));
      const values = await Promise.all(queries);
      if (type !== 'row' && !WITHOUT_VALUES.has(row) && values.every(({ length }) => length === 0))
        empty.push(title);
    }
    assert.deepEqual(
      empty.filter((title) => !MAY_BE_EMPTY.has(title)),
      [],
      file,
    );
  }

  const rules = await prometheus.alertRules();
  assert.ok(rules.length > 40);
  for (const { name, health, lastError } of rules) assert.equal(health, 'ok', `${name}: ${lastError}`);
  assert.deepEqual(
    rules.filter(({ state }) => state === 'firing').map(({ name }) => name),
    [],
  );
});

/** What Grafana makes of an expression. */
function withVariables(expression: string, job: string): string {
  return expression
    .replaceAll('$__rate_interval', '1m')
    .replaceAll('$__range', '1h')
    .replaceAll('$job', job)
    .replaceAll('$instance', '.*');
}

// Grafana's dashboards: as their script writes them, in the form that Grafana reads, and of metrics that exist.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { DASHBOARD_FOLDER, Dashboard } from '../support/dashboards.js';
import { documentedMetrics, groupedBy, metricsIn } from '../support/documented-metrics.js';
import { PROJECT_ROOT } from '../support/lesswork.js';

const tool = (await import(pathToFileURL(join(PROJECT_ROOT, 'tools/dashboards.mjs')).href)) as {
  DASHBOARDS: Readonly<Record<string, unknown>>;
  dashboardText(dashboard: unknown): string;
};

test('each dashboard is what tools/dashboards.mjs writes', () => {
  assert.deepEqual(readdirSync(DASHBOARD_FOLDER).toSorted(), Object.keys(tool.DASHBOARDS).toSorted());
  for (const [name, dashboard] of Object.entries(tool.DASHBOARDS))
    assert.equal(readFileSync(join(DASHBOARD_FOLDER, name), 'utf8'), tool.dashboardText(dashboard));
});

for (const name of readdirSync(DASHBOARD_FOLDER)) {
  test(`${name} has the form of a dashboard, and its panels lie beside each other`, () => {
    const { panels, templating } = Dashboard.parse(
      JSON.parse(readFileSync(join(DASHBOARD_FOLDER, name), 'utf8')),
    );
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
    assert.equal(templating.list[0]?.type, 'datasource');
    const taken = new Set<string>();
    for (const { title, gridPos } of panels) {
      assert.ok(gridPos.x + gridPos.w <= 24, title);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          assert.ok(!taken.has(`${x} ${y}`), `${title} lies on another panel`);
          taken.add(`${x} ${y}`);
        }
    }
    for (const { type, title, targets, description } of panels) {
      if (type === 'row') continue;
      assert.ok(targets!.length > 0 && description!.length > 0, title);
      const refs = targets!.map(({ refId }) => refId);
      assert.equal(new Set(refs).size, refs.length, title);
    }
  });

  test(`${name} names only metrics, labels and variables that exist`, async () => {
    const documented = await documentedMetrics();
    const { panels, templating } = Dashboard.parse(
      JSON.parse(readFileSync(join(DASHBOARD_FOLDER, name), 'utf8')),
    );
    const variables = new Set([...templating.list.map((one) => one.name), '__rate_interval', '__range']);
    for (const { title, targets = [] } of panels)
      for (const { expr, legendFormat } of targets) {
        const named = metricsIn(expr);
        assert.ok(named.length > 0, `${title}: ${expr}`);
        const grouped = groupedBy(expr);
        for (const { name: metric, labels } of named) {
          const known = documented.get(metric);
          assert.ok(known !== undefined, `${title}: ${metric} is no metric`);
          for (const label of labels)
            assert.ok(known.includes(label), `${title}: ${metric} has no label ${label}`);
        }
        for (const label of grouped)
          assert.ok(
            named.some(({ name: metric }) => documented.get(metric)?.includes(label)),
            `${title}: no metric has the label ${label}`,
          );
        for (const [, label] of legendFormat.matchAll(/\{\{(\w+)\}\}/g))
          assert.ok(grouped.includes(label!), `${title}: its legend names ${label}`);
        for (const [, variable] of expr.matchAll(/\$(\w+)/g)) assert.ok(variables.has(variable!), variable);
      }
  });
}

for (const [name, prefix] of [
  ['pool.json', 'lesswork_pool_'],
  ['rig.json', 'lesswork_miner_'],
] as const)
  test(`${name} shows each metric that begins with ${prefix}`, async () => {
    const shown = new Set(metricsIn(JSON.stringify(tool.DASHBOARDS[name])).map((one) => one.name));
    const own = [...(await documentedMetrics()).keys()].filter((one) => one.startsWith(prefix));
    assert.ok(own.length > 20);
    assert.deepEqual(
      own.filter((one) => !shown.has(one) && !/_(sum|count)$/.test(one)),
      [],
    );
  });

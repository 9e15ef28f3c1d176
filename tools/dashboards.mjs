// Writes Grafana's dashboards into deploy/grafana/dashboards/. Needs nothing built. A test compares.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { POOL_DASHBOARD } from './dashboards/pool.mjs';
import { RIG_DASHBOARD } from './dashboards/rig.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** File below deploy/grafana/dashboards/, and its content. */
export const DASHBOARDS = { 'pool.json': POOL_DASHBOARD, 'rig.json': RIG_DASHBOARD };

export const dashboardText = (dashboard) => `${JSON.stringify(dashboard, null, 2)}\n`;

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const [name, dashboard] of Object.entries(DASHBOARDS))
    writeFileSync(join(root, 'deploy/grafana/dashboards', name), dashboardText(dashboard));

// A Grafana dashboard from short descriptions of its panels: rows of 24 columns, filled from the left.

/** Of Grafana 10: later ones bring an older schema up to theirs when they read it. */
const SCHEMA_VERSION = 39;

const COLUMNS = 24;
const DATASOURCE = { type: 'prometheus', uid: '$datasource' };

/**
 * @param id - uid of the dashboard: stays the same, links lead to it
 * @param variables - beside the data source: name, label, query of its values, whether several can be chosen
 * @param rows - title, and panels in order
 */
export function dashboard({ id, title, description, tags, variables, rows }) {
  const panels = [];
  let y = 0;
  for (const row of rows) {
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title: row.title,
      collapsed: false,
      gridPos: { x: 0, y, w: COLUMNS, h: 1 },
      panels: [],
    });
    y += 1;
    let [x, height] = [0, 0];
    for (const panel of row.panels) {
      const { w, h } = panel.gridPos;
      if (x + w > COLUMNS) {
        y += height;
        [x, height] = [0, 0];
      }
      panels.push({ id: panels.length + 1, ...panel, gridPos: { x, y, w, h } });
      x += w;
      height = Math.max(height, h);
    }
    y += height;
  }
  return {
    uid: id,
    title,
    description,
    tags,
    schemaVersion: SCHEMA_VERSION,
    version: 1,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    timezone: 'browser',
    annotations: { list: [] },
    links: [],
    templating: {
      list: [
        {
          name: 'datasource',
          label: 'Data source',
          type: 'datasource',
          query: 'prometheus',
          hide: 0,
          includeAll: false,
          multi: false,
          refresh: 1,
          regex: '',
          options: [],
        },
        ...variables.map(variable),
      ],
    },
    panels,
  };
}

function variable({ name, label, query, several }) {
  return {
    name,
    label,
    type: 'query',
    datasource: DATASOURCE,
    definition: query,
    query: { query, refId: name },
    hide: 0,
    includeAll: several,
    multi: several,
    ...(several && { allValue: '.*', current: { selected: true, text: ['All'], value: ['$__all'] } }),
    refresh: 2,
    regex: '',
    sort: 1,
    options: [],
  };
}

/** Lines over time. @param queries - expressions, each with its legend @param min - least value of the axis; null: as the values are */
export function lines(title, description, unit, queries, { width = 12, stacked = false, min = 0 } = {}) {
  return {
    ...panel('timeseries', title, description, queries, { width, height: 8 }),
    fieldConfig: {
      defaults: {
        unit,
        ...(min !== null && { min }),
        custom: {
          drawStyle: 'line',
          lineWidth: 1,
          fillOpacity: stacked ? 30 : 8,
          showPoints: 'never',
          spanNulls: false,
          stacking: { mode: stacked ? 'normal' : 'none', group: 'A' },
        },
      },
      overrides: [],
    },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  };
}

/** The newest value in large. @param steps - from which values on it is which colour; the first has no value */
export function stat(title, description, unit, expr, { width = 4, steps, words } = {}) {
  return {
    ...panel('stat', title, description, [[expr, '']], { width, height: 4 }),
    fieldConfig: {
      defaults: {
        unit,
        noValue: '-',
        mappings: words === undefined ? [] : [{ type: 'value', options: words }],
        ...(steps === undefined
          ? { color: { mode: 'fixed', fixedColor: 'text' } }
          : { color: { mode: 'thresholds' }, thresholds: { mode: 'absolute', steps } }),
      },
      overrides: [],
    },
    options: {
      colorMode: steps === undefined ? 'none' : 'value',
      graphMode: 'area',
      justifyMode: 'auto',
      orientation: 'auto',
      textMode: 'auto',
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
    },
  };
}

/** A bar for each value of now. */
export function bars(title, description, unit, expr, legend, { width = 12 } = {}) {
  return {
    ...panel('bargauge', title, description, [[expr, legend]], { width, height: 8 }),
    fieldConfig: { defaults: { unit, min: 0, color: { mode: 'continuous-BlPu' } }, overrides: [] },
    options: {
      displayMode: 'basic',
      orientation: 'horizontal',
      showUnfilled: true,
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
    },
  };
}

function panel(type, title, description, queries, { width, height }) {
  return {
    type,
    title,
    description,
    datasource: DATASOURCE,
    gridPos: { w: width, h: height },
    targets: queries.map(([expr, legendFormat], i) => ({
      refId: String.fromCharCode(65 + i),
      datasource: DATASOURCE,
      editorMode: 'code',
      range: true,
      expr,
      legendFormat,
    })),
  };
}

/** Good below the first bound, a warning up to the second, bad from there on. */
export const lowIsGood = (warn, bad) => [
  { color: 'green', value: null },
  { color: 'orange', value: warn },
  { color: 'red', value: bad },
];

/** Bad below 1. */
export const oneIsGood = [
  { color: 'red', value: null },
  { color: 'green', value: 1 },
];

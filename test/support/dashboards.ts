/**
 * The form of Grafana's dashboards, as far as ours use it. Nothing else may be in them: a key with a typo would be ignored there
 * without a word.
 * @module
 */
import { join } from 'node:path';
import { z } from 'zod';
import { PROJECT_ROOT } from './lesswork.js';

export const DASHBOARD_FOLDER = join(PROJECT_ROOT, 'deploy/grafana/dashboards');

/** The data source is chosen above the dashboard: no file names one of its own. */
const Datasource = z.strictObject({ type: z.literal('prometheus'), uid: z.literal('$datasource') });

/** Names of units that Grafana knows. */
const Unit = z.enum([
  'none',
  'short',
  'H/s',
  's',
  'h',
  'ops',
  'bytes',
  'percentunit',
  'celsius',
  'watt',
  'hertz',
  'percent',
]);

const Step = z.strictObject({ color: z.enum(['green', 'orange', 'red']), value: z.number().nullable() });

const Defaults = z.strictObject({
  unit: Unit,
  min: z.number().optional(),
  noValue: z.string().optional(),
  mappings: z
    .array(
      z.strictObject({
        type: z.literal('value'),
        options: z.record(z.string(), z.strictObject({ text: z.string(), index: z.number().int() })),
      }),
    )
    .optional(),
  color: z
    .strictObject({
      mode: z.enum(['fixed', 'thresholds', 'continuous-BlPu']),
      fixedColor: z.string().optional(),
    })
    .optional(),
  thresholds: z.strictObject({ mode: z.literal('absolute'), steps: z.array(Step).min(1) }).optional(),
  custom: z
    .strictObject({
      drawStyle: z.enum(['line', 'bars', 'points']),
      lineWidth: z.number(),
      fillOpacity: z.number().min(0).max(100),
      showPoints: z.enum(['auto', 'always', 'never']),
      spanNulls: z.boolean(),
      stacking: z.strictObject({ mode: z.enum(['none', 'normal', 'percent']), group: z.string() }),
    })
    .optional(),
});

const Reduce = z.strictObject({
  calcs: z.array(z.literal('lastNotNull')),
  fields: z.string(),
  values: z.boolean(),
});

const Options = {
  timeseries: z.strictObject({
    legend: z.strictObject({
      displayMode: z.enum(['list', 'table', 'hidden']),
      placement: z.enum(['bottom', 'right']),
      showLegend: z.boolean(),
      calcs: z.array(z.string()),
    }),
    tooltip: z.strictObject({
      mode: z.enum(['single', 'multi', 'none']),
      sort: z.enum(['none', 'asc', 'desc']),
    }),
  }),
  stat: z.strictObject({
    colorMode: z.enum(['none', 'value', 'background']),
    graphMode: z.enum(['none', 'area']),
    justifyMode: z.enum(['auto', 'center']),
    orientation: z.enum(['auto', 'horizontal', 'vertical']),
    textMode: z.enum(['auto', 'value', 'value_and_name', 'name', 'none']),
    reduceOptions: Reduce,
  }),
  bargauge: z.strictObject({
    displayMode: z.enum(['basic', 'gradient', 'lcd']),
    orientation: z.enum(['auto', 'horizontal', 'vertical']),
    showUnfilled: z.boolean(),
    reduceOptions: Reduce,
  }),
};

const Target = z.strictObject({
  refId: z.string().regex(/^[A-Z]$/),
  datasource: Datasource,
  editorMode: z.literal('code'),
  range: z.literal(true),
  expr: z.string().min(1),
  legendFormat: z.string(),
});

const base = {
  id: z.number().int().positive(),
  title: z.string().min(1),
  description: z.string().optional(),
  gridPos: z.strictObject({
    x: z.number().int().min(0),
    y: z.number().int().min(0),
    w: z.number().int().positive(),
    h: z.number().int().positive(),
  }),
  targets: z.array(Target).optional(),
};

const panel = <Type extends keyof typeof Options>(type: Type) =>
  z.strictObject({
    ...base,
    type: z.literal(type),
    datasource: Datasource,
    fieldConfig: z.strictObject({ defaults: Defaults, overrides: z.tuple([]) }),
    options: Options[type],
  });

const Row = z.strictObject({
  ...base,
  type: z.literal('row'),
  collapsed: z.literal(false),
  panels: z.tuple([]),
});

const variable = {
  name: z.string(),
  label: z.string(),
  hide: z.literal(0),
  includeAll: z.boolean(),
  multi: z.boolean(),
  refresh: z.union([z.literal(1), z.literal(2)]),
  regex: z.string(),
  options: z.tuple([]),
};

export const Dashboard = z.strictObject({
  uid: z.string().max(40),
  title: z.string(),
  description: z.string(),
  tags: z.array(z.string()),
  schemaVersion: z.number().int(),
  version: z.number().int(),
  editable: z.boolean(),
  graphTooltip: z.union([z.literal(0), z.literal(1), z.literal(2)]),
  refresh: z.string().regex(/^\d+[sm]$/),
  time: z.strictObject({ from: z.string(), to: z.string() }),
  timezone: z.literal('browser'),
  annotations: z.strictObject({ list: z.tuple([]) }),
  links: z.tuple([]),
  templating: z.strictObject({
    list: z.array(
      z.discriminatedUnion('type', [
        z.strictObject({ ...variable, type: z.literal('datasource'), query: z.literal('prometheus') }),
        z.strictObject({
          ...variable,
          type: z.literal('query'),
          datasource: Datasource,
          definition: z.string(),
          query: z.strictObject({ query: z.string(), refId: z.string() }),
          sort: z.number().int(),
          allValue: z.string().optional(),
          current: z
            .strictObject({ selected: z.boolean(), text: z.array(z.string()), value: z.array(z.string()) })
            .optional(),
        }),
      ]),
    ),
  }),
  panels: z.array(z.discriminatedUnion('type', [panel('timeseries'), panel('stat'), panel('bargauge'), Row])),
});

/**
 * Settings as a table in Markdown: the documents of settings end with one.
 * @module
 */
import { type JsonSchema, listSettings, type Setting } from './setting-list.js';

/** Units by the form of a path; the first that fits counts. */
export type Units = readonly (readonly [RegExp, string])[];

/** One row a setting. */
export function settingsTable(schema: JsonSchema, units: Units): string {
  const rows = listSettings(schema).map(
    (setting) =>
      `| \`${setting.path}\` | ${defaultText(setting)} | ${unitOf(setting.path, units)} | ${setting.meaning.replaceAll('|', '\\|')} |`,
  );
  return ['| setting | default | unit | meaning |', '|---|---|---|---|', ...rows, ''].join('\n');
}

function defaultText({ required, default: value }: Setting): string {
  if (required) return 'must be given';
  return value === undefined || value === '{}' ? '-' : `\`${value}\``;
}

function unitOf(path: string, units: Units): string {
  return units.find(([form]) => form.test(path))?.[1] ?? '-';
}

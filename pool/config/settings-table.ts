/**
 * The settings as a table in Markdown: docs/SETTINGS.md ends with it.
 * @module
 */
import { type JsonSchema, listSettings, type Setting } from './settings.js';

const UNITS: readonly (readonly [RegExp, string])[] = [
  [/Ms$/, 'ms'],
  [/Bytes$/, 'bytes'],
  [/PerSecond$/, '1/s'],
  [/PerMinute$/, '1/min'],
  [/\.(?:start|min|max)$/, 'd, or hashes'],
];

/** One row a setting. */
export function settingsTable(schema: JsonSchema): string {
  const rows = listSettings(schema).map(
    (setting) =>
      `| \`${setting.path}\` | ${defaultText(setting)} | ${unitOf(setting.path)} | ${setting.meaning.replaceAll('|', '\\|')} |`,
  );
  return ['| setting | default | unit | meaning |', '|---|---|---|---|', ...rows, ''].join('\n');
}

function defaultText({ required, default: value }: Setting): string {
  if (required) return 'must be given';
  return value === undefined || value === '{}' ? '-' : `\`${value}\``;
}

function unitOf(path: string): string {
  return UNITS.find(([form]) => form.test(path))?.[1] ?? '-';
}

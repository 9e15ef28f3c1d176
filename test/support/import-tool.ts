/**
 * Tools of the project, which are plain JavaScript.
 * @module
 */
import { pathToFileURL } from 'node:url';
import { PROJECT_ROOT } from './lesswork.js';

/** @param name - of its file in tools/, without an ending */
export async function importTool<Exports>(name: string): Promise<Exports> {
  return (await import(pathToFileURL(`${PROJECT_ROOT}/tools/${name}.mjs`).href)) as Exports;
}

/**
 * Starts the worker that mines.
 * @module
 */

/** Path of the worker's script, from the page's base. Set by the bundler. */
declare const MINE_WORKER: string;

interface ScriptUrls {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): {
    createScriptURL(url: string): string;
  };
}

/** Browsers that know of trusted types let no plain text name a script: this one alone is trusted. */
const trusted = (globalThis as { readonly trustedTypes?: ScriptUrls }).trustedTypes?.createPolicy(
  'lesswork-mine',
  { createScriptURL: () => new URL(MINE_WORKER, document.baseURI).href },
);

/** @throws Error where the browser does not start it */
export function startMineWorker(): Worker {
  const url = trusted?.createScriptURL('') ?? new URL(MINE_WORKER, document.baseURI).href;
  return new Worker(url, { type: 'module', name: 'miner' });
}

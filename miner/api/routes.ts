/**
 * What the API answers: docs/MINER-API.md has this as a table, and a test compares.
 * @module
 */

/** `files`: of the page, without a secret. `read`: with the token where there is one. `change`: only with a token, also what tells much. */
export type Needs = 'files' | 'read' | 'change';

export interface ApiRoute {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly path: string;
  readonly needs: Needs;
  /** The answer, for people. */
  readonly what: string;
}

export const API_ROUTES = [
  {
    method: 'GET',
    path: '/',
    needs: 'files',
    what: 'The page of the rig; `/page.css` and `/page.js` belong to it.',
  },
  { method: 'GET', path: '/page.css', needs: 'files', what: 'Its style.' },
  { method: 'GET', path: '/page.js', needs: 'files', what: 'Its script.' },
  { method: 'GET', path: '/status', needs: 'read', what: 'The status, as the lines of `--json` have it.' },
  { method: 'GET', path: '/2/summary', needs: 'read', what: "XMRig's summary." },
  {
    method: 'GET',
    path: '/1/summary',
    needs: 'read',
    what: 'The same in its first version: with `hashrate.threads`, and `hugepages` as a boolean.',
  },
  {
    method: 'GET',
    path: '/2/backends',
    needs: 'read',
    what: "XMRig's list of what mines: `cpu`, and `webgpu` for cards.",
  },
  {
    method: 'GET',
    path: '/1/config',
    needs: 'change',
    what: 'The settings that hold, as a file has them; secrets are named or hidden.',
  },
  { method: 'PUT', path: '/1/config', needs: 'change', what: 'Takes up other settings, all of them.' },
  { method: 'GET', path: '/2/config', needs: 'change', what: 'As `/1/config`.' },
  { method: 'PUT', path: '/2/config', needs: 'change', what: 'As `/1/config`.' },
  {
    method: 'POST',
    path: '/json_rpc',
    needs: 'change',
    what: 'XMRig\'s steering: `{"method": "pause", "id": 1}`, `resume`, `stop`.',
  },
  { method: 'GET', path: '/metrics', needs: 'read', what: 'Metrics for Prometheus.' },
  {
    method: 'GET',
    path: '/hiveos',
    needs: 'read',
    what: 'What `h-stats.sh` of HiveOS sets `khs` and `stats` to.',
  },
  { method: 'GET', path: '/mmpos', needs: 'read', what: 'What `mmp-stats.sh` of mmpOS prints.' },
] as const satisfies readonly ApiRoute[];

/** The path of a route. */
export type ApiPath = (typeof API_ROUTES)[number]['path'];

const TOKEN_WORDS: Readonly<Record<Needs, string>> = {
  files: 'no',
  read: 'where there is one',
  change: 'yes',
};

/** The routes as a table in Markdown. */
export function routesTable(): string {
  const rows = API_ROUTES.map(
    ({ method, path, needs, what }) => `| \`${method} ${path}\` | ${TOKEN_WORDS[needs]} | ${what} |`,
  );
  return ['| request | token | answer |', '|---|---|---|', ...rows, ''].join('\n');
}

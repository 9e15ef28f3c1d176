import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readImports } from './support/import-graph.js';

test('every way to name another file is read, and nothing in a comment or a string', () => {
  const text = `
    // import a from './comment.js';
    /* export * from './block-comment.js'; */
    import './bare.js';
    import x from "./default.js"
    import type { T } from './type.js';
    import y, {
      type Z,
      z as from,
    } from './lines.js';
    import * as all from '../all.js';
    export * from './star.js';
    export type { U } from './exported-type.js';
    export const from = 'no import';
    const later = await import('./later.js');
    const child = fork(fileURLToPath(new URL('./child.js', import.meta.url)));
    const wgsl = new URL('search.wgsl', import.meta.url);
    const chosen = new URL(\`./workers/\${name}.js\`, import.meta.url);
    const said = "import a from './said.js'";
  `;
  assert.deepEqual(
    readImports(text).map(({ specifier, typeOnly }) => specifier + (typeOnly ? ' (type)' : '')),
    [
      './bare.js',
      './default.js',
      './type.js (type)',
      './lines.js',
      '../all.js',
      './star.js',
      './exported-type.js (type)',
      './later.js',
      './child.js',
      './search.wgsl',
      './workers/',
    ],
  );
});

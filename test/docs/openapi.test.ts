import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ALL_ROUTES } from '../../pool/http/api/all-routes.js';
import { openApiDocument } from '../../pool/http/api/openapi.js';
import { PROJECT_ROOT } from '../support/lesswork.js';

const text = readFileSync(join(PROJECT_ROOT, 'docs/openapi.json'), 'utf8');
// biome-ignore lint/suspicious/noExplicitAny: a document that is walked through.
const document = JSON.parse(text) as any;

test('docs/openapi.json is what the code says (tools/api-docs.mjs writes it)', () => {
  assert.deepEqual(document, JSON.parse(JSON.stringify(openApiDocument())));
});

test('it has every route, and every reference in it leads somewhere', () => {
  const paths = Object.keys(document.paths);
  assert.deepEqual(
    paths.toSorted(),
    [...ALL_ROUTES.map(({ path }) => path.replaceAll(/:(\w+)/g, '{$1}')), '/health', '/ready'].toSorted(),
  );
  const references = [...text.matchAll(/"\$ref": "#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name!);
  assert.ok(references.length > 40);
  for (const name of references) assert.ok(document.components.schemas[name], name);
});

test('docs/API.md names every path', () => {
  const guide = readFileSync(join(PROJECT_ROOT, 'docs/API.md'), 'utf8');
  for (const path of Object.keys(document.paths))
    assert.ok(guide.includes(`\`${path.replace(/^\/api\/v2\//, '/api/')}\``), path);
  assert.ok(guide.includes('`/api/v2/pools/...`'));
  assert.ok(guide.includes('`/api/feed`'));
  assert.ok(guide.includes('`/api/openapi.json`'));
});

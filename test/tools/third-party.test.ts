import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { PROJECT_ROOT } from '../support/lesswork.js';

const { LICENCES_BY_FILE, packagesOfPage, thirdPartyText } = (await import(
  pathToFileURL(join(PROJECT_ROOT, 'tools/third-party.mjs')).href
)) as {
  LICENCES_BY_FILE: Readonly<Record<string, { readonly licence: string; readonly words: string }>>;
  packagesOfPage(): string[];
  thirdPartyText(): string;
};

/** What may be passed on with a program under MIT, as it is passed on here. */
const ACCEPTED = new Set(['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'LGPL-3.0']);

test('THIRD-PARTY.md is what tools/third-party.mjs writes', () => {
  assert.equal(readFileSync(join(PROJECT_ROOT, 'THIRD-PARTY.md'), 'utf8'), thirdPartyText());
});

test('each package has a licence that may be passed on, and a hash', () => {
  const rows = [...thirdPartyText().matchAll(/^\| (\S+).*? \| (\S+) \| (.+?) \| `(.*?)` \|$/gm)];
  const direct = Object.keys(
    (
      JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
        dependencies: Record<string, string>;
      }
    ).dependencies,
  );
  const names = rows.map(([, name]) => name!);
  for (const name of [...direct, ...packagesOfPage()]) assert.ok(names.includes(name), name);
  for (const [, name, version, licence, hash] of rows) {
    assert.ok(ACCEPTED.has(licence!), `${name}: ${licence}`);
    assert.match(version!, /^\d+\.\d+\.\d+/, name);
    assert.match(hash!, /^sha512-/, name);
  }
});

test('what is said of a licence in other words than package.json is in its file', () => {
  for (const [name, { words }] of Object.entries(LICENCES_BY_FILE))
    assert.ok(
      readFileSync(join(PROJECT_ROOT, 'node_modules', name, 'LICENSE'), 'utf8')
        .slice(0, 200)
        .includes(words),
      name,
    );
});

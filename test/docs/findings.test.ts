import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { PROJECT_ROOT } from '../support/lesswork.js';

const folder = `${PROJECT_ROOT}/findings`;
const names = readdirSync(folder).filter((name) => name !== 'setup.sh');

test('each finding says what one would guess, what really happens, where it bites, and with which versions', () => {
  assert.ok(names.length > 0);
  for (const name of names) {
    const text = readFileSync(`${folder}/${name}`, 'utf8');
    const head = text.split('\n\n')[0]!;
    assert.match(
      head,
      /^#!\/usr\/bin\/env bash\n# Guess: {2}\S[\s\S]*\n# Really: \S[\s\S]*\n# Bites: {2}\S[\s\S]*\n# Seen: {3}.*\d/,
      name,
    );
    assert.match(text, /\nsource "\$\(dirname "\$0"\)\/setup\.sh"\n/, name);
    assert.match(text, /\nexpect /, name);
    assert.ok((statSync(`${folder}/${name}`).mode & 0o111) !== 0, `${name} can be run`);
    for (const [, version] of text.matchAll(/^ *install .*@(\S+)$/gm))
      assert.match(version!, /^\d+\.\d+\.\d+$/, `${name}: a pinned version`);
  }
});

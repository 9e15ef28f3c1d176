#!/usr/bin/env bash
# Guess:  a script that runs tests by node:test's run() runs them also where a test starts it as a process, and fails if
#         they fail.
# Really: the test's process hands NODE_TEST_CONTEXT to all that it starts; run() takes itself for a test file, warns,
#         runs nothing, and the script ends with 0: a failing test passes.
# Bites:  whoever tests a test runner, or a command that runs tests. Take the variable out of the environment.
# Seen:   Node.js 20.20, 22.23, 24.22.
source "$(dirname "$0")/setup.sh"
cat > failing.test.js <<'JS'
import { test } from 'node:test';
test('fails', () => {
  throw new Error('as it should');
});
JS
cat > runner.js <<'JS'
import { run } from 'node:test';
let failed = 0;
for await (const { type } of run({ files: ['failing.test.js'] })) if (type === 'test:fail') failed++;
console.log(failed === 0 ? 'nothing failed' : 'a test failed');
JS
cat > outer.test.js <<'JS'
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { writeFileSync } from 'node:fs';
test('starts the runner', () => {
  const { NODE_TEST_CONTEXT: _, ...clean } = process.env;
  const said = (env) => spawnSync(process.execPath, ['runner.js'], { env, encoding: 'utf8' }).stdout.trim();
  writeFileSync('said.json', JSON.stringify({ inherited: said(process.env), clean: said(clean) }));
});
JS
node --test outer.test.js > /dev/null
said() { node -p "JSON.parse(require('fs').readFileSync('said.json', 'utf8')).$1"; }
expect 'started by a test' 'nothing failed' "$(said inherited)"
expect 'without NODE_TEST_CONTEXT' 'a test failed' "$(said clean)"

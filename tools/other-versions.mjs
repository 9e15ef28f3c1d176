// The fast part of the tests on the other versions of Node.js, beside the tests on this one: a process of its own, which runs one
// version after the other and ends with 1 if one failed.
import { spawn, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NODE_VERSIONS, provideNode } from './node-versions.mjs';

const PROGRAM = fileURLToPath(import.meta.url);

/** The runner, which other versions run as well. */
const RUNNER = join(dirname(PROGRAM), 'test.mjs');

/** Test files at a time. The main run has most of the machine: a version may take a few times what it takes alone. */
const FILES = 2;

/** Runs the tests on another version of Node.js. @param args - of `npm test` @returns whether all passed */
export function runOn(version, args) {
  const binary = provideNode(version);
  // npm's own variables name the Node.js that npm runs on: whatever is started below must not take that.
  const { npm_node_execpath: _, NODE: __, ...env } = process.env;
  return spawnSync(binary, [RUNNER, ...args], { env, stdio: 'inherit' }).status === 0;
}

/**
 * Begins the fast part on all versions but this one. What it says is kept until it is asked for.
 * @returns what waits for its end, prints what it said, and tells whether all passed
 */
export function startOtherVersions() {
  const child = spawn(process.execPath, [PROGRAM], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = [];
  for (const stream of ['stdout', 'stderr'])
    child[stream].on('data', (bytes) => said.push({ stream, bytes }));
  const ended = new Promise((resolve) => {
    child.once('error', (error) => {
      said.push({ stream: 'stderr', bytes: `tests: ${error.message}\n` });
      resolve(false);
    });
    child.once('close', (status) => resolve(status === 0));
  });
  const kill = () => child.kill();
  process.once('exit', kill);
  return async () => {
    const passed = await ended;
    process.off('exit', kill);
    for (const { stream, bytes } of said) process[stream].write(bytes);
    return passed;
  };
}

/** @returns whether all passed */
function runOnOtherVersions() {
  let passed = true;
  for (const version of NODE_VERSIONS.filter((one) => one !== process.versions.node)) {
    try {
      console.log(`\ntests: the fast part on Node.js ${version}`);
      if (runOn(version, ['--fast', '--files', String(FILES)])) continue;
      console.error(`tests: FAILED on Node.js ${version} (npm test -- --node ${version} --fast)`);
      passed = false;
    } catch (error) {
      console.error(`tests: left out on Node.js ${version}: ${error.message}`);
      if (process.env.LESSWORK_REQUIRE_ALL === '1') passed = false;
    }
  }
  return passed;
}

if (process.argv[1] === PROGRAM) process.exitCode = runOnOtherVersions() ? 0 : 1;

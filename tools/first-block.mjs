// How long a newcomer waits: from a fresh clone to the first accepted block of `npm run demo`, of two commits in turn.
// `node tools/first-block.mjs BASE [COMMIT] [PAIRS]` (HEAD, 5 pairs). npm's cache should be warm: one round of each is not
// counted.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [base, commit = 'HEAD', pairs = '5'] = process.argv.slice(2);
if (base === undefined) {
  console.error('usage: node tools/first-block.mjs BASE [COMMIT] [PAIRS]');
  process.exit(2);
}

function git(cwd, ...args) {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}

/** Seconds until the demo of a fresh clone tells of its first accepted block. */
function firstBlock(revision) {
  const folder = mkdtempSync(join(tmpdir(), 'lesswork-first-block-'));
  const clone = join(folder, 'clone');
  const startedMs = performance.now();
  git(root, 'clone', '-q', '--no-checkout', root, clone);
  git(clone, 'checkout', '-q', revision);
  return new Promise((resolve, reject) => {
    const demo = spawn('npm', ['run', '-s', 'demo', '--', '--json'], { cwd: clone });
    let [stdout, stderr] = ['', ''];
    let seconds;
    demo.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    demo.stdout.on('data', (chunk) => {
      stdout += chunk;
      if (seconds !== undefined || !/"block":true.*"verdict":"accepted"/.test(stdout)) return;
      seconds = (performance.now() - startedMs) / 1000;
      demo.kill('SIGTERM');
    });
    demo.once('close', () => {
      rmSync(folder, { recursive: true, force: true });
      if (seconds === undefined) reject(new Error(`no block: ${stderr}`));
      else resolve(seconds);
    });
  });
}

const revisions = [base, commit].map((name) => git(root, 'rev-parse', name));
const times = [[], []];
for (let pair = 0; pair <= Number(pairs); pair++) {
  // Who is first changes from pair to pair: what warms up or wears out hits both alike.
  for (const which of pair % 2 === 0 ? [0, 1] : [1, 0]) {
    const seconds = await firstBlock(revisions[which]);
    console.log(
      `${pair === 0 ? 'warm-up' : `pair ${pair}`}: ${[base, commit][which]} ${seconds.toFixed(1)} s`,
    );
    if (pair > 0) times[which].push(seconds);
  }
}
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const ratios = times[0].map((seconds, pair) => times[1][pair] / seconds);
console.log(
  `medians: ${base} ${median(times[0]).toFixed(1)} s, ${commit} ${median(times[1]).toFixed(1)} s; ratio of a pair ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`,
);

// Bundles the page that browsers are given: `node tools/bundle-page.mjs FOLDER KERNELS SCRIPT`; KERNELS is the folder of the
// WASM kernels, which the script that mines in the browser holds; SCRIPT is where that of the miner's own page goes. Names of
// assets have a hash of their content in them. Beside each file lies what it is compressed, as the pool sends it; licenses.txt holds the terms of what is in the bundle.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [folder, kernels, rigScript] = process.argv.slice(2);
if (rigScript === undefined) throw new Error('usage: node tools/bundle-page.mjs FOLDER KERNELS SCRIPT');

/** Most hex digits of a hash in a name. */
const DIGITS = 10;

const files = new Map();

const settings = {
  absWorkingDir: root,
  outdir: folder,
  bundle: true,
  write: false,
  metafile: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: ['es2022', 'chrome107', 'firefox104', 'safari16'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  tsconfig: 'web/tsconfig.json',
  legalComments: 'none',
  logLevel: 'silent',
};

const mine = await build({
  ...settings,
  entryPoints: { mine: 'web/mine/worker/worker.ts' },
  alias: { 'built-kernels': join(root, kernels) },
  loader: { '.wgsl': 'text', '.wasm': 'binary' },
});
const { outputFiles, metafile } = await build({
  ...settings,
  entryPoints: { main: 'web/main.tsx', style: 'web/style/style.css' },
  define: { MINE_WORKER: JSON.stringify(addAsset('mine.js', mine.outputFiles[0].contents)) },
});

// Of this project's own sources alone: it needs no licences beside it.
const rig = await build({ ...settings, entryPoints: { page: 'web/rig/main.ts' } });
mkdirSync(dirname(join(root, rigScript)), { recursive: true });
writeFileSync(join(root, rigScript), rig.outputFiles[0].contents);

const [script] = outputFiles.filter(({ path }) => path.endsWith('main.js'));
const [style] = outputFiles.filter(({ path }) => path.endsWith('style.css'));
const places = {
  script: addAsset('main.js', script.contents),
  style: addAsset('style.css', style.contents),
  icon: addAsset('icon.svg', readFileSync(join(root, 'web/icon.svg'))),
};
const page = readFileSync(join(root, 'web/index.html'), 'utf8').replace(/\{\{(\w+)\}\}/g, (_, name) => {
  if (places[name] === undefined) throw new Error(`web/index.html: nothing is called ${name}`);
  return places[name];
});
files.set('index.html', Buffer.from(page));
files.set(
  'licenses.txt',
  Buffer.from(licences([metafile, mine.metafile].flatMap(({ inputs }) => Object.keys(inputs)))),
);

for (const [path, contents] of files) {
  const place = join(root, folder, path);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, contents);
  // The document is made for each place that it is asked for at.
  if (path === 'index.html') continue;
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: contents.length };
  writeFileSync(`${place}.br`, brotliCompressSync(contents, { params }));
  writeFileSync(`${place}.gz`, gzipSync(contents, { level: 9 }));
}

/** The terms of each package that something in the bundle is of. */
function licences(inputs) {
  const packages = inputs.flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  const texts = [...new Set(packages)].sort().map((name) => {
    const at = join(root, 'node_modules', name);
    const { version, license, homepage } = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8'));
    const file = ['LICENSE', 'LICENSE.md', 'LICENSE.txt'].find((one) => existsSync(join(at, one)));
    if (file === undefined) throw new Error(`${name} has no licence`);
    const from = homepage === undefined ? '' : `, ${homepage}`;
    return `${name} ${version} (${license}${from})\n\n${readFileSync(join(at, file), 'utf8').trim()}\n`;
  });
  return `This page is part of lesswork (MIT). It contains:\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

/** Takes a file whose name has a hash of its content in it. @returns its path in the page's folder */
function addAsset(name, contents) {
  const hash = createHash('sha256').update(contents).digest('hex').slice(0, DIGITS);
  const ending = extname(name);
  const path = `assets/${name.slice(0, -ending.length)}-${hash}${ending}`;
  files.set(path, contents);
  return path;
}

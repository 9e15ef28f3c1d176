import assert from 'node:assert/strict';
import { get, type IncomingHttpHeaders } from 'node:http';
import { after, before, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { encodingFor } from '../../../../pool/http/page/page-routes.js';
import { type ApiLab, apiLab, POOL } from '../../../support/api-lab.js';
import { ADDRESS } from '../../../support/test-pool.js';

const NOTICE = 'Maintenance <b>tonight</b> & "more"';

let lab: ApiLab;
before(async () => {
  lab = await apiLab({ page: true, pool: { ...POOL, notice: NOTICE, host: 'mine.example' } });
  await lab.settle();
});
after(() => lab.close());

interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** `fetch` decompresses, and leaves parts of a path out. */
function raw(path: string, headers: Record<string, string> = {}): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port: lab.api.port, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    }).on('error', reject);
  });
}

/** Paths of what a document asks for. */
function assetsOf(document: string): string[] {
  return [...document.matchAll(/(?:src|href)="(assets\/[^"]+)"/g)].map((match) => `/${match[1]!}`);
}

test('the document is at each of its places, and its links lead to the same from all of them', async () => {
  for (const [path, base] of [
    ['/', './'],
    [`/miners/${ADDRESS}`, '../'],
    [`/miners/${ADDRESS}/`, '../../'],
    ['/miners/nonsense', '../'],
  ] as const) {
    const { status, headers, body } = await raw(path);
    assert.equal(status, 200, path);
    assert.equal(headers['content-type'], 'text/html; charset=UTF-8');
    assert.ok(body.includes(`<base href="${base}" />`), path);
    assert.doesNotMatch(body.toString(), /(?:src|href)="(?:\/|https?:)/, 'nothing leads out of its folder');
  }
});

test('a browser may load and ask for what is here, and nothing else', async () => {
  const { headers, body } = await raw('/');
  const policy = headers['content-security-policy'] as string;
  assert.match(policy, /^default-src 'none';/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe|https?:|\*/);
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.doesNotMatch(body.toString(), /<script(?![^>]* src=)|<style| style=| on\w+=/, 'nothing is inline');
});

test('what has a hash in its name is kept for ever, the document is asked for again', async () => {
  const document = await raw('/');
  assert.equal(document.headers['cache-control'], 'no-cache');
  const again = await raw('/', { 'if-none-match': document.headers.etag! });
  assert.deepEqual([again.status, again.body.length], [304, 0]);
  const assets = assetsOf(document.body.toString());
  assert.equal(assets.length, 3);
  for (const path of assets) {
    assert.match(path, /-[0-9a-f]{10}\.(js|css|svg)$/);
    const asset = await raw(path, { 'accept-encoding': 'gzip, br' });
    assert.equal(asset.headers['cache-control'], 'public, max-age=31536000, immutable');
    assert.equal(asset.headers['content-encoding'], 'br');
    assert.equal(asset.headers.vary, 'Accept-Encoding');
    const whole = await raw(path);
    assert.equal(whole.headers['content-encoding'], undefined);
    assert.deepEqual(brotliDecompressSync(asset.body), whole.body);
    const zipped = await raw(path, { 'accept-encoding': 'gzip;q=0.5, br;q=0' });
    assert.deepEqual(gunzipSync(zipped.body), whole.body);
    assert.equal(new Set([asset, whole, zipped].map(({ headers }) => headers.etag)).size, 3);
    const known = await raw(path, { 'accept-encoding': 'br', 'if-none-match': `W/${asset.headers.etag}` });
    assert.equal(known.status, 304);
  }
});

test('the page and the answers that it begins with take less than 150 KB', async () => {
  const document = await raw('/');
  let bytes = document.body.length;
  for (const path of assetsOf(document.body.toString()))
    bytes += (await raw(path, { 'accept-encoding': 'br' })).body.length;
  for (const path of [
    '',
    '/test/performance?r=Day&i=TenMinutes',
    '/test/blocks?pageSize=12',
    '/test/payments',
  ])
    bytes += (await raw(`/api/pools${path}`)).body.length;
  assert.ok(bytes < 150_000, `${bytes} bytes`);
  // Without it, this test would hold an empty page.
  assert.ok(bytes > 20_000, `${bytes} bytes`);
});

test('a browser is shown that nothing is there, and a program told', async () => {
  const shown = await raw('/some/where', { accept: 'text/html,*/*' });
  assert.equal(shown.status, 404);
  assert.ok(shown.body.includes('<base href="../" />'));
  for (const [path, accept] of [
    ['/some/where', '*/*'],
    ['/api/nothing', 'text/html'],
    ['/assets/../../package.json', '*/*'],
    ['/assets/main.js', '*/*'],
    ['/index.html.br', '*/*'],
  ] as const) {
    const { status, body } = await raw(path, { accept });
    assert.equal(status, 404, path);
    assert.equal(JSON.parse(body.toString()).code, 'notFound');
  }
});

test('only GET and HEAD are answered', async () => {
  const head = await lab.get('/', { method: 'HEAD' });
  assert.deepEqual([head.status, await head.text()], [200, '']);
  assert.equal((await lab.get('/', { method: 'POST' })).status, 405);
});

test('the terms of what the page is made of are there', async () => {
  const { body } = await raw('/licenses.txt');
  for (const name of ['preact', 'uplot', '@noble/hashes'])
    assert.match(body.toString(), new RegExp(`^${name} `, 'm'));
});

test('what the operator tells stands in the API as it was written: the page shows it as text', async () => {
  const { pools } = JSON.parse((await raw('/api/pools')).body.toString());
  assert.equal(pools[0].notice, NOTICE);
  assert.equal(pools[0].host, 'mine.example');
});

test('where the page is turned off there is none', async () => {
  const without = await apiLab();
  try {
    for (const path of ['/', `/miners/${ADDRESS}`]) {
      const response = await without.get(path, { headers: { accept: 'text/html' } });
      assert.equal(response.status, 404);
      assert.equal(((await response.json()) as { code: string }).code, 'notFound');
    }
  } finally {
    await without.close();
  }
});

test('the best form that a browser takes is sent', () => {
  const file = { encoded: new Map([['br', new Uint8Array()] as const, ['gzip', new Uint8Array()] as const]) };
  for (const [accepted, encoding] of [
    ['', undefined],
    ['gzip, deflate, br', 'br'],
    ['GZIP', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['br;q=0.0', undefined],
    ['identity', undefined],
    [`${'x'.repeat(500)},br`, 'br'],
  ] as const)
    assert.equal(encodingFor(file, accepted), encoding, accepted);
});

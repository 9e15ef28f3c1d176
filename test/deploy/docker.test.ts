// What is shipped for containers: linted, and in itself consistent. No container is run here.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { parsePoolConfig } from '../../pool/config/pool-config.js';
import { freePort } from '../support/free-port.js';
import { PROJECT_ROOT } from '../support/lesswork.js';
import { PROMETHEUS_FOLDER } from '../support/prometheus.js';
import { skipWhen } from '../support/requirement.js';

const run = promisify(execFile);
const FOLDER = join(PROJECT_ROOT, 'deploy/docker');
const read = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');
const tool = async <Exports>(name: string): Promise<Exports> =>
  (await import(pathToFileURL(join(PROJECT_ROOT, 'tools', name)).href)) as Exports;

const config = parsePoolConfig(read('pool.json'), {
  env: {},
  readFile: () => '',
  resolvePath: (path) => path,
});

assert.ok(config.http);
const httpPort = config.http.port;

let hadolint = '';
let missing: string | undefined;
try {
  hadolint = (await tool<{ provideHadolint(): string }>('hadolint.mjs')).provideHadolint();
} catch (error) {
  missing = (error as Error).message;
}

test('hadolint finds nothing in the Dockerfile', { skip: skipWhen(missing) }, async () => {
  await run(hadolint, ['--failure-threshold', 'style', join(FOLDER, 'Dockerfile')]);
});

test('dclint finds compose.yml right by the schema, and no error', async () => {
  const dclint = join(PROJECT_ROOT, 'node_modules/dclint/bin/dclint.cjs');
  await run(process.execPath, [dclint, '--quiet', join(FOLDER, 'compose.yml')]);
});

test('the image is of the Node.js that packages bring, its user is not root, and what it copies is there', async () => {
  const { BUNDLED_NODE } = await tool<{ BUNDLED_NODE: string }>('package/bundled-node.mjs');
  const dockerfile = read('Dockerfile');
  const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
  assert.equal(bases.length, 2);
  for (const image of bases) assert.equal(image, `node:${BUNDLED_NODE}-bookworm-slim`);
  assert.match(dockerfile, /^USER 10001:10001$/m);
  for (const [, list] of dockerfile.matchAll(/^COPY --from=build ((?:\/src\/\S+ )+)/gm))
    for (const path of list!.trim().split(' ')) {
      const name = path.slice('/src/'.length);
      assert.ok(existsSync(join(PROJECT_ROOT, name)), path);
    }
});

test('the health check of the image is that of the pool: ready or not', async () => {
  const [, line] = /^ {2}CMD (\[.*\])$/m.exec(read('Dockerfile'))!;
  const [program, ...args] = JSON.parse(line!) as string[];
  assert.equal(program, 'node');
  let status = 200;
  const server = createServer((request, response) => {
    response.statusCode = request.url === '/ready' ? status : 404;
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const check = async (port: number): Promise<number> => {
    const here = args.map((arg) => arg.replace(`127.0.0.1:${httpPort}`, `127.0.0.1:${port}`));
    assert.notDeepEqual(here, args);
    return await run(process.execPath, here).then(
      () => 0,
      ({ code }: { code: number }) => code,
    );
  };
  const { port } = server.address() as AddressInfo;
  assert.equal(await check(port), 0);
  status = 503;
  assert.equal(await check(port), 1);
  server.close();
  assert.equal(await check(await freePort()), 1);
});

test('ports and names of compose.yml, pool.json and prometheus.yml are the same', () => {
  const compose = read('compose.yml');
  const [listener] = config.listeners;
  assert.ok(config.http && config.admin);
  assert.ok(compose.includes(`'0.0.0.0:${listener!.port}:${listener!.port}'`));
  assert.ok(compose.includes(`'127.0.0.1:${config.http.port}:${config.http.port}'`));
  assert.equal(config.store.type, 'redis');
  for (const service of ['pool', 'payer', 'redis', 'prometheus', 'grafana'])
    assert.match(compose, new RegExp(`^ {2}${service}:$`, 'm'));
  assert.ok(config.admin.hostNames.includes('pool'), 'Prometheus asks for it by that name');
  const target = `pool:${config.admin.port}`;
  const shipped = readFileSync(join(PROMETHEUS_FOLDER, 'prometheus.yml'), 'utf8').replaceAll(
    '127.0.0.1:8081',
    target,
  );
  const settings = (text: string): string => text.replaceAll(/^ *#.*\n/gm, '');
  // Rigs are elsewhere.
  const [ofPool] = settings(shipped).split('\n  - job_name: lesswork-miner');
  assert.equal(settings(read('prometheus.yml')).trimEnd(), ofPool!.trimEnd());
  assert.ok(read('grafana-datasource.yml').includes('http://prometheus:9090'));
});

test('each service of compose.yml has a root file system that is read only, no capabilities, and no new ones', () => {
  const compose = read('compose.yml');
  // Pool and payer share theirs.
  for (const line of ['read_only: true', 'cap_drop: [ALL]', "security_opt: ['no-new-privileges:true']"])
    assert.equal(compose.split(line).length - 1, 4, line);
});

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Devnet, startDevnet } from '../../devnet/app.js';
import { freePort } from '../support/free-port.js';
import { LessworkRun } from '../support/lesswork.js';
import { inOneProcess } from '../support/one-process.js';
import { RawClient } from '../support/raw-client.js';
import { sleep, waitFor } from '../support/wait.js';

const TOKEN = 'token-of-this-test';
const folder = mkdtempSync(join(tmpdir(), 'lesswork-miner-api-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const tokenFile = join(folder, 'token');
writeFileSync(tokenFile, `${TOKEN}\n`);

let node: Devnet | undefined;
after(() => node?.close());

/** The JSON that a miner's API answers. */
async function ask(url: string, method?: string): Promise<Record<string, never>> {
  const response = await fetch(url, {
    method: method === undefined ? 'GET' : 'POST',
    headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' },
    ...(method === undefined ? {} : { body: JSON.stringify({ method, id: 1 }) }),
  });
  assert.equal(response.status, 200, url);
  return (await response.json()) as Record<string, never>;
}

test('a miner is watched, paused, resumed and stopped; it mines on whatever clients do; its token is never shown', async () => {
  node = await startDevnet({ rate: 1_000_000, blockTimeMs: 4_000 });
  const address = `127.0.0.1:${node.minerApiPort},rest=${node.restPort}`;
  const run = new LessworkRun([
    ...['mine', '--node', address, '--device', 'cpu', '--threads', '1', '--json'],
    ...['--api', '127.0.0.1:0', '--api-token-file', tokenFile],
  ]);
  try {
    let url = '';
    await waitFor('the place of the API', () => {
      const line = run.jsonLines().find(({ name }) => name === 'API');
      url = /http:\S+\//.exec(String(line?.message))?.[0] ?? '';
      return url !== '';
    });
    // The API lets one address ask so often.
    const hashes = async (): Promise<number> => {
      await sleep(100);
      return (await ask(`${url}status`)).totalHashes!;
    };
    await waitFor('hashes', async () => (await hashes()) > 0, 30_000);
    assert.equal((await ask(`${url}2/summary`)).paused, false);

    await ask(`${url}json_rpc`, 'pause');
    assert.equal((await ask(`${url}2/summary`)).paused, true);
    let before = -1;
    await waitFor('the end of what was under way', async () => {
      const now = await hashes();
      const still = now === before;
      before = now;
      return still;
    });
    await ask(`${url}json_rpc`, 'resume');
    await waitFor('hashes again', async () => (await hashes()) > before);

    // Half requests, megabytes, and connections that come and go.
    const port = Number(new URL(url).port);
    const clients = await Promise.all(Array.from({ length: 25 }, () => RawClient.open(port)));
    for (const [i, client] of clients.entries())
      client.send(
        i % 2 === 0
          ? 'GET /status HTTP/1.1\r\nHost: '
          : `POST /json_rpc HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999\r\n\r\n${'x'.repeat(100_000)}`,
      );
    const mined = await hashes();
    await waitFor('more hashes', async () => (await hashes()) > mined);
    for (const { socket } of clients) socket.destroy();

    await ask(`${url}json_rpc`, 'stop');
    const { code, stdout, stderr } = await run.end();
    assert.equal(code, 0, stderr);
    assert.equal(run.jsonLines().at(-1)!.type, 'summary');
    assert.ok(!stdout.includes(TOKEN) && !stderr.includes(TOKEN));
  } finally {
    run.child.kill('SIGKILL');
  }
});

test('settings by the API: taken up at once, kept in the file, a slip refused', async () => {
  node ??= await startDevnet({ rate: 1_000_000, blockTimeMs: 4_000 });
  const config = join(folder, 'miner.json');
  const port = await freePort();
  const settings = {
    nodes: [{ host: '127.0.0.1', port: node.minerApiPort, restPort: node.restPort }],
    devices: ['cpu'],
    threads: 1,
    json: true,
    api: { port, token: { file: 'token' } },
  };
  writeFileSync(config, JSON.stringify(settings));
  const run = new LessworkRun(['mine', '--config', config]);
  try {
    const url = `http://127.0.0.1:${port}/1/config`;
    const headers = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' };
    await waitFor('the API', () => run.jsonLines().some(({ name }) => name === 'API'));
    const told = (await (await fetch(url, { headers })).json()) as typeof settings;
    assert.deepEqual(told, settings);
    const put = async (value: object): Promise<Response> =>
      fetch(url, { method: 'PUT', headers, body: JSON.stringify(value) });
    const slip = await put({ ...told, thread: 2 });
    assert.equal(slip.status, 400);
    assert.match(await slip.text(), /thread: unknown setting; did you mean .*threads/);
    assert.equal((await put({ ...told, logLevel: 'debug' })).status, 204);
    assert.equal((JSON.parse(readFileSync(config, 'utf8')) as { logLevel?: string }).logLevel, 'debug');
    run.child.kill('SIGTERM');
    assert.equal((await run.end()).code, 0);
  } finally {
    run.child.kill('SIGKILL');
  }
});

test('a port that is taken, a place that others can reach, and a token that is none end the miner before it begins', async () => {
  const port = await freePort();
  const taken = new LessworkRun(['devnet', '--port', String(port), '--rest-port', '0', '--json']);
  try {
    await waitFor('the port', () => taken.stdout !== '', 20_000);
    const base = ['mine', '--node', '127.0.0.1:1,rest=1', '--device', 'cpu'];
    for (const [args, message] of [
      [['--api', String(port)], new RegExp(`api: 127\\.0\\.0\\.1:${port}: another program listens there`)],
      [['--api', '0.0.0.0:0'], /api\.host: expected a token beside it/],
      [['--api', '0', '--api-token-file', join(folder, 'none')], /api\.token: .*no such file/],
      [['--api', '0', '--api-origin', 'dashboard'], /expected the origin of a page.*got "dashboard"/],
      [['--api', 'here:there'], /expected HOST:PORT.*got "here:there"/],
      [['--api-token-file', tokenFile], /--api-token-file is for --api/],
    ] as const) {
      const { code, stdout, stderr } = await inOneProcess([...base, ...args]);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
      assert.equal(stdout, '');
      assert.ok(!stderr.includes(TOKEN));
    }
  } finally {
    taken.child.kill('SIGTERM');
    await taken.end();
  }
});

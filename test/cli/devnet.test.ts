import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { submit } from '../devnet/setting.js';
import { LessworkRun, lesswork } from '../support/lesswork.js';
import { RawMiner, solve } from '../support/raw-miner.js';

const FREE_PORTS = ['--port', '0', '--rest-port', '0', '--control-port', '0'];

/** Starts `lesswork devnet --json`, and waits until it listens. */
async function start(t: TestContext, ...args: string[]) {
  const run = new LessworkRun(['devnet', '--json', ...FREE_PORTS, ...args]);
  t.after(() => run.child.kill('SIGKILL'));
  const waitFor = async (type: string) => {
    for (let i = 0; i < 200; i++) {
      const line = run.jsonLines().find((candidate) => candidate.type === type);
      if (line) return line;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`no line of type ${type}: ${run.stdout}${run.stderr}`);
  };
  return { run, waitFor, ports: (await waitFor('listening')) as unknown as Record<string, number> };
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`a devnet serves a miner, says what happens as JSON lines, and ends with 0 on ${signal}`, async (t) => {
    const { run, waitFor, ports } = await start(
      t,
      '--rate',
      '1kH/s',
      '--block-time',
      '2s',
      '--others',
      '1kH/s',
    );
    const miner = await RawMiner.connect(ports.minerApiPort!);
    submit(miner, solve((await miner.jobs())[3]!));
    assert.equal((await miner.result()).accepted, true);
    const { accepted } = await waitFor('submission');
    assert.equal(accepted, true);
    const { mainChain, height } = await waitFor('block');
    assert.deepEqual([mainChain, typeof height], [true, 'number']);
    const version = await fetch(`http://127.0.0.1:${ports.restPort}/infos/version`);
    assert.equal(version.status, 200);
    const mined = await fetch(`http://127.0.0.1:${ports.controlPort}/mine`, {
      method: 'POST',
      body: '{"chain":5}',
    });
    assert.equal(mined.status, 200);
    run.child.kill(signal);
    const { code, stderr } = await run.end();
    assert.equal(code, 0, stderr);
    assert.equal(stderr, '');
    assert.equal(run.jsonLines().at(-1)!.type, 'stopped');
    await miner.closed;
  });
}

test('plain lines without --json', async (t) => {
  const run = new LessworkRun(['devnet', ...FREE_PORTS]);
  t.after(() => run.child.kill('SIGKILL'));
  while (!run.stdout.includes('group 3')) await new Promise((resolve) => setTimeout(resolve, 50));
  run.child.kill('SIGTERM');
  const { code, stdout } = await run.end();
  assert.equal(code, 0);
  assert.match(stdout, /^\S+Z miner API 127\.0\.0\.1:\d+, REST http:\/\/127\.0\.0\.1:\d+, control http/);
  assert.match(stdout, /stopped with 16 blocks\n$/);
});

test('a port in use is said, and ends with 1', async (t) => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  t.after(() => other.close());
  const { port } = other.address() as { port: number };
  for (const option of ['--port', '--rest-port', '--control-port']) {
    const { code, stdout, stderr } = await lesswork('devnet', ...FREE_PORTS, option, String(port));
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`^lesswork: 127\\.0\\.0\\.1:${port} is in use; choose another port`));
    assert.equal(stdout, '');
  }
});

for (const [args, expected] of [
  [['--rate', 'fast'], /'--rate <rate>'.*expected a hash rate such as 500kH\/s or 5MH\/s, got "fast"/],
  [['--rate', '0'], /"rate" expected an integer from 1 to/],
  [['--block-time', '2'], /'--block-time <duration>'.*expected a duration such as .*, got "2"/],
  [['--port', '70000'], /'--port <port>'.*expected a whole number from 0 to 65535, got "70000"/],
  [['--seed', 'x'], /'--seed <n>'/],
  [['--miner-address', 'x'], /"minerAddresses" expected 4 addresses, got 1/],
] as const) {
  test(`wrong usage is said and ends with 2: devnet ${args.join(' ')}`, async () => {
    const { code, stdout, stderr } = await lesswork('devnet', ...FREE_PORTS, ...args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, expected);
    assert.equal(stdout, '');
  });
}

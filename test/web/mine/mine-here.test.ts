import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { type Devnet, startDevnet } from '../../../devnet/app.js';
import type { MinerStatus } from '../../../miner/core/events.js';
import { type PoolApp, startPool } from '../../../pool/app.js';
import { parsePoolConfig } from '../../../pool/config/pool-config.js';
import { assertAccessible, type OpenPage, openPage, withArguments } from '../../support/browser.js';
import { noBrowser } from '../../support/chromium.js';
import { freePort } from '../../support/free-port.js';
import { skipWhen } from '../../support/requirement.js';
import { sleep, waitFor } from '../../support/wait.js';

const skip = skipWhen(noBrowser);
const ADDRESS = '14gv16y2bEDYV6LaV3iqbJc9n7WT2zromQ1reBKebZc8E';

/** A name of this machine that browsers take for another one: without TLS a page from there has no WebGPU. */
const ELSEWHERE = 'pool.test';

const SECONDS = 1_000;

// SwiftShader is a card to WebGPU only where nobody minds.
withArguments(['--enable-unsafe-webgpu', `--host-resolver-rules=MAP ${ELSEWHERE} 127.0.0.1`]);

let node: Devnet;
let pool: PoolApp;
let dataFolder: string;
let httpPort: number;
let wsPort: number;

/** The pool, at the same ports each time. */
function openPool(): Promise<PoolApp> {
  const config = parsePoolConfig(
    {
      mode: 'pool',
      nodes: [{ host: '127.0.0.1', port: node.minerApiPort, restPort: node.restPort }],
      listeners: [
        {
          name: 'browsers',
          protocol: 'ws',
          host: '127.0.0.1',
          port: wsPort,
          difficulty: { start: '50kH', fixed: true },
        },
      ],
      http: { host: '127.0.0.1', port: httpPort, mining: {} },
      admin: false,
      dataFolder,
      stop: { closeOverMs: 0 },
    },
    { env: {}, readFile: () => '', resolvePath: (path) => path },
  );
  return startPool(config, { onEvent: () => {}, version: 'test' });
}

before(async () => {
  if (skip !== false) return;
  node = await startDevnet({ rate: 1_000_000 });
  dataFolder = await mkdtemp(join(tmpdir(), 'lesswork-mine-here-'));
  [httpPort, wsPort] = [await freePort(), await freePort()];
  pool = await openPool();
});

after(async () => {
  await pool?.close();
  await node?.close();
  if (dataFolder !== undefined) await rm(dataFolder, { recursive: true, force: true });
});

/** The pool's page, and what its worker told. */
class Tab {
  readonly #opened: OpenPage;

  private constructor(opened: OpenPage) {
    this.#opened = opened;
  }

  /** @param script - runs before the page's own */
  static async open(host = '127.0.0.1', script = ''): Promise<Tab> {
    const opened = await openPage({ before: `${KEEP_STATE}; ${script}` });
    await opened.page.goto(`http://${host}:${httpPort}/`);
    return new Tab(opened);
  }

  get page(): Page {
    return this.#opened.page;
  }

  /** What the browser forbade, and scripts that failed. */
  get complaints(): readonly string[] {
    return this.#opened.complaints;
  }

  get panel() {
    return this.page.getByRole('region', { name: 'Mine here' });
  }

  async start(device: 'auto' | 'gpu' | 'cpu', worker: string): Promise<void> {
    await this.panel.getByLabel('Address to be paid').fill(ADDRESS);
    await this.panel.getByLabel('Name of the worker').fill(worker);
    await this.panel.getByLabel('Device').selectOption(device);
    await this.panel.getByLabel('Load').fill('100');
    await this.panel.getByRole('button', { name: 'Start mining' }).click();
  }

  /** The newest status of the miner; undefined before the first. */
  status(): Promise<MinerStatus | undefined> {
    return this.page.evaluate('globalThis.minerStatus');
  }

  async until(what: string, condition: (status: MinerStatus) => boolean, timeoutMs = 60 * SECONDS) {
    await patiently(
      what,
      async () => {
        const status = await this.status();
        return status !== undefined && condition(status);
      },
      timeoutMs,
    );
  }

  /** Hashes made within some time. */
  async hashesWithin(ms: number): Promise<number> {
    const first = (await this.status())!.totalHashes;
    await this.page.waitForTimeout(ms);
    return (await this.status())!.totalHashes - first;
  }

  /** As a browser does when another tab is shown: one without windows shows all. */
  async setHidden(hidden: boolean): Promise<void> {
    await this.page.evaluate(
      `Object.defineProperty(document, 'visibilityState', { value: '${hidden ? 'hidden' : 'visible'}', configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));`,
    );
  }

  close(): Promise<void> {
    return this.#opened.close();
  }
}

/** Keeps what workers tell of the miner, and counts the workers. */
const KEEP_STATE = `
  globalThis.workersStarted = 0;
  globalThis.Worker = class extends Worker {
    constructor(...of) {
      super(...of);
      globalThis.workersStarted++;
      this.addEventListener('message', ({ data }) => {
        if (data.type === 'state') globalThis.minerStatus = data.status;
      });
    }
  };`;

interface MinerAnswer {
  readonly performance?: { readonly workers: Readonly<Record<string, unknown>> };
}

/** Waits, with looks that cost a browser or a pool some milliseconds each. */
function patiently(what: string, look: () => Promise<boolean>, timeoutMs = 60 * SECONDS): Promise<void> {
  return waitFor(
    what,
    async () => {
      await sleep(100);
      return look();
    },
    timeoutMs,
  );
}

/** Whether the pool has shares of a worker on its books. */
async function isCredited(worker: string): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${httpPort}/api/pools/lesswork/miners/${ADDRESS}`);
  if (!response.ok) return false;
  return worker in ((await response.json()) as MinerAnswer).performance!.workers;
}

test('on a card by WebGPU it finds shares that the pool credits, and stops when told to', {
  skip,
}, async () => {
  const tab = await Tab.open();
  await tab.start('gpu', 'card');
  await tab.until('shares', ({ shares }) => shares!.accepted >= 2);
  const { devices, shares } = (await tab.status())!;
  assert.deepEqual(
    devices.map(({ kind, errors }) => [kind, errors]),
    [['gpu', 0]],
  );
  assert.equal(shares!.rejected, 0);
  await patiently('its credit', () => isCredited('card'));
  await tab.panel
    .getByText(/accepted/)
    .first()
    .waitFor();
  await assertAccessible(tab.page);
  await tab.panel.getByRole('button', { name: 'Stop' }).click();
  await tab.panel.getByText('Stopped.').waitFor();
  await waitFor('the end of its connection', () => pool.status().connections === 0);
  assert.equal(await tab.hashesWithin(500), 0);
  assert.deepEqual(tab.complaints, []);
  await tab.close();
});

test('without WebGPU the CPU mines by WebAssembly, and it says so; less load, less work; a hidden tab rests', {
  skip,
}, async () => {
  const tab = await Tab.open(ELSEWHERE);
  await tab.start('auto', 'cpu');
  await tab.until('shares', ({ shares }) => shares!.accepted >= 2);
  await tab.panel.getByText('What happened').click();
  await tab.panel.getByText('this browser has no WebGPU: the CPU mines, by WebAssembly').waitFor();
  assert.equal((await tab.status())!.devices[0]!.kind, 'cpu');
  await patiently('its credit', () => isCredited('cpu'));

  const whole = await tab.hashesWithin(2_500);
  await tab.panel.getByLabel('Load').fill('5');
  await tab.page.waitForTimeout(700);
  const part = await tab.hashesWithin(2_500);
  assert.ok(part > 0 && part < whole * 0.6, `${part} of ${whole}`);

  // What was given to the CPU it works off, at its load.
  await tab.panel.getByLabel('Load').fill('100');
  await tab.page.waitForTimeout(1_500);
  await tab.setHidden(true);
  await tab.panel.getByText('Resting: this tab is hidden.').waitFor();
  await tab.page.waitForTimeout(1_500);
  assert.equal(await tab.hashesWithin(1_000), 0);
  await tab.panel.getByLabel('Go on while this tab is hidden').check();
  await tab.until('work in a hidden tab', ({ paused }) => !paused);
  assert.ok((await tab.hashesWithin(2_000)) > 0);
  await tab.panel.getByLabel('Go on while this tab is hidden').uncheck();
  await tab.until('a rest', ({ paused }) => paused);
  await tab.setHidden(false);
  await tab.until('work again', ({ paused }) => !paused);
  await tab.close();
  await waitFor('the end of its connection', () => pool.status().connections === 0);
});

test('a pool that goes away is told, and mined for again once it is back', { skip }, async () => {
  const tab = await Tab.open();
  await tab.start('cpu', 'patient');
  await tab.until('shares', ({ shares }) => shares!.accepted >= 1);
  await pool.close();
  await tab.panel.getByText(/is away: .*It is tried again and again/).waitFor();
  const { accepted } = (await tab.status())!.shares!;
  pool = await openPool();
  await tab.until('shares again', ({ shares }) => shares!.accepted > accepted);
  await tab.close();
});

test('what was typed is kept by this browser; nonsense is told beside its field, and starts nothing', {
  skip,
}, async () => {
  const tab = await Tab.open();
  const { panel, page } = tab;
  const start = panel.getByRole('button', { name: 'Start mining' });
  for (const [address, worker, words] of [
    ['', 'rig', /Enter the address/],
    ['<b>no address</b>', 'rig', /no address of Alephium that can be paid/],
    [`${ADDRESS}.rig`, 'rig', /the name of the worker goes in the field of its own/],
    [ADDRESS.slice(0, -1), 'rig', /no address of Alephium that can be paid/],
    [ADDRESS, '<img src=x onerror=alert(1)>', /A worker is named by/],
    [ADDRESS, 'x'.repeat(33), /A worker is named by 1 to 32/],
  ] as const) {
    await panel.getByLabel('Address to be paid').fill(address);
    await panel.getByLabel('Name of the worker').fill(worker);
    await start.click();
    await panel.getByRole('alert').getByText(words).waitFor();
  }
  assert.equal(await page.evaluate('globalThis.workersStarted'), 0);
  await panel.getByLabel('Name of the worker').fill('kept');
  await page.reload();
  assert.equal(await panel.getByLabel('Address to be paid').inputValue(), ADDRESS);
  assert.equal(await panel.getByLabel('Name of the worker').inputValue(), 'kept');
  await page.evaluate(`localStorage.setItem('lesswork.mine', '{"load": 7, "device": [], "address": {}}')`);
  await page.reload();
  assert.equal(await panel.getByLabel('Load').inputValue(), '50');
  await tab.close();
});

test('a browser without WebSocket, and one that keeps nothing, are told apart from a pool that is away', {
  skip,
}, async () => {
  const without = await Tab.open('127.0.0.1', 'delete globalThis.WebSocket');
  await without.panel.getByText('This browser has no WebSocket or no workers').waitFor();
  await without.close();
  const forgetful = await Tab.open(
    '127.0.0.1',
    `Object.defineProperty(globalThis, 'localStorage', { get() { throw new Error('forbidden'); } })`,
  );
  await forgetful.start('cpu', 'forgetful');
  await forgetful.until('a connection', ({ source }) => source !== undefined);
  await forgetful.close();
});

test('a card that is wished for and not there is told; nothing else is mined with', { skip }, async () => {
  const tab = await Tab.open(ELSEWHERE);
  await tab.start('gpu', 'none');
  await tab.panel.getByText('It has stopped: this browser has no WebGPU: choose the CPU').waitFor();
  await tab.panel.getByRole('button', { name: 'Start mining' }).waitFor();
  await tab.close();
});

/**
 * How soon somebody who opens the pool's page sees its figures: a real browser, with nothing of it stored, on this machine.
 * @module
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { startDevnet } from '../../devnet/app.js';
import { median } from '../statistics.js';
import { type Figure, limitLine } from './figure.js';
import { LessworkProcess } from './lesswork-process.js';

const CHROMIUM = '/usr/bin/chromium';
const RUNS = 7;

/** Longest time for a view, ms. */
const PATIENCE_MS = 20_000;

/** Notes when the first figure is drawn: before anything else is run, and with the next frame after it is there. */
const NOTE_FIRST_FIGURE = `
  const observer = new MutationObserver(() => {
    if (document.querySelector('.figures .value') === null) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => { window.seenMs = performance.now(); }));
  });
  observer.observe(document, { childList: true, subtree: true });`;

/** When that was. Asked from outside: the page itself may run no text as a script, and so can't wait for one. */
const SEEN = `new Promise((resolve) => {
  const look = () => (window.seenMs === undefined ? setTimeout(look, 5) : resolve(window.seenMs));
  look();
})`;

export const pageView: Figure = {
  name: 'page-view',
  async measure() {
    if (!existsSync(CHROMIUM)) throw new Error('no Chromium (Debian: apt-get install chromium)');
    const folder = await mkdtemp(join(tmpdir(), 'lesswork-page-view-'));
    const devnet = await startDevnet({ rate: 1, blockTimeMs: 1_000, retarget: false });
    const config = join(folder, 'pool.json');
    await writeFile(
      config,
      JSON.stringify({
        nodes: [{ host: '127.0.0.1', port: devnet.minerApiPort, restPort: devnet.restPort }],
        listeners: [{ name: 'main', host: '127.0.0.1', port: 0 }],
        dataFolder: join(folder, 'data'),
        http: { port: 0 },
        admin: false,
      }),
    );
    const pool = new LessworkProcess(['pool', '--config', config]);
    const { port } = await pool.line(({ type, what }) => type === 'serving' && what === 'api');
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    try {
      const times: number[] = [];
      // The first view of all is the pool's first answer, too, and not counted.
      for (let run = 0; run <= RUNS; run++) {
        const context = await browser.newContext();
        await context.addInitScript(NOTE_FIRST_FIGURE);
        const page = await context.newPage();
        await page.goto(`http://127.0.0.1:${port}/`);
        await page.locator('.figures .value').first().waitFor({ timeout: PATIENCE_MS });
        const seenMs = (await page.evaluate(SEEN)) as number;
        if (run > 0) times.push(seenMs);
        await context.close();
      }
      const range = ` (${Math.round(Math.min(...times))} to ${Math.round(Math.max(...times))}, ${RUNS} runs)`;
      return [limitLine('from opening the page to its figures', median(times), 1_000, 'ms', range)];
    } finally {
      await browser.close();
      await pool.close();
      await devnet.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { DeviceStatus } from '../../../miner/core/events.js';
import { assertAccessible, assertFits, openPage } from '../../support/browser.js';
import { noBrowser } from '../../support/chromium.js';
import { MinerApiLab, TOKEN } from '../../support/miner-api-lab.js';
import { CARD, CPU, ON_NODE, ON_POOL } from '../../support/miner-status.js';
import { skipWhen } from '../../support/requirement.js';

const skip = skipWhen(noBrowser);
const RUDE = '<img id="rude" src=x onerror=alert(1)>"\'&amp;';

let lab: MinerApiLab;
let listening = false;
afterEach(async () => {
  if (listening) await lab.api.close();
  listening = false;
});

async function start(options: Parameters<typeof MinerApiLab.start>[0] = {}): Promise<void> {
  lab = await MinerApiLab.start(options);
  listening = true;
}

test('a rig is shown, names are text, nothing comes from elsewhere; it is renewed, and says when the miner is away', {
  skip,
}, async () => {
  await start();
  const hot: DeviceStatus = { ...CARD, name: 'Radeon', held: ['temperature'], sensors: { temperatureC: 91 } };
  lab.status = { ...ON_POOL, source: RUDE, devices: [{ ...CARD, name: RUDE }, CPU, hot] };
  const { page, complaints, asked, close } = await openPage();
  await page.goto(lab.api.url);
  await page.getByText('2.11 GH/s').waitFor();
  assert.match(await page.title(), /^2\.11 GH\/s · /);
  const devices = page.getByRole('region', { name: 'Devices', exact: true });
  assert.equal(await devices.locator('tbody tr').count(), 3);
  const text = await page.locator('body').innerText();
  for (const words of [
    /Mining/,
    /Accepted\s+100/,
    /Refused: low difficulty\s+2/,
    /61 °C/,
    /323 W/,
    /too hot/,
    /91 °C/,
  ])
    assert.match(text, words);
  assert.ok(text.includes(RUDE), 'a name is text');
  assert.equal(await page.locator('#rude, main img').count(), 0);
  // Without a token nothing can be changed.
  assert.equal(await page.getByRole('button').count(), 0);
  await assertAccessible(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await assertAccessible(page);
  lab.status = { ...ON_NODE, held: ['battery'] };
  await page.getByText('On battery').waitFor();
  await page.getByRole('heading', { name: 'Node' }).waitFor();
  assert.deepEqual(complaints, []);
  for (const url of asked) assert.equal(new URL(url).host, new URL(lab.api.url).host, url);
  listening = false;
  await lab.api.close();
  await page.getByText('The miner does not answer.').waitFor();
  assert.match(await page.title(), /^away/);
  await close();
});

test('it fits a phone', { skip }, async () => {
  await start();
  const { page, close } = await openPage({
    viewport: { width: 375, height: 800 },
    isMobile: true,
    hasTouch: true,
  });
  await page.goto(lab.api.url);
  await page.getByText('2.11 GH/s').waitFor();
  await assertFits(page);
  await assertAccessible(page);
  await close();
});

test('a token is asked for, a wrong one told; with the right one the miner is paused and resumed', {
  skip,
}, async () => {
  await start({ token: MinerApiLab.secret() });
  const { page, close } = await openPage();
  await page.goto(lab.api.url);
  const field = page.getByLabel('This miner asks for its token');
  await field.fill('a-wrong-token');
  await field.press('Enter');
  await page.getByText('this is not the token').waitFor();
  assert.equal(await page.locator('#content').isVisible(), false);
  await assertAccessible(page);
  await field.fill(TOKEN);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByRole('button', { name: 'Pause' }).waitFor();
  lab.status = { ...ON_POOL, paused: true, held: ['user'] };
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.reload();
  await page.getByText('Paused', { exact: true }).waitFor();
  assert.deepEqual(lab.told, ['pause', 'resume']);
  assert.ok(!page.url().includes(TOKEN));
  await close();
});

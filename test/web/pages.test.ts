import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { OTHER_ACCOUNT } from '../support/api-lab.js';
import { blockOf } from '../support/batches.js';
import { assertAccessible, assertFits, openPage } from '../support/browser.js';
import { noBrowser } from '../support/chromium.js';
import { type PageLab, pageLab, RUDE_NAME, RUDE_NOTICE } from '../support/page-lab.js';
import { skipWhen } from '../support/requirement.js';
import { addressOfKey } from '../support/settled-world.js';
import { accountKey } from '../support/settlement-world.js';
import { ADDRESS } from '../support/test-pool.js';
import { sleep, waitFor } from '../support/wait.js';

const skip = skipWhen(noBrowser);
let lab: PageLab;
before(async (t) => {
  if (skip === false) lab = await pageLab(t as { after(end: () => unknown): void });
});

const PHONE = { viewport: { width: 375, height: 800 }, isMobile: true, hasTouch: true };

test('the pool is shown, with nothing from elsewhere, for eyes, ears and keys', { skip }, async () => {
  const { page, complaints, asked, close } = await openPage();
  await page.goto(lab.url);
  await page.getByText('10 min').first().waitFor();
  await page.getByText('live', { exact: true }).waitFor();
  assert.equal(await page.title(), 'Pool of tests');
  const text = await page.locator('main').innerText();
  for (const words of [
    /16\.9 GH\/s\s+±/,
    /3 miners/,
    /2 workers/,
    /stratum\+tcp:\/\/127\.0\.0\.1:20032/,
    /PPLNS/,
  ])
    assert.match(text, words);
  assert.equal(await page.locator('.chains tbody td').count(), 16);
  assert.equal(
    await page.getByRole('region', { name: 'Blocks', exact: true }).locator('tbody tr').count(),
    2,
  );
  // Why a chain is not mined is to be read without a mouse.
  const polw = page.getByRole('region', { name: 'Proof of Less Work', exact: true });
  await polw.getByText('Chain 0-1:').waitFor();
  assert.match(await polw.innerText(), /1 of 16 chains is not mined\.[\s\S]*Chain 0-1: there are no coins/);
  assert.ok(text.includes(RUDE_NOTICE), 'a notice is text');
  assert.equal(await page.locator('#rude').count(), 0);
  await assertAccessible(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await assertAccessible(page);
  const [light, dark] = ['light', 'dark'].map((colorScheme) => colorScheme as 'light' | 'dark');
  const ground = async (colorScheme: 'light' | 'dark'): Promise<unknown> => {
    await page.emulateMedia({ colorScheme });
    return page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
  };
  assert.notEqual(await ground(light!), await ground(dark!));
  // What one copies is the port as it is.
  await page.getByRole('button', { name: 'Copy stratum+tcp://127.0.0.1:20032' }).click();
  assert.equal(await page.evaluate('navigator.clipboard.readText()'), 'stratum+tcp://127.0.0.1:20032');
  // By keys: first the way past the head of the page.
  await page.reload();
  await page.getByText('10 min').first().waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate('document.activeElement.id'), 'main');
  assert.deepEqual(complaints, []);
  for (const url of asked) assert.equal(new URL(url).host, new URL(lab.url).host, url);
  await close();
});

test('a miner is found by its address, and what it names itself is text', { skip }, async () => {
  const { page, complaints, close } = await openPage();
  await page.goto(lab.url);
  const field = page.getByRole('textbox', { name: 'Your address' });
  await field.fill('hello');
  await field.press('Enter');
  await page.getByText('This is no Alephium address').waitFor();
  assert.equal(new URL(page.url()).pathname, '/');
  await field.fill(`  ${ADDRESS}.rig1 `);
  await field.press('Enter');
  const workers = page.getByRole('region', { name: 'Workers', exact: true });
  await workers.getByText('1.70 GH/s').waitFor();
  assert.equal(new URL(page.url()).pathname, `/miners/${ADDRESS}`);
  assert.equal(await page.evaluate('document.activeElement.id'), 'main');
  assert.equal(await workers.locator('tbody tr').count(), 3);
  assert.ok((await workers.innerText()).includes(RUDE_NAME));
  assert.equal(await page.locator('main img').count(), 0);
  assert.match(await page.title(), new RegExp(`^${ADDRESS}`));
  const text = await page.locator('main').innerText();
  assert.match(text, /3 × Below the difficulty that was asked for\s+A device that computes wrongly/);
  assert.match(text, /2 × Came too late/);
  assert.match(text, /To be paid\s+0\.5000 ALPH\s+Next payout\s+no payer is running/);
  assert.match(text, /Paid so far\s+9\.4\d{3}\s/);
  assert.match(text, /14 Jun\s+10\.0000/);
  await assertAccessible(page);
  await page.goBack();
  await page.getByRole('region', { name: 'Blocks', exact: true }).waitFor();
  await page.reload();
  await page.goForward();
  await workers.waitFor();
  await page.reload();
  await workers.waitFor();
  assert.deepEqual(complaints, []);
  await close();
});

test('on a phone nothing is wider than the screen, also in the dark', { skip }, async () => {
  const { page, complaints, close } = await openPage({ ...PHONE, colorScheme: 'dark' });
  for (const path of [
    '',
    `miners/${ADDRESS}`,
    'miners/nonsense',
    `miners/${'x'.repeat(2_000)}`,
    'no/where',
  ]) {
    await page.goto(lab.url + path);
    await page.locator('main h2').first().waitFor();
    await assertFits(page);
    await assertAccessible(page);
  }
  assert.deepEqual(complaints, []);
  await close();
});

test('what is not there is said: nonsense, an address that never mined, a place that is none', {
  skip,
}, async () => {
  const { page, asked, close } = await openPage();
  for (const [path, words] of [
    ['miners/nonsense', 'This is no Alephium address'],
    ['miners/%3Cscript%3Ealert(1)%3C%2Fscript%3E', '<script>alert(1)</script>'],
    ['miners/%E0%A4%A', 'This is no Alephium address'],
    [`miners/${addressOfKey(accountKey(99))}`, 'Nobody has mined to this address here'],
    ['no/where', 'There is nothing at this place'],
  ] as const) {
    await page.goto(lab.url + path);
    await page.getByText(words).waitFor();
    assert.equal(await page.locator('main script').count(), 0);
  }
  // What is no address is not asked for.
  assert.equal(asked.filter((url) => /api\/.*(nonsense|script)/.test(url)).length, 0);
  await page.getByRole('link', { name: 'its front page' }).click();
  await page.getByRole('region', { name: 'Blocks', exact: true }).waitFor();
  await close();
});

test('a found block and a new height are shown as they come', { skip }, async () => {
  const { page, close } = await openPage();
  await page.goto(lab.url);
  await page.getByText('live', { exact: true }).waitFor();
  const rows = page.getByRole('region', { name: 'Blocks', exact: true }).locator('tbody tr');
  await rows.first().waitFor();
  const before = await rows.count();
  const now = await lab.now();
  const found = blockOf(3, now, { worker: { account: OTHER_ACCOUNT, name: '' } });
  await lab.mine([], { throughMs: now + 10_000, blocksFound: [found] });
  lab.age(6_000);
  const { hash, chain, height } = found;
  lab.api.tell({ type: 'blockFound', hash, chain, parent: 'cd'.repeat(32), height });
  lab.tell({ heights: Array.from({ length: 16 }, (_, chain) => (chain === 6 ? 7_778 : 101)) });
  await page.locator('.chains').getByText('7777').waitFor();
  await waitFor('the block', async () => (await rows.count()) === before + 1, 20_000);
  await close();
});

test('nothing moves for who wants no motion', { skip }, async () => {
  const { page, close } = await openPage({ reducedMotion: 'reduce' });
  await page.goto(lab.url);
  await page.locator('.chains .height').first().waitFor();
  const moving = `[...document.querySelectorAll('*')].flatMap((one) => one.getAnimations().map(() => one.className))`;
  assert.deepEqual(await page.evaluate(moving), []);
  const animation = "getComputedStyle(document.querySelector('.chains .height')).animationName";
  assert.equal(await page.evaluate(animation), 'none');
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  assert.equal(await page.evaluate(animation), 'grown');
  await close();
});

test('a browser without WebSockets asks, and shows the same', { skip }, async () => {
  const { page, close } = await openPage({ before: 'delete window.WebSocket' });
  await page.goto(lab.url);
  await page.getByText('updated now and then').waitFor();
  await page.getByText('16.9 GH/s').first().waitFor();
  await close();
});

test('while the pool is away the page stays, says since when, and goes on by itself', { skip }, async () => {
  const { page, complaints, close } = await openPage();
  await page.goto(`${lab.url}miners/${ADDRESS}`);
  await page.getByRole('region', { name: 'Workers', exact: true }).waitFor();
  const { target } = lab.proxy;
  lab.proxy.target = 1;
  lab.proxy.cut();
  // Sooner than its time: what is looked up meanwhile is asked for at once.
  await page.getByRole('link', { name: 'Pool of tests' }).click();
  await page.getByText(/The pool has not answered since \d\d:\d\d/).waitFor();
  await page.getByText('not connected').waitFor();
  assert.match(await page.locator('main').innerText(), /16\.9 GH\/s/, 'what was known is still there');
  await assertAccessible(page);
  lab.proxy.target = target;
  await page.getByText('live', { exact: true }).waitFor();
  await page.getByText('The pool does not answer').waitFor({ state: 'detached' });
  await page.getByRole('region', { name: 'Blocks', exact: true }).waitFor();
  assert.deepEqual(complaints, []);
  await close();
});

test('a store that is away is said, and comes back', { skip }, async () => {
  const { page, close } = await openPage();
  lab.trouble.storeAway = true;
  lab.age(60_000);
  await page.goto(`${lab.url}`);
  await page.getByText(/store has been away since \d\d:\d\d/).waitFor();
  await assertAccessible(page);
  lab.trouble.storeAway = false;
  await page.getByRole('region', { name: 'Blocks', exact: true }).waitFor();
  await page.getByText('store has been away').waitFor({ state: 'detached' });
  await close();
});

test('a page that nobody sees asks nothing, and catches up once it is seen', { skip }, async () => {
  const { page, asked, close } = await openPage({
    before: `
      let state = 'visible';
      Object.defineProperty(document, 'visibilityState', { get: () => state });
      window.turn = (to) => {
        state = to;
        document.dispatchEvent(new Event('visibilitychange'));
      };`,
  });
  await page.goto(lab.url);
  await page.getByRole('region', { name: 'Blocks', exact: true }).waitFor();
  await sleep(500);
  await page.evaluate("turn('hidden')");
  const count = asked.length;
  // An event would make it ask.
  lab.api.tell({ type: 'blockState', hash: 'ab'.repeat(32), state: 'accepted', surplus: false });
  await sleep(6_000);
  assert.equal(asked.length, count);
  await page.evaluate("turn('visible')");
  await waitFor('requests', () => asked.slice(count).some((url) => url.endsWith('/api/pools')));
  await close();
});

test('the credit of a block is proven in the browser, and a pool that lies is told of', {
  skip,
}, async () => {
  const [honest, lie] = lab.settled as [string, string];
  const address = addressOfKey(accountKey(1));
  const { page, complaints, close } = await openPage();
  // This pool's store knows none of these blocks, nor the address: what is audited is real.
  await page.route('**/blocks?state=confirmed*', async (route) => {
    const [block] = (await (await lab.get('/api/pools/test/blocks?pageSize=1')).json()) as object[];
    await route.fulfill({ json: [honest, lie].map((hash) => ({ ...block, hash })) });
  });
  await page.route(`**/miners/${address}`, async (route) => {
    if (!route.request().url().includes('/api/')) return route.continue();
    const stats = await (await lab.get(`/api/pools/test/miners/${ADDRESS}`)).json();
    return route.fulfill({ json: stats as object });
  });
  await page.route(`**/blocks/${lie}/credit`, async (route) => {
    const answer = (await (await route.fetch()).json()) as { credit: string };
    await route.fulfill({ json: { ...answer, credit: `${BigInt(answer.credit) * 2n}` } });
  });
  await page.goto(`${lab.url}miners/${address}`);
  const rows = page.getByRole('region', { name: 'Credit of each block', exact: true }).locator('tbody tr');
  await rows.nth(0).getByText('checked').waitFor();
  await rows
    .nth(1)
    .getByText(/does not hold: the credit is \d+, and should be \d+/)
    .waitFor();
  await assertAccessible(page);
  assert.deepEqual(complaints, []);
  await close();
});

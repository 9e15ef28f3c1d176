/**
 * Pictures of the pool's page for the README: a pool of some miners on made data, as a real browser shows it. `npm run pictures`
 * writes them to docs/images; an argument names another folder.
 * @module
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { generateMinerAddresses } from '../../devnet/addresses.js';
import { createRandom } from '../../devnet/random.js';
import { accountOf } from '../../pool/domain/account.js';
import type { BlockFate } from '../../pool/domain/block-fate.js';
import { ALPH } from '../../protocol/emission.js';
import { apiLab, POOL } from './api-lab.js';
import { blockOf, type TestShare } from './batches.js';
import { CHROMIUM, noBrowser } from './chromium.js';
import { moneyBooks } from './money-books.js';

const [folder = 'docs/images'] = process.argv.slice(2);
if (noBrowser !== undefined) {
  console.error(`pictures: ${noBrowser}`);
  process.exit(1);
}
mkdirSync(folder, { recursive: true });
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Expected hashes of a share. */
const WORK = 2n ** 44n;
const SHARES_PER_MINUTE = [40, 22, 15, 9, 4];

const random = createRandom(11);
const miners = SHARES_PER_MINUTE.map((perMinute, i) => {
  const address = generateMinerAddresses(createRandom(50 + i))[0]!;
  return { perMinute, address: address.text, account: accountOf(address).key };
});
const TERMS = {
  scheme: 'pplns',
  feeMillionths: 10_000,
  minimum: ALPH,
  pays: true,
  feeBearer: 'pool',
  confirmations: 5,
  rounds: { everyMs: 3_600_000 },
} as const;

const lab = await apiLab({
  page: true,
  connectionsPerAddress: 1_000,
  pool: { ...POOL, id: 'example', name: 'Example pool', host: 'pool.example', payouts: TERMS },
});
// The store's clock comes to the present.
await lab.pass(Date.now() - (await lab.now()));
const now = await lab.now();
for (let startMs = now - DAY_MS - (now % (10 * MINUTE_MS)); startMs < now; startMs += MINUTE_MS) {
  const shares: TestShare[] = [];
  for (const { perMinute, account, address } of miners) {
    const wave = 1 + 0.12 * Math.sin((startMs - now) / (DAY_MS / 9));
    for (let due = perMinute * wave; due > 0; due--)
      if (random.next() < due)
        shares.push({
          ...{ account, address, work: WORK, timeMs: startMs + Math.floor(random.next() * 59_999) },
          name: random.next() < 0.6 ? 'rig1' : 'rig2',
          chain: Math.floor(random.next() * 16),
        });
  }
  await lab.mine(
    shares.filter(({ timeMs }) => timeMs < now),
    { throughMs: Math.min(now, startMs + MINUTE_MS) },
  );
}
const write = moneyBooks(lab.store.books);
const [one] = miners as [(typeof miners)[number]];
for (let i = 0; i < 24; i++) {
  const foundMs = now - DAY_MS + i * 58 * MINUTE_MS + Math.floor(random.next() * 20 * MINUTE_MS);
  const { account, address } = miners[Math.floor(random.next() * 3)]!;
  const found = blockOf(i + 1, foundMs, {
    hash: `0000${[...random.bytes(30)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`,
    chain: Math.floor(random.next() * 16),
    height: 4_271_300 + i * 40,
    address,
    worker: { account, name: 'rig1' },
    target: '00'.repeat(6).padEnd(64, 'f'),
  });
  await lab.mine([], { blocksFound: [found], throughMs: now });
  const matured = i < 14;
  const fate: BlockFate = {
    number: 1,
    state: i === 19 ? 'uncle' : i === 21 ? 'orphan' : 'main',
    stateMs: foundMs + 40_000,
    final: i < 22,
    reward:
      i === 21
        ? undefined
        : {
            ...{ block: found.hash, txId: 'c1'.repeat(32), index: 0, hint: 1, key: 'd1'.repeat(32) },
            ...{ address, amount: (i === 19 ? 128n : 147n) * (ALPH / 1000n), ownCoins: 0n, ours: true },
            lockTimeMs: foundMs + 30_000_000,
          },
    matured,
    credited: matured,
    luck: i < 22 ? { work: BigInt(20 + Math.floor(random.next() * 140)), expected: 80n } : undefined,
  };
  await lab.store.noteFate(found.hash, fate, 1);
}
for (let day = 9; day >= 0; day--) {
  const timeMs = now - (now % DAY_MS) - day * DAY_MS;
  await write.credit(timeMs, [{ key: one.account, amount: (ALPH * BigInt(120 + ((day * 37) % 50))) / 100n }]);
  if (day % 3 === 1)
    await write.pay(
      timeMs + 1,
      { key: one.account, amount: (ALPH * BigInt(310 + day)) / 100n },
      one.address,
      'paid',
    );
}
await lab.mine([], { throughMs: now });
await lab.settle();
lab.tell(
  {
    connections: 12,
    workers: 10,
    networkId: 0,
    ports: { main: 20_032, fixed: 20_033 },
    polw: undefined,
    newHeightMs: now,
    heights: Array.from({ length: 16 }, () => 4_272_240 + Math.floor(random.next() * 9)),
    targets: Array.from({ length: 16 }, () => Uint8Array.from({ length: 32 }, (_, i) => (i < 7 ? 0 : 200))),
  },
  miners.slice(0, 2).flatMap(({ account, address }) =>
    ['rig1', 'rig2'].map((name) => ({
      ...{ account, address, name, connections: 1, agent: 'lesswork/0.1.0', reportedHashrate: 5.9e12 },
    })),
  ),
);

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
const converter = await browser.newPage();

/** A screenshot as WebP, which has half of PNG's bytes: Playwright makes none itself. */
async function toWebp(png: Buffer): Promise<Buffer> {
  const source = `data:image/png;base64,${png.toString('base64')}`;
  const url: string = await converter.evaluate(`(async () => {
    const image = new Image();
    image.src = '${source}';
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL('image/webp', 0.9);
  })()`);
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
}

for (const [name, path, colorScheme, width, height] of [
  ['pool-light', '', 'light', 1100, 720],
  ['pool-dark', '', 'dark', 1100, 720],
  ['miner-light', `miners/${one.address}`, 'light', 1100, 720],
  ['miner-phone', `miners/${one.address}`, 'dark', 390, 844],
] as const) {
  const context = await browser.newContext({ colorScheme, viewport: { width, height }, locale: 'en-GB' });
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${lab.api.port}/${path}`);
  // The chart is drawn last; the heights' colours come to rest.
  await page.locator('.chart canvas').first().waitFor();
  await page.getByText('live', { exact: true }).waitFor();
  const picture = await toWebp(await page.screenshot({ animations: 'disabled' }));
  const file = join(folder, `${name}.webp`);
  writeFileSync(file, picture);
  console.log(`${file}: ${Math.round(picture.length / 1000)} kB`);
  await context.close();
}
await browser.close();
await lab.close();

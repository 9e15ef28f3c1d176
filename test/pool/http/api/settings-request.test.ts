import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { addressFromPublicKey, hashMessage, publicKeyFromPrivateKey, sign } from '@alephium/web3';
import { parseAccount } from '../../../../pool/domain/account.js';
import { minimumMessage } from '../../../../pool/money/minimums.js';
import type { PayoutsTerms } from '../../../../pool/money/payouts-terms.js';
import { addressOfLockupScript } from '../../../../protocol/address.js';
import { ALPH } from '../../../../protocol/emission.js';
import { type ApiLab, apiLab, POOL } from '../../../support/api-lab.js';
import { jsonOf } from '../../../support/filled-api-lab.js';

let lab: ApiLab;
afterEach(() => lab.close());

const PRIVATE_KEY = '07'.repeat(32);
const MINER = addressFromPublicKey(publicKeyFromPrivateKey(PRIVATE_KEY));
const ACCOUNT = parseAccount(MINER)!;
const TERMS: PayoutsTerms = {
  scheme: 'pplns',
  feeMillionths: 0,
  minimum: ALPH / 10n,
  pays: true,
  feeBearer: 'miners',
  confirmations: 20,
  rounds: { everyMs: 1_000 },
};

async function mined(payouts: PayoutsTerms | false = TERMS): Promise<number> {
  lab = await apiLab({
    pool: { ...POOL, ...(payouts && { payouts }) },
    requests: { perSecond: 1_000, burst: 1_000 },
  });
  const nowMs = await lab.now();
  await lab.mine([{ account: ACCOUNT.key, address: MINER, name: 'rig', timeMs: nowMs - 20_000, work: 1n }]);
  await lab.settle();
  return nowMs;
}

function signed(timestamp: number, amount: bigint | undefined, pool = 'test', key = PRIVATE_KEY): string {
  return sign(hashMessage(minimumMessage(pool, MINER, amount, timestamp), 'alephium'), key);
}

async function put(
  body: unknown,
  address = MINER,
  pool = 'test',
): Promise<[number, Record<string, unknown>]> {
  const response = await lab.get(`/api/pools/${pool}/miners/${address}/settings`, {
    method: 'PUT',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return [response.status, (await response.json()) as Record<string, unknown>];
}

test('a miner sets from which balance on it is paid, and takes it back', async () => {
  const timestamp = await mined();
  const signature = signed(timestamp, 15n * 10n ** 17n);
  const told = { paymentThreshold: 1.5, paymentThresholdAtto: `${15n * 10n ** 17n}` };
  assert.deepEqual(await put({ paymentThreshold: '1.5', timestamp, signature }), [200, told]);
  assert.deepEqual(await jsonOf(lab, `/api/pools/test/miners/${MINER}/settings`), told);
  const [status, { code }] = await put({ paymentThreshold: '1.5', timestamp, signature });
  assert.deepEqual([status, code], [409, 'late']);
  const soon = timestamp + 1_000;
  const often = await put({ paymentThreshold: 2, timestamp: soon, signature: signed(soon, 2n * ALPH) });
  assert.deepEqual([often[0], often[1].code], [429, 'tooOften']);
  const later = timestamp + 60_000;
  const back = await put({ paymentThreshold: '0', timestamp: later, signature: signed(later, undefined) });
  assert.deepEqual(back, [200, { paymentThreshold: 0.1, paymentThresholdAtto: `${ALPH / 10n}` }]);
  lab.age(60_000);
  assert.deepEqual(await jsonOf(lab, `/api/pools/test/miners/${MINER}/settings`), back[1]);
});

test('nobody else can, and what is wrong is told', async () => {
  const timestamp = await mined();
  const good = { paymentThreshold: '1.5', timestamp, signature: signed(timestamp, 15n * 10n ** 17n) };
  const past = timestamp - 600_001;
  for (const [body, status, code] of [
    [{ ...good, paymentThreshold: '1.6' }, 403, 'badSignature'],
    [{ ...good, timestamp: timestamp + 1 }, 403, 'badSignature'],
    [{ ...good, signature: signed(timestamp, 15n * 10n ** 17n, 'other') }, 403, 'badSignature'],
    [
      { ...good, signature: signed(timestamp, 15n * 10n ** 17n, 'test', '08'.repeat(32)) },
      403,
      'badSignature',
    ],
    [{ ...good, signature: '00'.repeat(64) }, 403, 'badSignature'],
    [{ ...good, timestamp: past, signature: signed(past, 15n * 10n ** 17n) }, 400, 'badTime'],
    [{ ...good, paymentThreshold: '0.09' }, 400, 'invalidBody'],
    [{ ...good, paymentThreshold: '1000001' }, 400, 'invalidBody'],
    [{ ...good, paymentThreshold: -1 }, 400, 'invalidBody'],
    [{ ...good, paymentThreshold: '1e3' }, 400, 'invalidBody'],
    [{ ...good, paymentThreshold: null }, 400, 'invalidBody'],
    [{ ...good, timestamp: '5' }, 400, 'invalidBody'],
    [{ ...good, signature: 'xyz' }, 400, 'invalidBody'],
    [{ ...good, more: 1 }, 400, 'invalidBody'],
    ['{', 400, 'invalidBody'],
    ['[]', 400, 'invalidBody'],
    ['', 400, 'invalidBody'],
    ['x'.repeat(2_049), 413, 'tooLarge'],
  ] as const) {
    const [got, answer] = await put(body);
    assert.deepEqual([got, answer.code], [status, code], JSON.stringify(body));
  }
  const [, { error }] = await put({ ...good, timestamp: timestamp + 1 });
  assert.match(
    String(error),
    new RegExp(`for: lesswork pool test: pay ${MINER} from 1\\.5 ALPH on, at \\d+$`),
  );
  assert.equal((await put(good, 'nobody'))[1].code, 'invalidAddress');
  assert.equal((await put(good, MINER, 'other'))[1].code, 'unknownPool');
  const script = addressOfLockupScript(Uint8Array.from([2, ...new Uint8Array(32)])).text;
  const [, keyless] = await put(good, script);
  assert.equal(keyless.code, 'noKey');
  assert.match(String(keyless.error), /of several keys or of a script, .*lesswork pool minimum/);
  assert.deepEqual(await lab.store.books.page('note', { limit: 10 }), [], 'nothing was written');
});

test('an address that never mined here is not written down', async () => {
  const timestamp = await mined();
  const key = '09'.repeat(32);
  const address = addressFromPublicKey(publicKeyFromPrivateKey(key));
  const message = minimumMessage('test', address, ALPH, timestamp);
  const signature = sign(hashMessage(message, 'alephium'), key);
  const [status, { code }] = await put({ paymentThreshold: '1', timestamp, signature }, address);
  assert.deepEqual([status, code], [404, 'unknownMiner']);
});

test('signatures are looked at at a limited rate, of all together', async () => {
  const timestamp = await mined();
  const bad = { paymentThreshold: '1', timestamp, signature: '11'.repeat(64) };
  const codes = [];
  for (let i = 0; i < 21; i++) codes.push((await put(bad))[1].code);
  assert.deepEqual([codes[19], codes[20]], ['badSignature', 'busy']);
  lab.age(1_000);
  assert.equal((await put(bad))[1].code, 'badSignature');
});

test('a pool that pays nobody takes no settings; nothing else can be put', async () => {
  const timestamp = await mined(false);
  const answer = await put({ paymentThreshold: '1', timestamp, signature: signed(timestamp, ALPH) });
  assert.deepEqual([answer[0], answer[1].code], [404, 'noPayouts']);
  assert.equal((await lab.get(`/api/pools/test/miners/${MINER}`, { method: 'PUT', body: '{}' })).status, 405);
  assert.equal((await lab.get('/settings', { method: 'PUT', body: '{}' })).status, 404);
});

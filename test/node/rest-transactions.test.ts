import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { fetchNetworkId, RestError } from '../../node/rest.js';
import { fetchTransactionStatus, submitTransaction } from '../../node/rest-transactions.js';
import {
  type Answer,
  type AskedCall,
  type RecordedCall,
  recordedCall,
  startPaymentRest,
} from '../support/payment-rest.js';

let next: Answer = { status: 200, response: {} };
const rest = await startPaymentRest(() => next);
after(() => rest.close());
const endpoint = { host: '127.0.0.1', port: 1, restPort: rest.port };
const options = { timeoutMs: 5_000 };
const lastAsked = (): AskedCall => rest.asked.at(-1)!;

const CROSS = 'a61ccd12c628d9ea2031446139eca872e8ca8d4e274fa6ae4d1e1cf8abde915c';

/** Asks again what was asked of the node, and checks that it is asked in the same words. */
async function askedAgain(call: RecordedCall) {
  next = call;
  const query = new URL(call.path, 'http://node').searchParams;
  const place = {
    txId: query.get('txId')!,
    fromGroup: Number(query.get('fromGroup')),
    toGroup: Number(query.get('toGroup')),
  };
  const status = await fetchTransactionStatus(endpoint, place, options);
  assert.deepEqual([lastAsked().method, lastAsked().path], ['GET', call.path]);
  return status;
}

const CROSS_BLOCK = '00003685c73d3d97c8320f35e2891b0e8a9c03ada4b914770d5399c356f681d6';
const confirmed = (chain: number, from: number, to: number) => ({
  kind: 'confirmed',
  blockHash: CROSS_BLOCK,
  chainConfirmations: chain,
  fromGroupConfirmations: from,
  toGroupConfirmations: to,
});

for (const [name, expected] of [
  ['cross, not submitted: status, with groups', { kind: 'unknown' }],
  ['cross, pooled: status, with groups', { kind: 'pooled' }],
  ['cross, in block of (1,2): status, with groups', confirmed(1, 0, 0)],
  ['cross, after a second block of (1,1), which took it in: status, with groups', confirmed(1, 1, 0)],
  ['cross, later: status, with groups', confirmed(2, 2, 2)],
  ['dropped, after a template of (0,2) made 63 s later: status, with groups', { kind: 'unknown' }],
  [
    'conflict of two transfers, taken in by (0,0): status of the second (0,2), with groups',
    {
      kind: 'conflicted',
      blockHash: '000010a2784d80ea954bade530b785355ddc175fe265d15504c281560ad3ad32',
      chainConfirmations: 1,
      fromGroupConfirmations: 1,
      toGroupConfirmations: 0,
    },
  ],
] as const) {
  test(`a status as it was recorded: ${name}`, async () => {
    assert.deepEqual(await askedAgain(recordedCall(name)), expected);
  });
}

/** Hands in again what was handed in to the node. */
async function submittedAgain(call: RecordedCall, txId: string) {
  next = call;
  const { unsignedTx, signature } = call.body!;
  const answer = await submitTransaction(
    endpoint,
    { unsignedTx: unsignedTx!, signature: signature!, txId },
    options,
  );
  assert.deepEqual(
    [lastAsked().method, lastAsked().path, lastAsked().body],
    ['POST', '/transactions/submit', call.body],
  );
  return answer;
}

const OTHER = '3eee7bdd2130f2b713d0f4f8dc6f3f5741f0be3f39428dfbaa3701322c2adeac';
for (const [name, txId, expected] of [
  ['cross: submit', CROSS, { kind: 'taken' }],
  ['cross: submit again while pooled', CROSS, { kind: 'taken' }],
  [
    'cross, in block of (1,2): submit again',
    CROSS,
    { kind: 'refused', detail: `Failed in validating tx ${CROSS} due to NonExistInput` },
  ],
  ['conflict: submit the second', OTHER, { kind: 'refused', detail: 'Tx 2c2adeac is double spending' }],
  ['submit: a byte too many', CROSS, { kind: 'refused', detail: 'Too many bytes: expected 190, got 191' }],
] as const) {
  test(`a transaction that is handed in, answered as it was recorded: ${name}`, async () => {
    assert.deepEqual(await submittedAgain(recordedCall(name), txId), expected);
  });
}

test('words of a refusal are one line without control characters, and cut', async () => {
  for (const [detail, shown] of [
    ['x'.repeat(5000), `${'x'.repeat(199)}…`],
    ['no\u001b[2J\r\nmore', 'no [2J more'],
  ] as const) {
    const call = { ...recordedCall('cross: submit'), status: 500, response: { detail } };
    assert.deepEqual(await submittedAgain(call, CROSS), { kind: 'refused', detail: shown });
  }
});

for (const [what, answer] of [
  ['no type', { status: 200, response: {} }],
  ['a type that is unknown', { status: 200, response: { type: 'Lost' } }],
  ['another status', { status: 503, response: { type: 'TxNotFound' } }],
  ['no JSON', { status: 200, response: '<html>' }],
  ['a list', { status: 200, response: [] }],
  ['a missing key', { status: 401, response: { detail: 'api key missing' } }],
  ['no confirmations', { status: 200, response: { type: 'Confirmed', blockHash: CROSS_BLOCK } }],
  [
    'a block that is none',
    {
      status: 200,
      response: { type: 'Confirmed', ...confirmed(1, 1, 1), blockHash: '0000' },
    },
  ],
  ['negative confirmations', { status: 200, response: { type: 'Conflicted', ...confirmed(1, -1, 1) } }],
] as const) {
  test(`an answer about a status that is none is told: ${what}`, async () => {
    next = answer;
    const asking = fetchTransactionStatus(endpoint, { txId: CROSS, fromGroup: 1, toGroup: 2 }, options);
    await assert.rejects(asking, RestError);
  });
}

for (const [what, answer] of [
  ['another id', { status: 200, response: { txId: OTHER, fromGroup: 1, toGroup: 2 } }],
  ['no words', { status: 500, response: {} }],
  ['a missing key', { status: 401, response: { detail: 'api key missing' } }],
  ['a gateway', { status: 502, response: { detail: 'bad gateway' } }],
] as const) {
  test(`an answer to what is handed in that is none is told: ${what}`, async () => {
    next = answer;
    const transfer = { unsignedTx: '00', signature: '00', txId: CROSS };
    await assert.rejects(submitTransaction(endpoint, transfer, options), RestError);
  });
}

test('the key of a node goes along with what is posted', async () => {
  next = recordedCall('cross: submit');
  const transfer = { unsignedTx: '00', signature: '00', txId: CROSS };
  await submitTransaction(endpoint, transfer, { ...options, apiKey: 'secret' });
  assert.equal(lastAsked().key, 'secret');
});

test('a node says which network it is of', async () => {
  next = { status: 200, response: { networkId: 4 } };
  assert.equal(await fetchNetworkId(endpoint, options), 4);
  next = { status: 200, response: { networkId: 256 } };
  await assert.rejects(fetchNetworkId(endpoint, options), RestError);
});

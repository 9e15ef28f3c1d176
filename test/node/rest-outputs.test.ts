import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { RestError } from '../../node/rest.js';
import { fetchOutputs, fetchTransactionDetails } from '../../node/rest-outputs.js';
import { type Answer, recordedCall, startPaymentRest } from '../support/payment-rest.js';

let answers: Answer[] = [];
const rest = await startPaymentRest(() => answers.shift() ?? { status: 404, response: {} });
after(() => rest.close());
const endpoint = { host: '127.0.0.1', port: 1, restPort: rest.port };
const options = { timeoutMs: 5_000 };

const PAYER = '1EA5rWxsa4kj9geswyPZoExmwZnXze4jtVYDeFV5tsrHj';
const CROSS = 'a61ccd12c628d9ea2031446139eca872e8ca8d4e274fa6ae4d1e1cf8abde915c';
const CHANGE = '7d5c8c2e35025f65cd748f2463a18ce328a880d1f878e9c235217e8b299a4ce8';

/** Asks what was asked of a real node, of the payer's outputs. */
async function outputsOfPayer(when: string) {
  const calls = [`${when}: utxos of the payer`, `${when}: balance of the payer, mempool=false`].map(
    recordedCall,
  );
  answers = [...calls];
  const found = await fetchOutputs(endpoint, PAYER, options);
  assert.deepEqual(
    rest.asked.slice(-2).map(({ path }) => path),
    calls.map(({ path }) => path),
  );
  return found;
}

test('outputs in blocks, and such of a transaction that waits', async () => {
  const before = await outputsOfPayer('cross, not submitted');
  assert.deepEqual(before, {
    outputs: [
      {
        key: '5c107aeb1bfbe3aabb642b98ae84ea8d482a7cc35f2c53f067fe673e104c7d24',
        amount: 1000n * 10n ** 18n,
        lockTimeMs: 1636379973000,
      },
    ],
    complete: true,
    onChain: true,
  });
  const pooled = await outputsOfPayer('cross, pooled');
  assert.equal(pooled.outputs[0]!.key, CHANGE);
  assert.equal(pooled.onChain, false, 'the change is in no block yet');
  const placed = await outputsOfPayer('cross, in block of (1,2)');
  assert.deepEqual([placed.outputs[0]!.key, placed.onChain], [CHANGE, true]);
});

test('more outputs than the node tells of: none, and it is said', async () => {
  const call = recordedCall('5100 outputs: utxos');
  answers = [call];
  const address = call.path.split('/')[2]!;
  assert.deepEqual(await fetchOutputs(endpoint, address, options), {
    outputs: [],
    complete: false,
    onChain: false,
  });
});

for (const [what, given] of [
  ['an address that is none', [recordedCall('utxos of an address that is none')]],
  ['another answer', [{ status: 200, response: {} }]],
  ['a list with something else', [{ status: 200, response: { utxos: [{}] } }]],
  ['an amount that is a number', [{ status: 200, response: { utxos: [output({ amount: 5 })] } }]],
  ['an amount of 0', [{ status: 200, response: { utxos: [output({ amount: '0' })] } }]],
  ['a lock that is none', [{ status: 200, response: { utxos: [output({ lockTime: -1 })] } }]],
  ['a key that is none', [{ status: 200, response: { utxos: [output({ ref: { key: 'AB' } })] } }]],
  [
    'no balance',
    [
      { status: 200, response: { utxos: [] } },
      { status: 500, response: { detail: 'no' } },
    ],
  ],
  [
    'a balance that is none',
    [
      { status: 200, response: { utxos: [] } },
      { status: 200, response: { balance: 'x', utxoNum: 0 } },
    ],
  ],
] as const) {
  test(`refused: ${what}`, async () => {
    answers = [...given];
    await assert.rejects(fetchOutputs(endpoint, PAYER, options), RestError);
  });
}

function output(change: object): object {
  return { ref: { hint: 1, key: CHANGE }, amount: '5', lockTime: 0, ...change };
}

test('what a transaction spends and makes', async () => {
  const call = recordedCall('cross, in block of (1,2): details');
  answers = [call];
  const details = await fetchTransactionDetails(endpoint, CROSS, options);
  assert.equal(rest.asked.at(-1)!.path, call.path);
  assert.deepEqual(details!.inputs, [
    { key: '5c107aeb1bfbe3aabb642b98ae84ea8d482a7cc35f2c53f067fe673e104c7d24', hint: 972309399 },
  ]);
  assert.equal(details!.fee, 2n * 10n ** 15n);
  assert.deepEqual(details!.outputs[1], {
    key: CHANGE,
    amount: 998998n * 10n ** 15n,
    lockTimeMs: 0,
    address: PAYER,
  });
  answers = [recordedCall('cross, not submitted: details')];
  assert.equal(await fetchTransactionDetails(endpoint, CROSS, options), undefined);
});

test('a transaction that can not be read is refused', async () => {
  const { response } = recordedCall('cross, in block of (1,2): details');
  const good = response as { unsigned: Record<string, unknown> };
  for (const change of [
    { generatedOutputs: [{}] },
    { contractInputs: undefined },
    { unsigned: { ...good.unsigned, txId: CHANGE } },
    { unsigned: { ...good.unsigned, inputs: [{}] } },
    { unsigned: { ...good.unsigned, inputs: [{ outputRef: { key: CHANGE } }] } },
    { unsigned: { ...good.unsigned, fixedOutputs: [{}] } },
    { unsigned: { ...good.unsigned, gasPrice: 1 } },
    { unsigned: null },
  ]) {
    answers = [{ status: 200, response: { ...good, ...change } }];
    await assert.rejects(fetchTransactionDetails(endpoint, CROSS, options), RestError);
  }
  answers = [{ status: 500, response: {} }];
  await assert.rejects(fetchTransactionDetails(endpoint, CROSS, options), RestError);
});

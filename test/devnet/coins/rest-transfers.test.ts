// An earlier recording of transfers: a payer of many equal coins, whose choice of them is the node's, too.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FinalCoin } from '../../../devnet/coins/saved-coins.js';
import { addressOfPublicKey } from '../../../protocol/address.js';
import { bytesToHex } from '../../../protocol/bytes.js';
import { readVectors } from '../../support/vectors.js';
import { coinOf, type RecordedCall, type ShownCoin, unsignedIn } from '../recorded-transfers.js';
import { ask } from '../rest-setting.js';
import { setUp } from '../setting.js';

const { calls } = readVectors<{ calls: RecordedCall[] }>('transfers');

/** What each block paid there. */
const REWARD = 143317807237549265n;

/** Of balances of a network that mines on, of coins whose amounts are not told, of what was cut, and what is not simulated. */
const NOT_ASKED = /^(balance|utxos$|lock time in|25[56] destinations|sweep)/;

/** Built when further rewards were unlocked. */
const LATER = 'own group and one other';

const LOCKED = '17a7413a1d516618d6dbb545aac7e7a4cd5ac3d67e15ebc22381f08abe3ca434';

/** @param startMs - when the story begins, ms since the epoch */
function recordedCoins(startMs: number): FinalCoin[] {
  const coins = new Map<string, FinalCoin>();
  const { utxos } = calls.find(({ name }) => name === 'utxos')!.response as { utxos: ShownCoin[] };
  for (const { ref, amount } of utxos)
    coins.set(
      ref.key,
      coinOf(
        ref,
        '1GjXE43RDUvyVPTmvtxFRjxAu3W2fuySWQBCNwgYDQDRb',
        BigInt(amount),
        ref.key === LOCKED ? 2e12 : 0,
      ),
    );
  for (const { name, status, path, response } of calls) {
    if (path !== '/transactions/build' || status !== 200 || NOT_ASKED.test(name)) continue;
    for (const { inputs, outputs, gasAmount, gasPrice } of unsignedIn(response)) {
      const sum = outputs.reduce((all, { amount }) => all + amount, BigInt(gasAmount) * gasPrice);
      const owner = addressOfPublicKey(inputs[0]!.unlockScript.subarray(1)).text;
      // All hold a reward but one, which comes first or last by its amount.
      const rest = sum - BigInt(inputs.length - 1) * REWARD;
      const odd = rest < REWARD ? 0 : inputs.length - 1;
      for (const [i, { hint, key }] of inputs.entries()) {
        const ref = { hint, key: bytesToHex(key) };
        if (coins.has(ref.key)) continue;
        const amount = i === odd ? rest : REWARD;
        coins.set(ref.key, coinOf(ref, owner, amount, name === LATER ? startMs + 60_000 : 0));
      }
    }
  }
  return [...coins.values()];
}

test('every recorded answer at its stage: which coins are chosen, what is pooled where, why one is refused', async (t) => {
  const { devnet, clock } = await setUp(t, { coins: true, networkId: 2 });
  const { index } = devnet.node.coins!;
  index.restore([...index.finalCoins(), ...recordedCoins(clock.now())], []);
  const story = new Map<string, () => unknown>([
    ['after blocks', () => devnet.mineBlock(1).then(() => devnet.mineBlock(1))],
    ['later', () => devnet.mineBlock(1)],
    [LATER, () => clock.advance(60_000)],
  ]);
  let compared = 0;
  for (const { name, method, path, status, body, response } of calls) {
    if (NOT_ASKED.test(name)) continue;
    await story.get(name)?.();
    const { status: met, text } = await ask(devnet, method, path, body as object | undefined);
    assert.equal(met, status, `${name}: ${text}`);
    const { blockHash: _, ...answer } = JSON.parse(text) as { blockHash?: string };
    const { blockHash: __, ...recorded } = response as { blockHash?: string };
    assert.deepEqual(answer, recorded, name);
    compared++;
  }
  assert.ok(compared > 28, `${compared}`);
});

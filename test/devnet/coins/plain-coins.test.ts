// Coins without Proof of Less Work: rewards that become coins of the miner addresses, and are paid on.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type DevnetOptions, startDevnet } from '../../../devnet/app.js';
import { createManualClock } from '../../../devnet/clock.js';
import { signTransfer } from '../../../devnet/coins/faucet.js';
import { generateKey } from '../../../devnet/coins/keys.js';
import { createRandom } from '../../../devnet/random.js';
import { bytesToHex, hexToBytes } from '../../../protocol/bytes.js';
import { ALL_CHAINS, chainIndex } from '../../../protocol/chain.js';
import { decodeUnsignedTransaction } from '../../../protocol/transaction-decoder.js';
import { RawMiner, solve } from '../../support/raw-miner.js';
import { ask } from '../rest-setting.js';
import { setUp, submit } from '../setting.js';

const LOCK_MS = 20_000;
const random = createRandom(5);
const KEYS = [0, 1, 2, 3].map((group) => generateKey(group, random));
const ADDRESSES = KEYS.map(({ address }) => address.text);

interface Coins {
  readonly utxos: readonly { readonly ref: object; readonly amount: string; readonly lockTime: number }[];
}

async function setUpCoins(t: TestContext, options: DevnetOptions = {}) {
  const setting = await setUp(t, {
    coins: true,
    lockMs: LOCK_MS,
    minerAddresses: ADDRESSES,
    blockTimeMs: 250,
    rate: 1_000,
    ...options,
  });
  const call = async (method: string, path: string, body?: object) => {
    const { status, text } = await ask(setting.devnet, method, path, body);
    return { status, body: JSON.parse(text) as never };
  };
  const coinsOf = async (group: number) =>
    ((await call('GET', `/addresses/${ADDRESSES[group]}/utxos`)).body as Coins).utxos;
  return { ...setting, call, coinsOf };
}

test("what a block pays is a coin of its group's miner address, and can be spent once its lock has ended", async (t) => {
  const { devnet, clock, call, coinsOf } = await setUpCoins(t);
  const { header, id } = await devnet.mineBlock(chainIndex(0, 1));
  const [reward] = await coinsOf(1);
  assert.equal(reward!.lockTime, Number(header.timestamp) + LOCK_MS);
  const { outputs } = devnet.node.state.get(id)!.transactions[0]!.unsigned;
  assert.equal(reward!.amount, outputs[0]!.amount.toString());

  const pay = async () => {
    const request = {
      fromPublicKey: bytesToHex(KEYS[1]!.publicKey),
      destinations: [{ address: ADDRESSES[2], attoAlphAmount: '100000000000000000' }],
      utxos: [reward!.ref],
    };
    const { unsignedTx } = (await call('POST', '/transactions/build', request)).body as {
      unsignedTx: string;
    };
    const signed = signTransfer(KEYS[1]!, decodeUnsignedTransaction(hexToBytes(unsignedTx)));
    const signature = bytesToHex(signed.inputSignatures[0]!);
    return call('POST', '/transactions/submit', { unsignedTx, signature });
  };
  clock.advance(1_000);
  await devnet.mineBlock(chainIndex(0, 0));
  clock.advance(LOCK_MS - 1_001);
  const early = await pay();
  assert.equal(early.status, 500);
  assert.match((early.body as { detail: string }).detail, /due to TimeLockedTx/);
  clock.advance(2);
  const { txId } = (await pay()).body as { txId: string };
  for (const chain of [chainIndex(1, 2), chainIndex(1, 1), chainIndex(1, 1), chainIndex(2, 2)]) {
    clock.advance(250);
    await devnet.mineBlock(chain);
  }
  const { body } = await call('GET', `/transactions/status?txId=${txId}&fromGroup=1&toGroup=2`);
  const { type, fromGroupConfirmations, toGroupConfirmations } = body as Record<string, unknown>;
  assert.deepEqual([type, fromGroupConfirmations, toGroupConfirmations], ['Confirmed', 2, 1]);
  const paid = (await coinsOf(2)).map(({ amount }) => amount);
  assert.ok(paid.includes('100000000000000000'), String(paid));
});

test('a block of a miner is taken without burning, and at no hashrate must a block burn', async (t) => {
  const { devnet, coinsOf } = await setUpCoins(t);
  const miner = await RawMiner.connect(devnet.minerApiPort);
  t.after(() => miner.close());
  const job = (await miner.jobs())[6]!;
  submit(miner, solve(job));
  assert.equal((await miner.result()).accepted, true);
  assert.equal((await coinsOf(2)).length, 1);

  const { devnet: fastest } = await setUpCoins(t, { rate: 1e18, blockTimeMs: 8_000 });
  assert.ok(!ALL_CHAINS.some((chain) => fastest.node.board.isDead(chain)));
});

test('a state goes on with the same lock of rewards alone, and the lock needs coins that are kept', async (t) => {
  const { devnet } = await setUpCoins(t);
  await devnet.mineBlock(0);
  const savedState = devnet.saveState();
  const options = { coins: true, lockMs: LOCK_MS, rate: 1_000, blockTimeMs: 250, retarget: false } as const;
  const again = await startDevnet(options, { clock: createManualClock(), savedState });
  t.after(() => again.close());
  assert.equal(again.node.state.tip(0).height, 1);
  await assert.rejects(startDevnet({ ...options, lockMs: 1 }, { clock: createManualClock(), savedState }), {
    code: 'ERR_SAVED_STATE',
  });
  await assert.rejects(startDevnet({ lockMs: 1 }), /"lockMs" expected a network that keeps coins/);
});

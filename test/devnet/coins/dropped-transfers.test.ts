// Transfers that wait in vain.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signTransfer } from '../../../devnet/coins/faucet.js';
import { bytesToHex, hexToBytes } from '../../../protocol/bytes.js';
import { chainIndex } from '../../../protocol/chain.js';
import { ALPH } from '../../../protocol/emission.js';
import { decodeUnsignedTransaction } from '../../../protocol/transaction-decoder.js';
import { burnAddressOf, KEYS, setUpPolw } from '../polw-setting.js';
import { ask, get } from '../rest-setting.js';

test('a transfer whose input the chain does not see for a minute is dropped; sent again later, it is taken', async (t) => {
  const { devnet, node, clock } = await setUpPolw(t);
  const key = KEYS[chainIndex(0, 1)]!;
  const post = async (path: string, body: object) => {
    const { status, text } = await ask(devnet, 'POST', path, body);
    return { status, body: JSON.parse(text) as Record<string, string> };
  };
  const transfer = async (to: string) => {
    const { body } = await post('/transactions/build', {
      fromPublicKey: bytesToHex(key.publicKey),
      destinations: [{ address: to, attoAlphAmount: ALPH.toString() }],
    });
    const unsigned = decodeUnsignedTransaction(hexToBytes(body.unsignedTx!));
    const signature = bytesToHex(signTransfer(key, unsigned).inputSignatures[0]!);
    return {
      id: body.txId!,
      send: () => post('/transactions/submit', { unsignedTx: body.unsignedTx!, signature }),
    };
  };
  const status = async (id: string, query = ''): Promise<string> =>
    ((await get(devnet, `/transactions/status?txId=${id}${query}`)).body as { type: string }).type;

  const first = await transfer(burnAddressOf(chainIndex(1, 0)));
  assert.equal((await first.send()).status, 200);
  await devnet.mineBlock(chainIndex(0, 1));
  // Its copy in group 1 answers for a while.
  assert.equal(await status(first.id, '&fromGroup=1&toGroup=1'), 'MemPooled');
  // The second spends the change of that block, which no block of (0, 0) has taken in.
  const second = await transfer(burnAddressOf(chainIndex(2, 0)));
  const groups = '&fromGroup=0&toGroup=2';
  assert.equal((await second.send()).status, 200);
  clock.advance(10_000);
  assert.equal((await devnet.mineBlock(chainIndex(0, 2))).transactions.length, 1);
  assert.equal(await status(second.id, groups), 'MemPooled');
  clock.advance(53_000);
  node.board.refresh([chainIndex(0, 2)]);
  assert.equal(await status(second.id, groups), 'TxNotFound');
  assert.equal(await status(second.id), 'MemPooled');
  assert.equal(await status(second.id, '&fromGroup=2&toGroup=2'), 'MemPooled');
  assert.equal((await second.send()).status, 200);
  assert.equal(await status(second.id, groups), 'MemPooled');
  await devnet.mineBlock(0);
  await devnet.mineBlock(0);
  await devnet.mineBlock(chainIndex(0, 2));
  await devnet.mineBlock(chainIndex(0, 2));
  assert.equal(await status(second.id, groups), 'Confirmed');
  clock.advance(21 * 60_000);
  node.board.refresh();
  assert.equal(await status(second.id), 'Confirmed');
});

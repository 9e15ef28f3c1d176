import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codec } from '@alephium/web3';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { deriveBurnKeys } from '../../../polw/keys/burn-keys.js';
import { signWithdrawal } from '../../../polw/withdrawal/sign-withdrawal.js';
import { WithdrawalError } from '../../../polw/withdrawal/withdrawal.js';
import { withdrawalLines } from '../../../polw/withdrawal/withdrawal-text.js';
import { blake2b256 } from '../../../protocol/blake2b.js';
import { bytesToHex } from '../../../protocol/bytes.js';
import { signedTransfer } from '../../../protocol/transfer.js';
import { ALPH, KEYS, OTHER_MNEMONIC, PAYEE, sourceOf, withdrawalOf } from '../../support/withdrawal-lab.js';

const withdrawal = withdrawalOf(7n * ALPH, [sourceOf(1, [2n * ALPH, 3n * ALPH]), sourceOf(6, [4n * ALPH])]);

test('each transaction is signed by the key of its burn address, over its id', () => {
  const { transactions } = signWithdrawal(withdrawal, KEYS);
  for (const [i, { transfer, signature }] of transactions.entries()) {
    const key = KEYS[[1, 6][i]!]!;
    assert.equal(transfer.from.text, key.address.text);
    assert.ok(secp256k1.verify(signature!, blake2b256(transfer.bytes), key.publicKey, { prehash: false }));
    const whole = codec.transactionCodec.decode(signedTransfer(transfer, signature!).bytes);
    assert.equal(bytesToHex(whole.inputSignatures[0]!), bytesToHex(signature!));
  }
  assert.ok(withdrawal.transactions.every(({ signature }) => signature === undefined));
});

test('coins of other keys are not signed for, and nothing else then', () => {
  assert.throws(
    () => signWithdrawal(withdrawal, deriveBurnKeys(OTHER_MNEMONIC)),
    (error) => {
      assert.ok(error instanceof WithdrawalError);
      assert.equal(
        error.message,
        `transactions[0].from: expected one of the 16 burn addresses of the mnemonic, got ${KEYS[1]!.address.text}`,
      );
      return true;
    },
  );
});

test('what it does is told in words', () => {
  const [first, second] = withdrawal.transactions.map(({ transfer }) => bytesToHex(transfer.id));
  const group = (chain: number): string =>
    `${KEYS[chain]!.address.text}, in group ${KEYS[chain]!.address.group}`;
  assert.deepEqual(withdrawalLines(withdrawal), [
    'network id 4 (devnet)',
    `pays 7 ALPH to ${PAYEE.text}, in group 1`,
    'in 2 transactions, 0 of them signed; fees 0.004 ALPH beyond that',
    `transaction 1 of 2: ${first}`,
    `  spends 2 coins of 5 ALPH of burn address ${group(1)}`,
    `  pays   4.998 ALPH to ${PAYEE.text}`,
    '  change none',
    '  fee    0.002 ALPH',
    `transaction 2 of 2: ${second}`,
    `  spends 1 coin of 4 ALPH of burn address ${group(6)}`,
    `  pays   2.002 ALPH to ${PAYEE.text}`,
    '  change 1.996 ALPH back to that burn address',
    '  fee    0.002 ALPH',
  ]);
  assert.match(withdrawalLines(signWithdrawal(withdrawal, KEYS))[2]!, /2 of them signed/);
  assert.equal(withdrawalLines({ ...withdrawal, networkId: 0 })[0], 'network id 0 (mainnet)');
});

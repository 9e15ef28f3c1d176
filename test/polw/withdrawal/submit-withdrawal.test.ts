import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TransferStanding } from '../../../node/follow.js';
import { RestError } from '../../../node/rest.js';
import type { SignedTransfer, SubmitAnswer, TransactionStatus } from '../../../node/rest-transactions.js';
import { signWithdrawal } from '../../../polw/withdrawal/sign-withdrawal.js';
import { submitWithdrawal } from '../../../polw/withdrawal/submit-withdrawal.js';
import { WithdrawalError } from '../../../polw/withdrawal/withdrawal.js';
import { bytesToHex } from '../../../protocol/bytes.js';
import { ALPH, KEYS, sourceOf, withdrawalOf } from '../../support/withdrawal-lab.js';

const unsigned = withdrawalOf(7n * ALPH, [sourceOf(1, [2n * ALPH, 3n * ALPH]), sourceOf(6, [4n * ALPH])]);
const withdrawal = signWithdrawal(unsigned, KEYS);
const ids = withdrawal.transactions.map(({ transfer }) => bytesToHex(transfer.id));

const POOLED: TransactionStatus = { kind: 'pooled' };
const UNKNOWN: TransactionStatus = { kind: 'unknown' };
const inBlock = (fromGroupConfirmations: number): TransactionStatus => ({
  kind: 'confirmed',
  blockHash: '0a'.repeat(32),
  chainConfirmations: 1,
  fromGroupConfirmations,
  toGroupConfirmations: 0,
});
const NO_INPUT: SubmitAnswer = { kind: 'refused', detail: 'due to NonExistInput' };

interface Round {
  /** By the place of the transfer; before it was handed in, it is unknown. */
  readonly status: readonly (TransactionStatus | Error)[];
  readonly answer?: SubmitAnswer;
}

/** Follows the withdrawal through rounds, 30 s each. */
async function run(rounds: readonly Round[], confirmations = 2) {
  const told: string[] = [];
  const submitted: (readonly [round: number, i: number])[] = [];
  const bytes = new Map<string, Set<string>>();
  let round = 0;
  const known = new Set<number>();
  const describe = (standing: TransferStanding): string =>
    'fromGroupConfirmations' in standing
      ? `${standing.kind} ${standing.fromGroupConfirmations}`
      : standing.kind;
  const standings = await submitWithdrawal(
    withdrawal,
    {
      submit: async (transfer: SignedTransfer) => {
        const i = ids.indexOf(transfer.txId);
        submitted.push([round, i]);
        known.add(i);
        bytes.set(transfer.txId, (bytes.get(transfer.txId) ?? new Set()).add(JSON.stringify(transfer)));
        return rounds[round]!.answer ?? { kind: 'taken' };
      },
      status: async ({ txId, fromGroup, toGroup }) => {
        const i = ids.indexOf(txId);
        const { transfer } = withdrawal.transactions[i]!;
        assert.deepEqual([fromGroup, toGroup], [transfer.from.group, transfer.toGroup]);
        const answer = rounds[round]!.status[i]!;
        if (answer instanceof Error) throw answer;
        return known.has(i) ? answer : UNKNOWN;
      },
    },
    {
      confirmations,
      now: () => round * 30_000,
      wait: async () => ++round < rounds.length,
      onStanding: (i, standing) => told.push(`${round}: ${i} ${describe(standing)}`),
      onRefused: (i, detail) => told.push(`${round}: ${i} refused: ${detail}`),
      onTrouble: (message) => told.push(`${round}: ${message}`),
    },
  );
  for (const each of bytes.values()) assert.equal(each.size, 1, 'the same bytes each time');
  return { kinds: standings.map(({ kind }) => kind), told, submitted, rounds: round };
}

test('all are handed in, again every minute until a block has them, and followed to their last confirmation', async () => {
  const result = await run([
    { status: [POOLED, POOLED] },
    { status: [POOLED, inBlock(0)] },
    { status: [POOLED, inBlock(1)] },
    { status: [inBlock(1), inBlock(2)] },
    { status: [inBlock(2), UNKNOWN] },
    { status: [UNKNOWN, UNKNOWN] },
  ]);
  assert.deepEqual(result.kinds, ['paid', 'paid']);
  assert.deepEqual(result.submitted, [
    [0, 0],
    [0, 1],
    [2, 0],
  ]);
  assert.equal(result.rounds, 4);
  assert.deepEqual(result.told, [
    '0: 0 submitted',
    '0: 0 pooled',
    '0: 1 submitted',
    '0: 1 pooled',
    '1: 1 in-block 0',
    '2: 1 in-block 1',
    '3: 0 in-block 1',
    '3: 1 paid 2',
    '4: 0 paid 2',
  ]);
});

test('a refusal decides nothing, and is told once', async () => {
  const result = await run([
    { status: [UNKNOWN, POOLED], answer: NO_INPUT },
    { status: [UNKNOWN, POOLED] },
    { status: [UNKNOWN, POOLED], answer: NO_INPUT },
    { status: [UNKNOWN, inBlock(2)] },
    { status: [POOLED, UNKNOWN] },
    { status: [inBlock(2), UNKNOWN] },
  ]);
  assert.deepEqual(result.kinds, ['paid', 'paid']);
  assert.deepEqual(
    result.told.filter((line) => line.includes('refused')),
    ['0: 0 refused: due to NonExistInput', '0: 1 refused: due to NonExistInput'],
  );
});

test('one that is in a block is not told as refused, though the node refuses it', async () => {
  const result = await run([{ status: [inBlock(2), inBlock(2)], answer: NO_INPUT }]);
  assert.deepEqual(result.kinds, ['paid', 'paid']);
  assert.deepEqual(result.told, ['0: 0 submitted', '0: 0 paid 2', '0: 1 submitted', '0: 1 paid 2']);
});

test('a node that can not be asked is told once, and asked again', async () => {
  const down = new RestError('connection refused');
  const result = await run([
    { status: [down, POOLED] },
    { status: [down, POOLED] },
    { status: [inBlock(2), down] },
    { status: [UNKNOWN, new RestError('timed out')] },
    { status: [UNKNOWN, inBlock(2)] },
  ]);
  assert.deepEqual(result.kinds, ['paid', 'paid']);
  assert.deepEqual(
    result.told.filter((line) => /connection|timed/.test(line)),
    ['0: connection refused', '3: timed out'],
  );
});

test('one that the node never knows is lost, after half an hour and some thirty times', async () => {
  const rounds = Array.from(
    { length: 70 },
    (): Round => ({ status: [UNKNOWN, inBlock(2)], answer: NO_INPUT }),
  );
  const result = await run(rounds);
  assert.deepEqual(result.kinds, ['lost', 'paid']);
  assert.equal(result.rounds, 60);
  assert.equal(result.submitted.filter(([, i]) => i === 0).length, 31);
});

test('it ends when nobody wants to know any more', async () => {
  const result = await run([{ status: [POOLED, inBlock(1)] }]);
  assert.deepEqual(result.kinds, ['pooled', 'in-block']);
});

test('a broken promise is no trouble of a node', async () => {
  await assert.rejects(run([{ status: [new TypeError('bug'), POOLED] }]), TypeError);
});

test('what is not signed is not handed in, nor what is', async () => {
  const half = { ...withdrawal, transactions: [withdrawal.transactions[0]!, unsigned.transactions[1]!] };
  const never = async (): Promise<never> => assert.fail('the node was asked');
  const submitting = submitWithdrawal(
    half,
    { submit: never, status: never },
    {
      confirmations: 1,
      now: () => 0,
      wait: never,
      onStanding: () => assert.fail(),
      onRefused: () => assert.fail(),
      onTrouble: () => assert.fail(),
    },
  );
  await assert.rejects(submitting, (error) => {
    assert.ok(error instanceof WithdrawalError);
    assert.match(
      error.message,
      /^transactions\[1\]\.signature: expected one, got nothing: it is not signed$/,
    );
    return true;
  });
});

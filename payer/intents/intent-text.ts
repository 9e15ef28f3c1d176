/**
 * Intents as the journal and the books keep them: JSON of one line, amounts as texts of digits.
 * @module
 */
import { isGroup } from '../../ledger/accounts.js';
import type { MadeCoin, SpentCoin } from '../../ledger/transaction.js';
import { blake2b256 } from '../../protocol/blake2b.js';
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import type { Intent, KeptPayment } from './intent.js';
import { INTENT_KINDS } from './intent-desk-port.js';

/** What is kept is no intent as this program writes them. */
export class IntentTextError extends Error {
  override readonly name = 'IntentTextError';
  readonly code = 'ERR_INTENT_TEXT';
}

export function encodeIntent(intent: Intent): string {
  return JSON.stringify({
    number: intent.number,
    txId: intent.txId,
    kind: intent.kind,
    groups: [intent.fromGroup, intent.toGroup],
    time: intent.timeMs,
    tx: intent.unsignedTx,
    signature: intent.signature,
    inputs: intent.inputs.map(({ key, amount }) => [key, `${amount}`]),
    made: intent.made.map(({ group, key, amount }) => [group, key, `${amount}`]),
    fee: `${intent.fee}`,
    payments: intent.payments.map(({ account, address, owed, paid }) => [
      account,
      address,
      `${owed}`,
      `${paid}`,
    ]),
    ...(intent.cancels !== '' && { cancels: intent.cancels }),
  });
}

/** @throws IntentTextError if the text is none that `encodeIntent` gives, or the bytes are not those of its id */
export function decodeIntent(text: string): Intent {
  let intent: Intent | undefined;
  try {
    intent = intentOf(JSON.parse(text));
  } catch {
    throw new IntentTextError('an intent is none');
  }
  if (encodeIntent(intent) !== text) throw new IntentTextError('an intent is not in its one form');
  if (bytesToHex(blake2b256(hexToBytes(intent.unsignedTx))) !== intent.txId)
    throw new IntentTextError('the bytes of an intent are not those of its transaction');
  return intent;
}

/** @throws Error of any kind */
function intentOf(value: Record<string, unknown>): Intent {
  const [fromGroup, toGroup] = listOf(value.groups);
  const kind = INTENT_KINDS.find((each) => each === value.kind);
  const { number, time } = value;
  if (!isGroup(fromGroup) || !isGroup(toGroup) || kind === undefined) throw new TypeError();
  if (!Number.isSafeInteger(number) || (number as number) < 1) throw new TypeError();
  if (!Number.isSafeInteger(time) || (time as number) < 0) throw new TypeError();
  return {
    number: number as number,
    txId: wordOf(value.txId, HASH),
    kind,
    fromGroup,
    toGroup,
    timeMs: time as number,
    unsignedTx: wordOf(value.tx, /^(?:[0-9a-f]{2})+$/),
    signature: wordOf(value.signature, /^[0-9a-f]{128}$/),
    inputs: listOf(value.inputs).map((item): SpentCoin => {
      const [key, amount] = listOf(item);
      return { group: fromGroup, key: wordOf(key, HASH), amount: amountOf(amount) };
    }),
    made: listOf(value.made).map((item): MadeCoin => {
      const [group, key, amount] = listOf(item);
      if (!isGroup(group)) throw new TypeError();
      return { group, key: wordOf(key, HASH), amount: amountOf(amount), lockTimeMs: 0 };
    }),
    fee: amountOf(value.fee),
    payments: listOf(value.payments).map((item): KeptPayment => {
      const [account, address, owed, paid] = listOf(item);
      return {
        account: wordOf(account, /^miner\/[\x21-\x7e]{1,130}$/),
        address: wordOf(address, /^[\x21-\x7e]+$/),
        owed: amountOf(owed),
        paid: amountOf(paid),
      };
    }),
    cancels: value.cancels === undefined ? '' : wordOf(value.cancels, HASH),
  };
}

const HASH = /^[0-9a-f]{64}$/;

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError();
  return value;
}

function wordOf(value: unknown, form: RegExp): string {
  if (typeof value !== 'string' || !form.test(value)) throw new TypeError();
  return value;
}

function amountOf(value: unknown): bigint {
  return BigInt(wordOf(value, /^\d{1,36}$/));
}

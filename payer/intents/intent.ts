/**
 * A transaction of the wallet's that is kept before it is sent, and all that must be known to book it and to send it again.
 * @module
 */
import type { Group } from '../../ledger/accounts.js';
import type { MadeCoin, SpentCoin } from '../../ledger/transaction.js';
import { type Address, addressOfPublicKey } from '../../protocol/address.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { outputKeyOf } from '../../protocol/output-reference.js';
import type { Transfer, TransferParts } from '../../protocol/transfer.js';
import type { IntentKind, PreparedTransfer } from './intent-desk-port.js';

/** What one account gets. */
export interface KeptPayment {
  /** Name of its account in the ledger: `miner/...`. */
  readonly account: string;
  /** Text of the address that is paid. */
  readonly address: string;
  /** Leaves the balance, attoALPH. */
  readonly owed: bigint;
  /** Arrives, attoALPH. */
  readonly paid: bigint;
}

/** A transaction that is to be sent, or was. */
export interface Intent {
  /** From 1, one more than that of the one before. */
  readonly number: number;
  /** 64 hex digits: its id on the chain, and its name in the books. */
  readonly txId: string;
  readonly kind: IntentKind;
  readonly fromGroup: Group;
  readonly toGroup: Group;
  /** When it was signed, ms since the epoch. */
  readonly timeMs: number;
  /** Hex. */
  readonly unsignedTx: string;
  /** 128 hex digits. */
  readonly signature: string;
  /** All of the wallet's address of `fromGroup`. */
  readonly inputs: readonly SpentCoin[];
  /** Outputs at the wallet's addresses. */
  readonly made: readonly MadeCoin[];
  /** attoALPH. */
  readonly fee: bigint;
  readonly payments: readonly KeptPayment[];
  /** Id of the transaction that a `cancel` keeps dead; empty otherwise. */
  readonly cancels: string;
}

/** What an intent is made of. */
export interface IntentParts {
  readonly kind: IntentKind;
  readonly number: number;
  readonly timeMs: number;
  readonly parts: TransferParts;
  readonly transfer: Transfer;
  /** 64 bytes. */
  readonly signature: Uint8Array;
  readonly payments: PreparedTransfer['payments'];
  readonly cancels?: string;
  /** Addresses of the wallet, by group. */
  readonly own: readonly Address[];
}

export function intentOf(asked: IntentParts): Intent {
  const { transfer, parts, payments, cancels = '' } = asked;
  const fromGroup = transfer.from.group as Group;
  return {
    number: asked.number,
    txId: bytesToHex(transfer.id),
    kind: asked.kind,
    fromGroup,
    toGroup: transfer.toGroup as Group,
    timeMs: asked.timeMs,
    unsignedTx: bytesToHex(transfer.bytes),
    signature: bytesToHex(asked.signature),
    inputs: parts.inputs.map(({ key, amount }) => ({ group: fromGroup, key: bytesToHex(key), amount })),
    made: madeBy(transfer, parts, asked.own),
    fee: transfer.fee,
    payments: payments.map(({ account, address, owed, paid }) => ({
      account,
      address: address.text,
      owed,
      paid,
    })),
    cancels,
  };
}

/**
 * Looks at what is wanted, before anything is signed.
 * @throws RangeError that says what would have been right
 */
export function checkPrepared(prepared: PreparedTransfer, own: readonly Address[]): void {
  const { kind, fromGroup, toGroup, parts, payments } = prepared;
  const sender = addressOfPublicKey(parts.publicKey);
  if (sender.text !== own[fromGroup]?.text)
    throw new RangeError(`"parts.publicKey" expected that of the wallet's group ${fromGroup}`);
  const { destinations } = parts;
  const others = destinations.filter(({ address }) => address.group !== fromGroup);
  if ((others[0]?.address.group ?? fromGroup) !== toGroup)
    throw new RangeError(`"toGroup" expected that of the destinations, got ${toGroup}`);
  const ours = destinations.filter(({ address }) => own.some(({ text }) => text === address.text));
  if (kind === 'payout' || kind === 'withdrawal') {
    if (ours.length > 0)
      throw new RangeError(
        `"parts.destinations" expected none of the wallet's own, got ${ours[0]!.address.text}`,
      );
  } else if (ours.length !== destinations.length)
    throw new RangeError(`"parts.destinations" of a ${kind} expected the wallet's own addresses alone`);
  if (
    kind === 'move' ? destinations.length !== 1 || toGroup === fromGroup : others.length > 0 && isWithin(kind)
  )
    throw new RangeError(`"parts.destinations" are none of a ${kind}`);
  checkPayments(prepared);
  if (kind !== 'payout' && payments.length > 0) throw new RangeError(`"payments" of a ${kind} expected none`);
}

/** Whether all that a transaction makes stays in its group. */
function isWithin(kind: PreparedTransfer['kind']): boolean {
  return kind === 'merge' || kind === 'split';
}

function checkPayments({ kind, parts, payments }: PreparedTransfer): void {
  if (kind !== 'payout') return;
  const { destinations } = parts;
  if (payments.length !== destinations.length)
    throw new RangeError(`"payments" expected ${destinations.length}, got ${payments.length}`);
  const accounts = new Set<string>();
  for (const [i, { account, address, owed, paid }] of payments.entries()) {
    if (!account.startsWith('miner/') || accounts.has(account))
      throw new RangeError(`"payments[${i}].account" expected a miner's, each once, got ${account}`);
    accounts.add(account);
    const { address: to, amount } = destinations[i]!;
    if (address.text !== to.text || paid !== amount)
      throw new RangeError(`"payments[${i}]" expected what destination ${i} gets`);
    if (owed < paid) throw new RangeError(`"payments[${i}].owed" expected at least ${paid}, got ${owed}`);
  }
}

/** Its outputs at the wallet's addresses: destinations in their order, then the change. */
function madeBy(
  { id, from }: Transfer,
  { destinations, change }: TransferParts,
  own: readonly Address[],
): MadeCoin[] {
  const outputs = [...destinations, ...(change > 0n ? [{ address: from, amount: change }] : [])];
  return outputs.flatMap(({ address, amount }, index): MadeCoin[] => {
    if (own[address.group]?.text !== address.text) return [];
    const key = bytesToHex(outputKeyOf(id, index));
    return [{ group: address.group as Group, key, amount, lockTimeMs: 0 }];
  });
}

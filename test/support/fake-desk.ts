/**
 * A desk of intents without nodes and journal, for tests of whoever hands it transactions: it books them, and they are paid when the test says so.
 * @module
 */
import { MINER_PREFIX } from '../../ledger/accounts.js';
import type { BookFence } from '../../ledger/books-port.js';
import type { Ledger } from '../../ledger/ledger.js';
import { moveIn, moveOut, ownTransaction, payout, payoutPaid } from '../../ledger/movements.js';
import { coinNameText, type MadeCoin } from '../../ledger/transaction.js';
import type {
  IntentDesk,
  IssueOutcome,
  OpenIntent,
  PreparedTransfer,
  StepTrouble,
} from '../../payer/intents/intent-desk-port.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { outputKeyOf } from '../../protocol/output-reference.js';
import { createTransfer } from '../../protocol/transfer.js';
import { walletKeys } from './round-lab.js';

export interface FakeDesk extends IntentDesk {
  /** All that was sent, in order. */
  readonly sent: readonly PreparedTransfer[];
  /** Everything that is on its way is in blocks, deep enough. */
  payAll(): Promise<void>;
  /** Outputs at the wallet's addresses by what was paid so far, given those at the beginning. */
  outputs(before: readonly MadeCoin[]): readonly MadeCoin[];
  /** How often `step` was called. */
  steps: number;
  /** What `step` says. */
  trouble: StepTrouble | undefined;
  /** Called before each issue; what it returns is the outcome. */
  beforeIssue: ((prepared: PreparedTransfer) => Promise<IssueOutcome | undefined>) | undefined;
}

interface Sent extends OpenIntent {
  readonly prepared: PreparedTransfer;
  readonly spent: readonly MadeCoin[];
  readonly coins: readonly MadeCoin[];
  readonly fee: bigint;
}

/** @param fence - of whoever posts; undefined while nobody may */
export function fakeDesk(
  { ledger }: { readonly ledger: Ledger },
  fence: () => BookFence | undefined,
): FakeDesk {
  let open: Sent[] = [];
  const paid: Sent[] = [];
  const sent: PreparedTransfer[] = [];
  const own = walletKeys.map(({ address }) => address.text);
  const desk: FakeDesk = {
    sent,
    steps: 0,
    trouble: undefined,
    beforeIssue: undefined,
    heal: async () => ({ kind: 'whole' }),
    step: async () => {
      desk.steps++;
      return desk.trouble;
    },
    open: () => open,
    isAwaited: (name) => open.some(({ coins }) => coins.some((coin) => coinNameText(coin) === name)),
    outputs: (before) => {
      const gone = new Set([...open, ...paid].flatMap(({ spent }) => spent.map(({ key }) => key)));
      return [...before, ...[...paid, ...open].flatMap(({ coins }) => coins)].filter(
        ({ key }) => !gone.has(key),
      );
    },
    issue: async (prepared) => {
      const held = fence();
      const forced = await desk.beforeIssue?.(prepared);
      if (forced !== undefined) return forced;
      if (held === undefined) return 'fenced';
      const { kind, fromGroup, toGroup, parts, payments } = prepared;
      const { id, fee, unsigned } = createTransfer(parts);
      const txId = bytesToHex(id);
      const spent = parts.inputs.map(({ key, amount }) => ({
        group: fromGroup,
        key: bytesToHex(key),
        amount,
        lockTimeMs: 0,
      }));
      const addresses = [...parts.destinations.map(({ address }) => address.text), own[fromGroup]!];
      const coins = unsigned.outputs.flatMap(({ amount }, i): MadeCoin[] => {
        const group = own.indexOf(addresses[i]!);
        return group < 0
          ? []
          : [{ group: group as 0, key: bytesToHex(outputKeyOf(id, i)), amount, lockTimeMs: 0 }];
      });
      const amounts = payments.map(({ account, owed }) => ({
        key: account.slice(MINER_PREFIX.length),
        amount: owed,
      }));
      const owed = amounts.reduce((sum, { amount }) => sum + amount, 0n);
      if (kind === 'payout') {
        const transactions = [payout(txId, Number(parts.timestampMs), amounts, txId)];
        const key = `*/${String(999_999_999_999_999 - Number(parts.timestampMs)).padStart(15, '0')}/${txId.slice(0, 16)}`;
        const text = JSON.stringify({ paid: `${payments.reduce((sum, { paid }) => sum + paid, 0n)}` });
        const records = [{ table: 'payment', key, version: 0, text }] as const;
        const outcome = await ledger.post({
          fence: held,
          transactions,
          intent: txId,
          reserve: spent,
          records,
        });
        if (outcome !== 'done') return outcome as IssueOutcome;
      } else await ledger.hold({ fence: held, intent: txId, reserve: spent });
      sent.push(prepared);
      open.push({
        ...{ txId, kind, fromGroup, toGroup, owed, prepared, spent, coins, fee },
        standing: 'pooled',
        isPaid: false,
        made: coins.length,
        sinceMs: Number(parts.timestampMs),
      });
      return 'sent';
    },
    payAll: async () => {
      for (const one of open) {
        const { kind, txId, fromGroup: group, owed, spent, coins, fee, prepared } = one;
        const timeMs = one.sinceMs;
        const made = coins.filter((coin) => coin.group === group);
        const transaction = { txId, group, spent, made, fee };
        const [there] = coins.filter((coin) => coin.group !== group);
        const amount = prepared.parts.destinations[0]!.amount;
        const transactions =
          kind === 'payout'
            ? [payoutPaid(txId, timeMs, owed, transaction)]
            : kind === 'move'
              ? [moveOut(timeMs, transaction, amount), moveIn(txId, timeMs, there!)]
              : [ownTransaction(timeMs, transaction)];
        const outcome = await ledger.post({ fence: fence()!, transactions, intent: txId });
        if (outcome !== 'done') throw new Error(`${kind} ${txId}: ${outcome}`);
      }
      paid.push(...open);
      open = [];
    },
  };
  return desk;
}

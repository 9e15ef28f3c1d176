/**
 * `lesswork polw submit`: hands signed transfers to a node and tells how they stand.
 * @module
 */
import type { NodeEndpoint } from '../node/endpoint.js';
import type { TransferStanding } from '../node/follow.js';
import { fetchNetworkId, restName } from '../node/rest.js';
import { fetchTransactionStatus, submitTransaction } from '../node/rest-transactions.js';
import { loadWithdrawal } from '../polw/withdrawal/load-withdrawal.js';
import { submitWithdrawal } from '../polw/withdrawal/submit-withdrawal.js';
import { type Withdrawal, WithdrawalError } from '../polw/withdrawal/withdrawal.js';
import { withdrawalLines } from '../polw/withdrawal/withdrawal-text.js';
import { alphText } from '../protocol/alph-text.js';
import { bytesToHex } from '../protocol/bytes.js';
import { hearEndRequest } from './end-request.js';

export interface PolwSubmitOptions {
  readonly endpoint: NodeEndpoint;
  readonly apiKey: string | undefined;
  /** Blocks of chain (from, from) that make a transfer paid. */
  readonly confirmations: number;
  /** Time between two questions, ms. */
  readonly everyMs: number;
  /** JSON lines instead of words. */
  readonly json: boolean;
}

const TIMEOUT_MS = 5_000;

/**
 * Follows the transfers to their end, or until a signal, and sets the exit code.
 * @throws WithdrawalError if the file can't be used, is not signed, or is of another network than the node; RestError if the
 * node can't be asked at the start
 */
export async function runPolwSubmit(path: string, options: PolwSubmitOptions): Promise<void> {
  const { endpoint, apiKey, confirmations, everyMs, json } = options;
  const withdrawal = await loadWithdrawal(path);
  const rest = { apiKey, timeoutMs: TIMEOUT_MS };
  const networkId = await fetchNetworkId(endpoint, rest);
  if (networkId !== withdrawal.networkId)
    throw new WithdrawalError(
      `${path}: networkId: expected ${networkId}, that of ${restName(endpoint)}, got ${withdrawal.networkId}`,
    );
  const say = (line: string): boolean => process.stdout.write(`${line}\n`);
  const warn = (line: string): boolean => process.stderr.write(`lesswork: ${line}\n`);
  const name = (i: number): string => `transaction ${i + 1} of ${withdrawal.transactions.length}`;
  if (!json) for (const line of withdrawalLines(withdrawal)) say(line);
  const end = hearEndRequest();
  let ended = false;
  end.asked.then(() => {
    ended = true;
  });
  const standings = await submitWithdrawal(
    withdrawal,
    {
      submit: (transfer) => submitTransaction(endpoint, transfer, rest),
      status: (place) => fetchTransactionStatus(endpoint, place, rest),
    },
    {
      confirmations,
      now: () => performance.now(),
      wait: async () => {
        await waitFor(everyMs, end.asked);
        return !ended;
      },
      onStanding: (i, standing) =>
        say(
          json
            ? JSON.stringify({ type: 'transfer', ...resultOf(withdrawal, i, standing) })
            : `${name(i)}: ${wordsOf(standing, confirmations)}`,
        ),
      onRefused: (i, detail) =>
        warn(`${name(i)}: the node refuses it for now, and is handed it again every minute: ${detail}`),
      onTrouble: (message) => warn(`${message}: trying again`),
    },
  );
  tellEnd(withdrawal, standings, { json, say });
}

/** Waits for a time, or for something that comes before. */
async function waitFor(ms: number, sooner: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([over, sooner]);
  clearTimeout(timer);
}

function wordsOf(standing: TransferStanding, confirmations: number): string {
  switch (standing.kind) {
    case 'new':
      return 'not handed in yet';
    case 'submitted':
      return 'handed in';
    case 'pooled':
      return 'waits at the node for a block';
    case 'in-block':
      return `in block ${standing.blockHash}, ${standing.fromGroupConfirmations} of ${confirmations} confirmations`;
    case 'paid':
      return `paid, in block ${standing.blockHash} with ${standing.fromGroupConfirmations} confirmations`;
    case 'conflicted':
      return `without effect: another transaction has spent its coins${standing.final ? '' : ', so far'}`;
    case 'lost':
      return 'lost: the node has known nothing of it for half an hour';
  }
}

function resultOf(withdrawal: Withdrawal, i: number, { kind, ...standing }: TransferStanding) {
  const { transfer, amount } = withdrawal.transactions[i]!;
  return { txId: bytesToHex(transfer.id), amount: `${amount}`, standing: kind, ...standing };
}

function tellEnd(
  withdrawal: Withdrawal,
  standings: readonly TransferStanding[],
  { json, say }: { readonly json: boolean; readonly say: (line: string) => void },
): void {
  const paid = withdrawal.transactions.reduce(
    (sum, { amount }, i) => (standings[i]!.kind === 'paid' ? sum + amount : sum),
    0n,
  );
  const open = standings.filter(({ kind }) => !['paid', 'conflicted', 'lost'].includes(kind)).length;
  const outcome = paid === withdrawal.amount ? 'ok' : open > 0 ? 'unfinished' : 'failed';
  if (outcome !== 'ok') process.exitCode = 1;
  const transactions = standings.map((standing, i) => resultOf(withdrawal, i, standing));
  const result = {
    type: 'polw-submit',
    outcome,
    amount: `${withdrawal.amount}`,
    paid: `${paid}`,
    transactions,
  };
  if (json) say(JSON.stringify(result));
  else {
    say(`paid ${alphText(paid)} of ${alphText(withdrawal.amount)} ALPH to ${withdrawal.to.text}`);
    if (outcome === 'unfinished') say('what is on its way may still be paid: run it again to know');
  }
}

/**
 * `lesswork wallet withdraw`: coins of the operator's own leave a wallet that pays miners.
 * @module
 */
import { checkBeforeRound } from '../payer/rounds/check-before-round.js';
import {
  planWithdrawal,
  withdrawable,
  withdrawalFault,
  withdrawalOf,
} from '../payer/rounds/plan-withdrawal.js';
import { walletCoins } from '../payer/rounds/wallet-coins.js';
import type { Address } from '../protocol/address.js';
import { alphText } from '../protocol/alph-text.js';
import { hearEndRequest } from './end-request.js';
import { openingOfDesk } from './ledger-desk.js';
import type { OpenedPayer } from './payer-tenure.js';
import { payerLog } from './payer-words.js';
import { type Paying, type PayingOptions, withPaying } from './paying.js';

export interface WithdrawOptions extends PayingOptions {
  readonly to: Address;
  /** That arrives, attoALPH; the fee comes on top. */
  readonly amount: bigint;
  readonly json: boolean;
}

/** @throws Error if it would take what miners are owed, can't be paid, or a payer is at work on the books */
export async function runWalletWithdraw(options: WithdrawOptions): Promise<void> {
  const log = payerLog(process.stdout, { json: options.json, level: 'info', now: Date.now });
  const end = hearEndRequest({ onImpatience: () => process.exit(1) });
  let isTaken = false;
  const hear: typeof log = (event) => {
    if (event.type !== 'waits') log(event);
    else {
      isTaken = true;
      end.ask();
    }
  };
  await withPaying(options, { end, log: hear }, async (paying) => {
    let txId: string | undefined;
    let isPaid = false;
    await paying.tenure.each(async (opened) => {
      if (txId === undefined) txId = await send(options, paying, opened);
      await opened.desk.step();
      const intent = opened.desk.open().find((each) => each.txId === txId);
      isPaid = intent?.isPaid ?? true;
      return isPaid;
    });
    if (isTaken)
      throw new Error(
        'a payer is at work on these books, or was half a minute ago: end it for as long as this takes',
      );
    if (!isPaid) process.exitCode = 1;
  });
}

/** @returns id of the transaction, which is on its way then */
async function send(
  { to, amount, months }: WithdrawOptions,
  { books, ledger, nodes, desk, signer }: Paying,
  opened: OpenedPayer,
): Promise<string> {
  const intents = opened.desk;
  if (intents.open().some(({ kind, isPaid }) => kind === 'withdrawal' && !isPaid))
    throw new Error('a withdrawal is on its way already: wait until it is paid');
  const check = await checkBeforeRound({
    ...{ books, ledger, timeMs: Date.now() },
    look: await nodes.look(),
    opening: await openingOfDesk(desk, months),
    isAwaited: (name) => intents.isAwaited(name),
    fence: undefined,
  });
  if (check.kind !== 'fine') throw new Error(check.why);
  const own = await withdrawable(ledger, check.findings);
  const fault = withdrawalFault(signer, to, amount, own);
  if (fault !== undefined) throw new Error(fault);
  const plan = planWithdrawal(await walletCoins(ledger, books, Date.now()), amount);
  if ('most' in plan)
    throw new Error(
      `expected coins of ${alphText(amount)} ALPH and a fee in one group, got at most ${alphText(plan.most)} ALPH: withdraw in parts`,
    );
  if (amount + plan.fee > own)
    throw new Error(
      `expected at most what is not owed to miners, ${alphText(own > 0n ? own : 0n)} ALPH with the fee, got ${alphText(amount + plan.fee)} ALPH`,
    );
  const outcome = await intents.issue(withdrawalOf(signer, plan, to, amount, Date.now()));
  if (outcome !== 'sent')
    throw new Error(`the withdrawal was not sent: ${typeof outcome === 'object' ? outcome.why : outcome}`);
  return intents.open().at(-1)!.txId;
}

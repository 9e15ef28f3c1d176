/**
 * `lesswork payer pause`, `resume`, `status`, and a round that is only planned: on the books, without a wallet's password.
 * @module
 */
import type { BookFence } from '../ledger/books-port.js';
import { Ledger } from '../ledger/ledger.js';
import type { WalletLook } from '../payer/rounds/check-before-round.js';
import { checkBeforeRound } from '../payer/rounds/check-before-round.js';
import { readPause, readState, removePause, writePause } from '../payer/rounds/payer-notes.js';
import { planPayouts } from '../payer/rounds/plan-payouts.js';
import { alphText } from '../protocol/alph-text.js';
import { counted } from '../protocol/quantity-text.js';
import { openingOfDesk, underLease } from './ledger-desk.js';
import { openPoolBooks } from './open-pool-books.js';
import { shownWallet } from './open-signer.js';
import { payerDesk, payoutsOf } from './payer-setting.js';
import { pauseText, plainValue, stateLines, waitingText } from './payer-words.js';
import { readPoolConfig } from './run-pool.js';
import { tellingWait } from './telling-wait.js';
import { WalletNodes } from './wallet-nodes.js';

/** Where lines of a result go. */
type Write = (text: string) => void;

const toStdout: Write = (text) => {
  process.stdout.write(text);
};

/**
 * Nothing new is sent from now on, by whichever payer.
 * @param reason - `by hand` where it is blank
 * @throws Error if another change of the ledger by hand is under way
 */
export async function runPayerPause(configPath: string, reason: string, write = toStdout): Promise<void> {
  await withDesk(configPath, write, async (desk) => {
    const before = await readPause(desk.books);
    const pause = { reason: reason.trim() || 'by hand', sinceMs: desk.now(), by: 'operator' } as const;
    if (before === undefined) await changePause(desk, (fence) => writePause(desk.books, fence, pause));
    write(
      before === undefined
        ? 'payments are paused; what is on its way goes on\n'
        : `they were paused already: ${pauseText(before)}\n`,
    );
  });
}

/** @throws Error likewise */
export async function runPayerResume(configPath: string, write = toStdout): Promise<void> {
  await withDesk(configPath, write, async (desk) => {
    const before = await readPause(desk.books);
    if (before === undefined) {
      write('payments were not paused\n');
      return;
    }
    await changePause(desk, (fence) => removePause(desk.books, fence, before));
    const now = await readPause(desk.books);
    if (now !== undefined) {
      write(`they were paused anew meanwhile, and stay so: ${pauseText(now)}\n`);
      return;
    }
    write(
      `payments go on; a round that was due meanwhile is made within a minute. They were paused since ${new Date(before.sinceMs).toISOString()}: ${before.reason}\n`,
    );
  });
}

export async function runPayerStatus(configPath: string, json: boolean, write = toStdout): Promise<void> {
  await withDesk(configPath, write, async ({ books, now }) => {
    const pause = await readPause(books);
    const state = await readState(books);
    if (json) {
      write(`${JSON.stringify({ type: 'payer-status', pause: pause ?? null, state: state ?? null })}\n`);
      return;
    }
    write(pause === undefined ? 'not paused\n' : `${pauseText(pause)}\n`);
    if (state === undefined) write('no payer was ever at work here\n');
    else for (const line of stateLines(state, now())) write(`${line}\n`);
  });
}

export interface DryRunOptions {
  readonly config: string;
  readonly wallet?: string | undefined;
  readonly months?: string | undefined;
  readonly json: boolean;
}

/** Plans a round, tells the plan, and sends and writes nothing. Sets the exit code to 1 where nothing could be paid. */
export async function runPayerDryRun(options: DryRunOptions, write = toStdout): Promise<void> {
  const config = readPoolConfig(options.config);
  const settings = payoutsOf(config);
  const { networkId, keys } = await shownWallet(config, settings, options.wallet);
  await withDesk(options.config, write, async (desk) => {
    const { books } = desk;
    const ledger = new Ledger(books);
    const identity = { networkId, minerAddresses: keys.map(({ address }) => address.text) };
    const nodes = new WalletNodes(desk.nodes, identity, () => performance.now());
    const pause = await readPause(books);
    const timeMs = desk.now();
    const look: WalletLook = await tellingWait(() => nodes.look(), {
      unheard: () => nodes.unheard,
      say: (words) => void process.stderr.write(`lesswork: ${words}\n`),
    });
    const opening = await openingOfDesk(desk, options.months);
    const check = await checkBeforeRound({
      ...{ books, ledger, look, opening, timeMs },
      isAwaited: () => false,
      fence: undefined,
    });
    const { batches, waiting } = await planPayouts({ books, ledger, wallet: { keys }, settings }, desk.now());
    const trouble = pause !== undefined ? pauseText(pause) : check.kind === 'fine' ? undefined : check.why;
    if (trouble !== undefined) process.exitCode = 1;
    const planned = batches.map(({ fromGroup, toGroup, inputs, payments, fee, change }) => ({
      ...{ fromGroup, toGroup, inputs: inputs.length, accounts: payments.length, fee, change },
      paid: payments.reduce((sum, { paid }) => sum + paid, 0n),
    }));
    if (options.json) {
      const payments = batches.flatMap((batch) =>
        batch.payments.map(({ address, owed, paid }) => ({ address: address.text, owed, paid })),
      );
      const plan = { type: 'payer-plan', trouble: trouble ?? null, transactions: planned, payments, waiting };
      write(`${JSON.stringify(plan, plainValue)}\n`);
      return;
    }
    if (trouble !== undefined) write(`nothing would be paid now: ${trouble}\n`);
    for (const { fromGroup, toGroup, inputs, accounts, paid, fee } of planned)
      write(
        `group ${fromGroup} to group ${toGroup}: ${alphText(paid)} ALPH to ${counted(accounts, 'account')}, ${counted(inputs, 'coin')}, fee ${alphText(fee)} ALPH\n`,
      );
    const sum = planned.reduce((total, { paid }) => total + paid, 0n);
    const accounts = planned.reduce((total, each) => total + each.accounts, 0);
    write(
      `${alphText(sum)} ALPH to ${counted(accounts, 'account')} in ${counted(planned.length, 'transaction')}${waitingText(waiting)}\n`,
    );
  });
}

/** @throws Error if another process has the ledger's lease, or took it before the change: then nothing was changed */
export async function changePause(
  desk: ReturnType<typeof payerDesk>,
  change: (fence: BookFence) => Promise<'done' | 'fenced'>,
): Promise<void> {
  if ((await underLease(desk, change)) === 'fenced')
    throw new Error('another lesswork ledger took over meanwhile, and nothing was changed: say it again');
}

async function withDesk(
  configPath: string,
  write: Write,
  action: (desk: ReturnType<typeof payerDesk>) => Promise<void>,
): Promise<void> {
  const config = readPoolConfig(configPath);
  const books = await openPoolBooks(config);
  try {
    await action(payerDesk(config, books, write));
  } finally {
    await books.close();
  }
}

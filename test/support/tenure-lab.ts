/**
 * Payers on books in memory, for tests of when they are at work.
 * @module
 */
import type { TestContext } from 'node:test';
import { PayerTenure, type TenureModules } from '../../cli/payer-tenure.js';
import type { PayerRunEvent } from '../../cli/payer-words.js';
import type { BookFence } from '../../ledger/books-port.js';
import { Ledger } from '../../ledger/ledger.js';
import type { HealOutcome } from '../../payer/intents/intent-desk-port.js';
import type { WalletLook } from '../../payer/rounds/check-before-round.js';
import type { PayerEvent } from '../../payer/rounds/payer-events.js';
import { Rounds } from '../../payer/rounds/rounds.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { bookRewards, creditMiners, moneyCoin } from './books-with-money.js';
import { type FakeDesk, fakeDesk } from './fake-desk.js';
import { createMemoryBooks } from './memory-books.js';
import { ALPH, addressOf, CENT, walletKeys } from './round-lab.js';

/** Books with coins and three miners who are owed. */
export async function moneyBooks() {
  const books = createMemoryBooks();
  const ledger = new Ledger(books);
  const coins = ([0, 1, 2, 3] as const).map((group) => moneyCoin(group + 1, 100n * ALPH, group));
  const keys = coins.map(({ key }) => key);
  await bookRewards(ledger, coins, keys, Date.now());
  const owed = [1, 2, 3].map((i): [string, bigint] => [bytesToHex(addressOf(i).lockupScript), ALPH]);
  await creditMiners(ledger, 1, new Map(owed), Date.now());
  return { books, ledger, coins };
}

export interface PayerOnOptions {
  readonly heal?: () => Promise<HealOutcome>;
  readonly everyMs?: number;
  /** What nodes say of the wallet; undefined: what the books expect. */
  readonly look?: () => WalletLook | undefined;
  /** Of each desk that is opened. */
  readonly onDesk?: (desk: FakeDesk) => void;
  /** Time is what pauses take, and these are over at once. */
  readonly isClocked?: boolean;
}

/** A payer on these books; nobody waits. */
export function payerOn(
  t: TestContext,
  { books, ledger, coins }: Awaited<ReturnType<typeof moneyBooks>>,
  owner: string,
  options: PayerOnOptions = {},
) {
  const {
    heal = async () => ({ kind: 'whole' }),
    everyMs = 3_600_000,
    look,
    onDesk,
    isClocked = false,
  } = options;
  const events: (PayerEvent | PayerRunEvent)[] = [];
  const startMs = Date.now();
  const state = { ending: false, opened: 0, closed: 0, passedMs: 0, desk: undefined as FakeDesk | undefined };
  const now = (): number => (isClocked ? startMs + state.passedMs : Date.now());
  const modules: TenureModules = {
    books,
    owner,
    now,
    onEvent: (event) => events.push(event),
    isEnding: () => state.ending,
    pause: (ms) => {
      state.passedMs += ms;
      return new Promise((resolve) => (isClocked ? setImmediate(resolve) : setTimeout(resolve, 2)));
    },
    open: async (fence: () => BookFence | undefined) => {
      state.opened++;
      const desk = fakeDesk({ ledger }, fence);
      state.desk = desk;
      desk.heal = heal;
      onDesk?.(desk);
      const rounds = new Rounds({
        ...{ books, ledger, desk, fence },
        wallet: { networkId: 4, keys: walletKeys },
        settings: {
          ...{ minimum: CENT, inactiveMinimum: CENT, inactiveAfterDays: 30, feeBearer: 'miners', most: {} },
          rounds: { everyMs },
        },
        look: async () =>
          look?.() ?? {
            kind: 'outputs',
            outputs: ([0, 1, 2, 3] as const).map((group) => ({
              ...{ group, complete: true, onChain: true },
              outputs: desk.outputs(coins).filter((coin) => coin.group === group),
            })),
          },
        opening: async () => undefined,
        now,
        onEvent: (event) => events.push(event),
      });
      return { desk, rounds, close: async () => void state.closed++ };
    },
  };
  const tenure = new PayerTenure(modules);
  t.after(async () => {
    state.ending = true;
    await tenure.close();
  });
  const told = (type: (typeof events)[number]['type']): number =>
    events.filter((event) => event.type === type).length;
  return { tenure, state, told, elapsed: now };
}

/**
 * A payer's desk over books in memory, a journal in memory and a chain in memory, with rounds planned as a payer plans them. It can be
 * stopped at any call of a port and started anew, and its books can go back in time.
 * @module
 */
import assert from 'node:assert/strict';
import { ALL_GROUPS, type Group, minerAccount } from '../../ledger/accounts.js';
import { lostCoin } from '../../ledger/adoption.js';
import type { LedgerBooks } from '../../ledger/books-port.js';
import { checkLedger, type LedgerFindings } from '../../ledger/check.js';
import { Ledger } from '../../ledger/ledger.js';
import { blockReward, settlementClose, settlementPart } from '../../ledger/movements.js';
import { batchTransfer } from '../../payer/batch-transfer.js';
import type { Depths } from '../../payer/intents/decide.js';
import type { IntentNews } from '../../payer/intents/desk-state.js';
import { createIntentDesk } from '../../payer/intents/intent-desk.js';
import type {
  HealOutcome,
  IntentDesk,
  IssueOutcome,
  PreparedTransfer,
} from '../../payer/intents/intent-desk-port.js';
import { IntentJournal, type JournalLog } from '../../payer/intents/intent-journal.js';
import { planRound } from '../../payer/plan-round.js';
import type { Books } from '../../pool/ports/books.js';
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import { type Unsigned, walletSigner } from '../../wallet/transfer-signer.js';
import { coinKey } from './ledger-arbitraries.js';
import { createMemoryBooks, type MemoryBooks } from './memory-books.js';
import { type ChainNode, type PaymentChain, paymentChain } from './payment-chain.js';
import { ALPH, addressOf, CENT, OWN, walletKeys } from './round-lab.js';

export const LAB_DEPTHS: Depths = { confirmations: 3, recheck: 10 };

/** The machine stops at a port. */
export class Stopped extends Error {}

/** A miner of the lab. */
export interface LabMiner {
  readonly account: string;
  readonly address: ReturnType<typeof addressOf>;
}

export interface IntentLab {
  /** Those of another store have less of a memory's ways. */
  books: MemoryBooks;
  readonly ledger: Ledger;
  readonly chain: PaymentChain;
  readonly miners: readonly LabMiner[];
  /** Lines of the journal. */
  readonly lines: string[];
  readonly news: IntentNews[];
  /** The one that runs now. */
  desk: IntentDesk;
  /** Calls of ports so far: each counts twice, before and after it. */
  calls: number;
  /** Number of the call at which the machine stops. */
  stopAt: number;
  /** Monotonic, and on the wall. */
  nowMs: number;
  fence: number;
  /** Set, nothing is signed. */
  unsigned: Unsigned | undefined;
  /** How often signatures were asked for. */
  signs: number;
  /** Characters that the journal of the next start keeps; undefined for as many as usual. */
  mostChars: number | undefined;
  /** The machine starts again. */
  start(): void;
  /** Blocks that the wallet mined, and what they brought to miners: whatever of it the books have lost is posted again. */
  settle(): Promise<void>;
  /** One more settlement. */
  earn(amounts: readonly bigint[]): Promise<void>;
  /** Plans a round and issues it. @returns outcomes */
  round(): Promise<IssueOutcome[]>;
  plan(): Promise<readonly PreparedTransfer[]>;
  /** Time passes, then a step. */
  pass(ms: number): Promise<string | undefined>;
  heal(): Promise<HealOutcome>;
  /** Steps with blocks in between until nothing is followed. */
  finish(): Promise<void>;
  /** Outputs that are gone without the books' knowledge are booked as lost. */
  adopt(): Promise<void>;
  /** Compares books, chain, and what each miner earned. @returns what the ledger's check says */
  judge(): Promise<LedgerFindings>;
  balance(miner: LabMiner): Promise<bigint>;
  free(group: Group): Promise<readonly string[]>;
}

export function labMinersOf(count: number): readonly LabMiner[] {
  return Array.from({ length: count }, (_, i): LabMiner => {
    const address = addressOf(i);
    return { account: minerAccount(bytesToHex(address.lockupScript)), address };
  });
}

export interface IntentLabOptions {
  readonly miners?: number;
  /** Coins of each group, ALPH. */
  readonly coins?: readonly bigint[];
  /** How many groups have them. */
  readonly groups?: number;
  readonly nodes?: number;
  /** What the first settlement credits, by miner, attoALPH. */
  readonly credits?: readonly bigint[];
  /** Those of another store. */
  readonly books?: Books;
}

const START_MS = Date.UTC(2026, 5, 1);

export async function intentLab(options: IntentLabOptions = {}): Promise<IntentLab> {
  const { miners: count = 6, coins = [9n, 7n, 5n], nodes = 2, groups = 4 } = options;
  const books = (options.books as MemoryBooks | undefined) ?? createMemoryBooks(() => lab.nowMs);
  const chain = paymentChain(nodes);
  const ledger = new Ledger(booksOf(() => lab.books));
  const miners = labMinersOf(count);
  const settled: bigint[][] = [];
  const lines: string[] = [];
  const port = async <T>(call: () => Promise<T> | T): Promise<T> => {
    stop();
    const answer = await call();
    stop();
    return answer;
  };
  const stop = (): void => {
    if (lab.calls >= lab.stopAt) throw new Stopped('the machine stops');
    lab.calls++;
  };

  const lab: IntentLab = {
    books,
    ledger,
    chain,
    miners,
    lines,
    news: [],
    desk: undefined as unknown as IntentDesk,
    calls: 0,
    stopAt: Number.POSITIVE_INFINITY,
    nowMs: START_MS,
    fence: 1,
    unsigned: undefined,
    signs: 0,
    mostChars: undefined,
    start: () => {
      lab.stopAt = Number.POSITIVE_INFINITY;
      lab.desk = deskOf(lab, port);
    },
    settle: async () => {
      for (const [group, key] of walletKeys.slice(0, groups).entries())
        for (const [i, amount] of coins.entries()) {
          const name = coinKey(1 + group * 100 + i);
          const coin = { group: group as Group, key: name, amount: amount * ALPH, lockTimeMs: 0 };
          chain.coin(name, key.address.text, coin.amount);
          await ledger.post({
            fence: { name: 'settlement', number: 1 },
            transactions: [blockReward(name, START_MS, coin)],
          });
        }
      for (const [i, amounts] of settled.entries()) await postSettlement(lab, i + 1, amounts);
    },
    earn: async (amounts) => {
      settled.push([...amounts]);
      await lab.settle();
    },
    plan: () => plannedPayouts(ledger, miners, lab.nowMs),
    round: async () => {
      const outcomes: IssueOutcome[] = [];
      for (const prepared of await lab.plan()) outcomes.push(await lab.desk.issue(prepared));
      return outcomes;
    },
    pass: async (ms) => {
      lab.nowMs += ms;
      return (await lab.desk.step())?.why;
    },
    heal: () => lab.desk.heal(),
    finish: async () => {
      for (let steps = 0; lab.desk.open().length > 0; steps++) {
        assert.ok(
          steps < 400,
          `never ends: ${JSON.stringify(lab.desk.open().map((o) => [o.kind, o.standing, o.isPaid]))}`,
        );
        chain.mine();
        await lab.pass(61_000);
      }
    },
    adopt: async () => {
      for (const group of ALL_GROUPS) {
        const there = new Set(chain.outputs(walletKeys[group]!.address.text).map(({ key }) => key));
        for (const coin of await ledger.coins(group, undefined, 1000))
          if (!there.has(coin.key) && coin.intent === '')
            await ledger.post({
              fence: { name: 'ledger', number: 1 },
              transactions: [lostCoin(coin, START_MS)],
            });
      }
    },
    judge: () => judge(lab, settled),
    balance: async ({ account }) => -(await ledger.balances([account as 'miner/00']))[0]!,
    free: async (group) =>
      (await ledger.coins(group, undefined, 1000))
        .filter(({ intent }) => intent === '')
        .map(({ key }) => key),
  };
  await lab.earn(options.credits ?? miners.map((_, i) => ALPH + BigInt(i) * CENT));
  lab.start();
  return lab;
}

/** Whatever books the lab has at the moment. */
function booksOf(now: () => Books): LedgerBooks {
  return {
    commit: (write) => now().commit(write),
    get: (table, keys) => now().get(table, keys),
    page: (table, page) => now().page(table, page),
    log: (from, limit) => now().log(from, limit),
    logKeys: (keys) => now().logKeys(keys),
    logEnd: () => now().logEnd(),
  };
}

type Port = <T>(call: () => Promise<T> | T) => Promise<T>;

function deskOf(lab: IntentLab, port: Port): IntentDesk {
  const { lines, chain } = lab;
  const books = booksOf(() => lab.books);
  const log: JournalLog = {
    append: (texts) => port(() => void lines.push(...texts)),
    replace: (texts) => port(() => void lines.splice(0, lines.length, ...texts)),
  };
  const fence = lab.fence;
  const signer = walletSigner({ networkId: 4, keys: walletKeys });
  const proxied = (node: ChainNode): ChainNode => {
    const proxy = Object.create(node) as ChainNode;
    return Object.assign(proxy, { submit: (transfer: never) => port(() => node.submit(transfer)) });
  };
  return createIntentDesk({
    books: { ...books, commit: (write) => port(() => books.commit(write)) },
    journal: new IntentJournal(log, lines, lab.mostChars),
    nodes: chain.nodes.map(proxied),
    signer: {
      ...signer,
      sign: async (...asked) => {
        lab.signs++;
        return lab.unsigned ?? signer.sign(...asked);
      },
    },
    depths: LAB_DEPTHS,
    fence: () => fence,
    now: () => lab.nowMs,
    elapsed: () => lab.nowMs,
    onNews: (news) => void lab.news.push(news),
  });
}

async function postSettlement(
  { ledger, miners }: IntentLab,
  number: number,
  amounts: readonly bigint[],
): Promise<void> {
  const fence = { name: 'settlement', number: 1 } as const;
  const credits = amounts.flatMap((amount, i) =>
    amount > 0n ? [{ key: miners[i]!.account.slice('miner/'.length), amount }] : [],
  );
  const sum = credits.reduce((total, { amount }) => total + amount, 0n);
  if ((await ledger.closedSettlement()) >= number) return;
  const transactions = [
    settlementPart(number, 0, START_MS, credits),
    settlementClose(number, START_MS, { credits: sum, fee: 0n, remainder: 0n }),
  ];
  const outcome = await ledger.post({ fence, transactions, settlement: { number, closes: true } });
  assert.equal(outcome, 'done');
}

/** The transactions of a round. */
export async function plannedPayouts(
  ledger: Ledger,
  miners: readonly LabMiner[],
  nowMs: number,
): Promise<readonly PreparedTransfer[]> {
  const amounts = await ledger.balances(miners.map(({ account }) => account as 'miner/00'));
  const balances = miners.map((miner, i) => ({ ...miner, amount: -amounts[i]!, minimum: CENT }));
  const coins = [];
  for (const group of ALL_GROUPS)
    coins.push(
      (await ledger.coins(group, undefined, 1000))
        .filter(({ intent }) => intent === '')
        .map(({ key, amount }) => ({ key: hexToBytes(key), amount, lockTimeMs: 0n })),
    );
  const { batches } = planRound({ balances, coins, feeBearer: 'miners', own: OWN });
  return batches.map((batch) => ({
    kind: 'payout',
    fromGroup: batch.fromGroup as Group,
    toGroup: batch.toGroup as Group,
    parts: batchTransfer(batch, 4, walletKeys[batch.fromGroup]!.publicKey, BigInt(nowMs)),
    payments: batch.payments,
  }));
}

/** What the records of payments say of a miner. */
async function paymentsOf(
  books: MemoryBooks,
  account: string,
): Promise<{ owed: bigint; paid: bigint; open: number }> {
  let [owed, paid, open] = [0n, 0n, 0];
  for (const { text } of await books.page('payment', { prefix: `${account.slice(6)}/`, limit: 1000 })) {
    const record = JSON.parse(text) as { owed: string; paid: string; state: string };
    owed += BigInt(record.owed);
    paid += BigInt(record.paid);
    if (record.state !== 'paid') open++;
  }
  return { owed, paid, open };
}

async function judge(
  { books, ledger, chain, miners, balance, nowMs, desk }: IntentLab,
  settled: readonly bigint[][],
): Promise<LedgerFindings> {
  assert.deepEqual(desk.open(), []);
  for (const [i, miner] of miners.entries()) {
    const earned = settled.reduce((sum, amounts) => sum + (amounts[i] ?? 0n), 0n);
    const { owed, paid, open } = await paymentsOf(books, miner.account);
    assert.equal(open, 0, 'a payment that is neither paid nor returned');
    assert.equal(chain.received(miner.address.text), paid, `miner ${i}: on the chain is what the books say`);
    assert.equal(await balance(miner), earned - owed, `miner ${i}: what is left is owed`);
    assert.ok((await balance(miner)) >= 0n);
  }
  assert.deepEqual(await ledger.balances(['payout-in-flight', 'in-transit']), [0n, 0n]);
  const outputs = ALL_GROUPS.map((group) => ({
    group,
    outputs: chain.outputs(walletKeys[group]!.address.text).map((output) => ({ group, ...output })),
    complete: true,
    onChain: true,
  }));
  const findings = await checkLedger({ books, timeMs: nowMs, outputs });
  const set = (await Promise.all(ALL_GROUPS.map((group) => ledger.coins(group, undefined, 1000))))
    .flat()
    .filter(({ intent }) => intent !== '');
  assert.deepEqual(set, [], 'an output that is set aside for ever');
  return findings;
}

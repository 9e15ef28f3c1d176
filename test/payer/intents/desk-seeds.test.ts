// Whatever happens, in any order: blocks, reorganisations, thefts, nodes that fail, crashes, lost answers, books that go back in time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreUnavailableError } from '../../../pool/ports/store.js';
import { type IntentLab, intentLab, Stopped } from '../../support/intent-lab.js';
import { ALPH } from '../../support/round-lab.js';
import { seededRandom } from '../../support/seeded-random.js';

const FIRST = Number(process.env.LESSWORK_SEED ?? 1);
const SEEDS = Number(process.env.LESSWORK_SEEDS ?? 20);
const EVENTS = 80;

/** Small ones, so that payouts have several inputs. */
const COINS = [2n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n];
const CREDITS = [3n * ALPH, 2n * ALPH, ALPH, 3n * ALPH];

/** Books go back to where they were before one of the last events. */
class Past {
  readonly #snapshots: (() => void)[] = [];
  readonly #lab: IntentLab;
  #left = 2;

  constructor(lab: IntentLab) {
    this.#lab = lab;
  }

  keep(): void {
    this.#snapshots.push(this.#lab.books.snapshot());
  }

  back(random: () => number): void {
    if (this.#left-- <= 0) return;
    const at = Math.floor(random() * this.#snapshots.length);
    this.#snapshots[at]!();
    this.#snapshots.splice(at + 1);
  }
}

/** A call of the desk's that may be stopped, or whose answer may be lost. */
async function guarded(lab: IntentLab, call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    lab.books.loseAnswers = 0;
    if (error instanceof Stopped) lab.start();
    else if (!(error instanceof StoreUnavailableError)) throw error;
  }
}

async function play(seed: number): Promise<IntentLab> {
  const random = seededRandom(seed);
  const below = (end: number): number => Math.floor(random() * end);
  const lab = await intentLab({ miners: 4, coins: COINS, credits: CREDITS });
  const past = new Past(lab);
  let thefts = 3;
  const oneNode = () => lab.chain.nodes[below(lab.chain.nodes.length)]!;
  const events: readonly (readonly [weight: number, () => Promise<unknown> | unknown])[] = [
    [4, () => guarded(lab, async () => (await lab.heal()).kind === 'whole' && lab.round())],
    [6, () => guarded(lab, () => lab.pass(5_000))],
    [8, () => guarded(lab, () => lab.pass(61_000))],
    [8, () => lab.chain.mine(1 + below(3))],
    [2, () => lab.chain.drop()],
    [
      1,
      async () => {
        for (let i = 0; i < 33; i++) await guarded(lab, () => lab.pass(61_000));
      },
    ],
    [5, () => lab.chain.reorganise(1 + below(6), random() < 0.5)],
    [1, () => Object.assign(oneNode(), { away: random() < 0.5 })],
    [1, () => Object.assign(oneNode(), { deaf: random() < 0.5 })],
    [1, () => Object.assign(oneNode(), { isSynced: random() < 0.7 })],
    [1, () => Object.assign(oneNode(), { lag: below(4) })],
    [
      2,
      async () => {
        const { fromGroup, txId } = lab.desk.open()[0] ?? { fromGroup: below(4), txId: '' };
        const coins = await lab.ledger.coins(fromGroup, undefined, 100);
        const coin = coins.find(({ intent }) => intent === txId);
        if (coin === undefined || thefts-- <= 0) return;
        const name = `theft ${thefts}`;
        if (random() < 0.5 && txId !== '' && lab.chain.nodes.some(({ handed }) => handed.includes(txId)))
          lab.chain.conflict([coin.key], name, txId);
        else lab.chain.steal([coin.key], name);
      },
    ],
    [
      3,
      () => {
        lab.stopAt = lab.calls + below(12);
      },
    ],
    [
      2,
      async () => {
        lab.books.loseAnswers = 1;
        await guarded(lab, () => lab.round());
        lab.books.loseAnswers = 0;
      },
    ],
    [1, () => lab.earn(lab.miners.map((_, i) => (BigInt(below(100) + i) * ALPH) / 100n))],
    [
      2,
      async () => {
        past.back(random);
        if (random() < 0.5) lab.start();
        if (random() < 0.5) await lab.settle();
      },
    ],
  ];
  const each = events.flatMap(([weight, event]) => Array.from({ length: weight }, () => event));
  await lab.heal();
  for (let i = 0; i < EVENTS; i++) {
    past.keep();
    await each[below(each.length)]!();
  }
  for (const node of lab.chain.nodes)
    Object.assign(node, { away: false, deaf: false, isSynced: true, lag: 0 });
  lab.start();
  await lab.settle();
  for (let tries = 0; (await lab.heal()).kind !== 'whole'; tries++) {
    assert.ok(tries < 100, JSON.stringify(await lab.heal()));
    lab.chain.mine();
    await lab.pass(61_000);
  }
  await lab.finish();
  // A stranger's transaction may wait still.
  lab.chain.mine();
  await lab.adopt();
  return lab;
}

test('nothing is paid twice, sums hold, and every payout ends paid or returned', async () => {
  const met = new Map<string, number>();
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
    try {
      const lab = await play(seed);
      assert.deepEqual((await lab.judge()).faults, []);
      // What was returned is paid by another one.
      await lab.round();
      await lab.finish();
      assert.deepEqual((await lab.judge()).faults, []);
      for (const miner of lab.miners) assert.equal(await lab.balance(miner), 0n, 'everybody is paid');
      for (const { kind } of lab.news) met.set(kind, (met.get(kind) ?? 0) + 1);
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
  }
  for (const kind of ['paid', 'fell-back', 'cancelled', 'returned', 'put-back', 'dropped'])
    assert.ok(met.has(kind), `${kind} was met: ${JSON.stringify([...met])}`);
});

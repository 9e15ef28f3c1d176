// Any interleaving of shares, finds, ends, settlements and restarts: sums are kept, and everybody gets what a plain computation says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { shareOut } from '../../../pool/credit/share-out.js';
import type { Scheme } from '../../../pool/credit/windows.js';
import { INTERVAL_MS } from '../../../pool/settlement/interval.js';
import { accountKey, SettlementWorld } from '../../support/settlement-world.js';

const ACCOUNTS = 4;
const SLICE_MS = 10_000;
const REWARD = 3n * 10n ** 18n + 7n;
const FEE = 10_000;

type Move =
  | { readonly what: 'share'; readonly account: number; readonly work: bigint; readonly journal: string }
  | { readonly what: 'find'; readonly expected: bigint; readonly fate: 'main' | 'uncle' | 'orphan' | 'void' }
  | { readonly what: 'pass'; readonly ms: number }
  | { readonly what: 'settle' | 'restart' | 'stop' };

const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        what: fc.constant('share' as const),
        account: fc.nat(ACCOUNTS - 1),
        work: fc.bigInt({ min: 1n, max: 2n ** 40n }),
        journal: fc.constantFrom('a', 'b'),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        what: fc.constant('find' as const),
        expected: fc.bigInt({ min: 20n, max: 2n ** 42n }),
        fate: fc.constantFrom('main', 'main', 'uncle', 'orphan', 'void'),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        what: fc.constant('pass' as const),
        ms: fc.constantFrom(1_000, 9_000, 30_000, 400_000),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ what: fc.constantFrom('settle' as const, 'restart' as const, 'stop' as const) }),
    },
  ),
  { minLength: 5, maxLength: 60 },
);

interface Share {
  readonly account: number;
  readonly work: bigint;
  readonly slice: number;
}

interface Found {
  readonly hash: string;
  readonly slice: number;
  readonly expected: bigint;
  readonly fate: 'main' | 'uncle' | 'orphan' | 'void';
}

interface Lived {
  readonly world: SettlementWorld;
  readonly shares: readonly Share[];
  readonly finds: readonly Found[];
}

/** @param workerOf - name of the worker that makes a share, by its number */
async function live(scheme: Scheme, all: readonly Move[], workerOf = (_: number) => 'rig'): Promise<Lived> {
  const world = new SettlementWorld({ scheme, feeMillionths: FEE });
  const shares: Share[] = [];
  const finds: Found[] = [];
  let settlement = await world.settle();
  const sliceNow = (): number => Math.floor(world.nowMs / SLICE_MS);
  const settle = async (): Promise<void> => {
    await world.settle(settlement).catch(async () => {
      settlement = world.settlement();
    });
  };
  for (const move of all) {
    if (move.what === 'share') {
      const { account, work, journal } = move;
      world.share(accountKey(account), work, { journal, name: workerOf(shares.length) });
      shares.push({ account, work, slice: sliceNow() });
    } else if (move.what === 'find') {
      const { expected, fate } = move;
      finds.push({ hash: world.find({ expected }), slice: sliceNow(), expected, fate });
    } else if (move.what === 'pass') world.pass(move.ms);
    else if (move.what === 'restart') settlement = world.settlement();
    else if (move.what === 'stop') {
      // Nobody hears of its next commit, and the process ends.
      world.books.loseAnswers = 1;
      await settle();
      world.books.loseAnswers = 0;
    } else await settle();
  }
  settlement = world.settlement();
  world.pass(INTERVAL_MS + SLICE_MS);
  for (const { hash, fate } of finds) {
    if (fate === 'main' || fate === 'uncle') world.end(hash, { state: fate }, REWARD);
    else world.end(hash, { state: fate, reward: undefined });
    if (world.nowMs % 3 === 0) await settle();
  }
  world.pass(30_000_000);
  for (const { hash, fate } of finds) if (fate === 'main' || fate === 'uncle') world.mature(hash);
  await settle();
  world.pass(INTERVAL_MS);
  await settle();
  return { world, shares, finds };
}

/** What each account is owed, computed share by share. */
function owedBy(scheme: Scheme, { shares, finds }: Lived): { owed: bigint[]; kept: bigint } {
  const owed = Array.from({ length: ACCOUNTS }, () => 0n);
  let kept = 0n;
  for (const { slice, fate } of finds) {
    if (fate !== 'main' && fate !== 'uncle') continue;
    const first = finds.filter((find) => find.slice === slice).sort((a, b) => (a.hash < b.hash ? -1 : 1))[0]!;
    const work = scheme === 'prop' ? sinceLast(slice, finds, shares) : window(first, shares);
    const named = new Map(work.map((its, account) => [accountKey(account), its] as const));
    const { credits, fee, remainder } = shareOut(named, REWARD, FEE);
    for (let account = 0; account < ACCOUNTS; account++)
      owed[account]! += credits.get(accountKey(account)) ?? 0n;
    kept += fee + remainder;
  }
  return { owed, kept };
}

function worksOf(slice: number, shares: readonly Share[]): bigint[] {
  const works = Array.from({ length: ACCOUNTS }, () => 0n);
  for (const share of shares) if (share.slice === slice) works[share.account]! += share.work;
  return works;
}

function sinceLast(slice: number, finds: readonly Found[], shares: readonly Share[]): bigint[] {
  const last = Math.max(-1, ...finds.filter((find) => find.slice < slice).map((find) => find.slice));
  const counted = shares.filter((share) => share.slice > last && share.slice <= slice);
  return worksOf(
    0,
    counted.map((share) => ({ ...share, slice: 0 })),
  );
}

function window({ slice, expected }: Found, shares: readonly Share[]): bigint[] {
  const counted = Array.from({ length: ACCOUNTS }, () => 0n);
  let wanted = 2n * ((16n * 2n ** 256n) / ((16n * 2n ** 256n) / expected));
  const slices = [...new Set(shares.map((share) => share.slice))].filter((one) => one <= slice);
  for (const one of slices.sort((a, b) => b - a)) {
    const works = worksOf(one, shares);
    const total = works.reduce((sum, its) => sum + its, 0n);
    for (let account = 0; account < ACCOUNTS; account++)
      counted[account]! += total >= wanted ? (works[account]! * wanted) / total : works[account]!;
    wanted -= total;
    if (wanted <= 0n) break;
  }
  return counted;
}

for (const scheme of ['pplns', 'prop'] as const) {
  test(`${scheme}: everybody gets what a plain computation says, whatever happens in between`, async () => {
    await fc.assert(
      fc.asyncProperty(moves, async (all) => {
        const lived = await live(scheme, all);
        const { owed, kept } = owedBy(scheme, lived);
        const { world } = lived;
        assert.deepEqual(await world.owed(...owed.keys()), owed);
        const [fee, remainder] = await world.ledger.balances(['pool-fee', 'remainder']);
        assert.equal(-fee! - remainder!, kept);
        assert.equal(await world.balance('reward'), 0n);
        assert.deepEqual(world.troubles, []);
        await world.judge();
      }),
      { numRuns: 40 },
    );
  });

  test(`${scheme}: a miner that splits into workers, or works more, gets the same, or no less`, async () => {
    await fc.assert(
      fc.asyncProperty(moves, fc.nat(ACCOUNTS - 1), async (all, account) => {
        const plain = await live(scheme, all);
        const numbers = [...Array(ACCOUNTS).keys()];
        const owed = await plain.world.owed(...numbers);
        const split = await live(scheme, all, (share) => `rig-${share % 3}`);
        assert.deepEqual(await split.world.owed(...numbers), owed);
        // More work makes a PPLNS window shorter: what was in it may drop out.
        if (scheme === 'pplns') return;
        const more = all.map((move) =>
          move.what === 'share' && move.account === account ? { ...move, work: 3n * move.work } : move,
        );
        const [its] = await (await live(scheme, more)).world.owed(account);
        assert.ok(its! >= owed[account]!);
      }),
      { numRuns: 15 },
    );
  });
}

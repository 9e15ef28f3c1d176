/**
 * What happens in a model of the 16 chains: one event after the other, by chance.
 * @module
 */
import type { FundBlock, FundOutput, FundTransaction } from '../../polw/fund/fund-block.js';
import type { PolwWorld } from './polw-world.js';
import { groupFrom, groupTo } from './world-chains.js';

const ALPH = 10n ** 18n;

/**
 * One event.
 * @param maxDepth - most blocks of a chain that are replaced at once
 * @param deepest - most blocks that a chain's tip may be below the highest it ever had
 */
export function step(world: PolwWorld, maxDepth: number, deepest: number): void {
  const dice = world.random();
  world.timeMs += world.below(3000);
  if (dice < 0.04) reorganise(world, maxDepth, deepest);
  else if (dice < 0.12) mineBeside(world);
  else world.append(makeBlock(world, world.tip(world.below(16))));
}

function makeBlock(world: PolwWorld, parent: FundBlock): FundBlock {
  const { chain } = parent;
  const template = world.template(parent);
  const { transactions, isOwn, uncles } = contentOf(world, parent);
  const block = world.block(parent, transactions(template), { deps: [...template.deps], uncles });
  if (isOwn) world.finds.add(block.hash);
  return { ...block, chain };
}

type Template = ReturnType<PolwWorld['template']>;

function contentOf(
  world: PolwWorld,
  parent: FundBlock,
): { transactions: (template: Template) => FundTransaction[]; isOwn: boolean; uncles: string[] } {
  const { chain } = parent;
  const dice = world.random();
  const uncle = takeUncle(world, parent);
  const uncles = uncle === undefined ? [] : [uncle.hash];
  const ours = uncle !== undefined && world.finds.has(uncle.hash);
  const reward = 7n * 10n ** 15n + BigInt(world.below(100));
  if (dice < 0.2) {
    const to = [0, 1, 2, 3].map((t) => groupTo(chain) * 4 + t);
    return { transactions: () => [world.deposit(to, 20n * ALPH)], isOwn: false, uncles: [] };
  }
  if (dice < 0.3) {
    const kind = (['small', 'tokens', 'locked'] as const)[world.below(3)]!;
    const owner = groupTo(chain) * 4 + world.below(4);
    return { transactions: () => [world.litter(owner, kind)], isOwn: false, uncles: [] };
  }
  if (dice < 0.37) return { transactions: () => [world.paying(chain, ALPH)], isOwn: false, uncles: [] };
  if (dice < 0.43) return { transactions: () => [], isOwn: false, uncles: [] };
  if (dice < 0.52)
    return { transactions: (template) => withdrawal(world, template), isOwn: false, uncles: [] };
  const isOwn = dice < 0.9;
  return {
    isOwn,
    uncles,
    transactions: (template) => {
      // Now and then it does not know what siblings have spent.
      const coins = largest(world.spendable(template, world.random() < 0.3));
      if (coins.length === 0) return ours ? [world.paying(chain, reward, true)] : [];
      const inputs = isOwn ? coins.slice(0, 1 + world.below(3)) : coins;
      const paid = uncles.map(() => (ours ? reward : undefined));
      const foreign = isOwn || world.random() < 0.5 ? [] : litterOf(world, template);
      return [world.burning(chain, inputs, { changes: 1 + world.below(3), uncles: paid, foreign })];
    },
  };
}

/** A transfer of another chain's coins of the group: that chain may spend them at the same time. */
function withdrawal(world: PolwWorld, template: Template): FundTransaction[] {
  const owner = groupFrom(template.chain) * 4 + world.below(4);
  const view = { ...template, chain: owner };
  const coins = largest(world.spendable(view, world.random() < 0.5));
  return coins.length === 0 ? [] : [world.withdrawal(owner, coins.slice(0, 2))];
}

/** Largest first; none if they are too small to burn. */
function largest(coins: readonly FundOutput[]): FundOutput[] {
  const sorted = coins.toSorted((a, b) => (a.amount < b.amount ? 1 : -1));
  return sorted[0] !== undefined && sorted[0].amount > ALPH ? sorted : [];
}

function litterOf(world: PolwWorld, template: Template): ReturnType<PolwWorld['spendable']> {
  const spent = world.spentKeys();
  return [...world.outputs().values()]
    .filter(
      ({ block, output, earned }) =>
        earned === undefined &&
        !output.tokens &&
        output.lockTimeMs === 0 &&
        output.address === world.addresses[template.chain] &&
        !spent.has(output.key) &&
        world.ancestors(template, block.chain).has(block.hash),
    )
    .map(({ output }) => output)
    .slice(0, 2);
}

function takeUncle(world: PolwWorld, parent: FundBlock): FundBlock | undefined {
  const fits = world.sides.findIndex(
    (side) =>
      side.chain === parent.chain &&
      side.height <= parent.height &&
      side.height > parent.height - 6 &&
      world.isMain(world.parent(side)!) &&
      !world.isMain(side),
  );
  return fits < 0 ? undefined : world.sides.splice(fits, 1)[0];
}

/** A block of ours beside the tip. */
function mineBeside(world: PolwWorld): void {
  const tip = world.tip(world.below(16));
  const parent = world.parent(tip);
  if (parent === undefined) return;
  const side = makeBlock(world, parent);
  world.sides.push(side);
}

function reorganise(world: PolwWorld, maxDepth: number, deepest: number): void {
  const chain = world.below(16);
  const depth = Math.min(1 + world.below(maxDepth), world.tip(chain).height);
  if (depth < 1) return;
  const height = world.tip(chain).height - depth;
  if (!world.cut(chain, height + 1, deepest)) return;
  for (let i = 0; i <= depth; i++) {
    world.timeMs += 100;
    world.append(makeBlock(world, world.tip(chain)));
  }
}

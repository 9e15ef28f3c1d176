/**
 * What became of a block, as both stores keep it: JSON, amounts and work as decimal text.
 * @module
 */
import type { BlockFate, BlockLuck, BlockReward } from '../domain/block-fate.js';

/** An object whose bigints are texts. */
type Text<T> = { readonly [K in keyof T]: T[K] extends bigint ? string : T[K] };

type TextFate = Omit<BlockFate, 'reward' | 'luck'> & {
  readonly reward?: Text<BlockReward>;
  readonly luck?: Text<BlockLuck>;
};

export function encodeFate({ reward, luck, ...fate }: BlockFate): string {
  const text: TextFate = {
    ...fate,
    ...(reward && { reward: { ...reward, amount: `${reward.amount}`, ownCoins: `${reward.ownCoins}` } }),
    ...(luck && { luck: { work: `${luck.work}`, expected: `${luck.expected}` } }),
  };
  return JSON.stringify(text);
}

export function decodeFate(text: string): BlockFate {
  const { reward, luck, ...fate } = JSON.parse(text) as TextFate;
  return {
    ...fate,
    reward: reward && { ...reward, amount: BigInt(reward.amount), ownCoins: BigInt(reward.ownCoins) },
    luck: luck && { work: BigInt(luck.work), expected: BigInt(luck.expected) },
  };
}

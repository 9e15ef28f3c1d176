/**
 * Adapters with one name told apart: which card of the machine each of them is. Pure.
 *
 * Dawn lists as many adapters as there are cards, and opens the first of a name. The probe with the Vulkan layer opens each card
 * alone: what it found is given to the adapters of that name, in the order of the PCI bus. Where the numbers differ, or a card does
 * not say where it is, all of that name stay as they are: a card that is worked twice is worse than one that rests. A card that is
 * there twice, since its driver is installed twice, comes behind all others the second time: its place says that it is the same.
 * @module
 */
import type { ProbedAdapter } from './messages.js';
import type { VulkanCard } from './vulkan-card.js';
import type { VulkanLayer } from './vulkan-layer.js';

/** How a child opens one of several adapters that have the same name. */
export interface OneOfSeveral {
  readonly card: VulkanCard;
  readonly layer: VulkanLayer;
}

/** An adapter that was probed alone. */
export type ProbedCard = ProbedAdapter & { readonly card: VulkanCard };

/**
 * For each adapter the card that it is, or undefined.
 * @param adapters - as Dawn lists them
 * @param cards - what a probe with the layer found
 */
export function assignCards(
  adapters: readonly ProbedAdapter[],
  cards: readonly ProbedCard[],
): (ProbedCard | undefined)[] {
  const left = new Map<string, ProbedCard[]>();
  for (const { name } of adapters) {
    if (left.has(name)) continue;
    const own = cards.filter(({ card }) => card.name === name);
    const listed = adapters.filter((adapter) => adapter.name === name).length;
    left.set(name, own.length === listed && own.every(isCertain) ? own.toSorted(byPlace) : []);
  }
  return adapters.map(({ name }) => left.get(name)?.shift());
}

/** A card of which it is certain whether it is another one: hardware has a place. */
function isCertain({ software, card }: ProbedCard): boolean {
  return software || card.pciAddress !== undefined;
}

function byPlace({ card: a }: ProbedCard, { card: b }: ProbedCard): number {
  return textOf(a) < textOf(b) ? -1 : 1;
}

/** Sorts as PCI addresses do; what is there once more comes behind. */
function textOf({ pciAddress = '', uuid, which }: VulkanCard): string {
  return `${String(which).padStart(3, '0')} ${pciAddress.padStart(16, '0')} ${uuid}`;
}

/**
 * Opens an adapter in a child process, and makes sure that it is the one that was asked for.
 * @module
 */
import { isOtherAdapter, type ListedAdapter } from './adapter-list.js';
import { loadCardLayer } from './card-layer.js';
import { createGpu } from './dawn.js';
import type { VulkanCard } from './vulkan-card.js';

/** Another adapter was opened than was asked for: that would be so again. */
export class OtherAdapterError extends Error {
  override readonly name = 'OtherAdapterError';
  readonly code = 'ERR_OTHER_ADAPTER';
}

/**
 * @param card - of those that have the adapter's name, the one that is meant; left out where there is one
 * @param addon - path of the addon with the Vulkan layer that shows it; with `card`
 * @throws OtherAdapterError if WebGPU opens another one
 * @throws Error if there is no such adapter, or no such card
 */
export async function openAdapter(
  { backend, name }: ListedAdapter,
  card: VulkanCard | undefined,
  addon: string | undefined,
): Promise<GPUAdapter> {
  // What the last list showed counts: it is of the instance that opens the adapter.
  if (card && addon === undefined) throw new Error(`no Vulkan layer is given that shows one "${name}"`);
  const layer = card && addon !== undefined ? loadCardLayer(addon) : undefined;
  if (card) layer?.show(card);
  const gpu = await createGpu([`adapter=${name}`, `backend=${backend}`]);
  const adapter = await gpu.requestAdapter();
  if (layer) {
    const { instances, shown, cards } = layer.seen();
    const place = card?.pciAddress ?? `${card?.uuid} ${card?.which}`;
    if (instances === 0) throw new Error("Vulkan's loader did not load the layer that shows one card");
    if (shown !== 1) throw new Error(`no "${name}" at ${place} among the ${cards.length} that Vulkan has`);
  }
  if (!adapter) throw new Error(`no adapter "${name}" on backend ${backend}`);
  // It would be worked twice, were it chosen itself as well.
  if (isOtherAdapter(name, adapter.info.device))
    throw new OtherAdapterError(`WebGPU opened another adapter than "${name}": ${adapter.info.device}`);
  return adapter;
}

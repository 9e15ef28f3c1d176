/**
 * The Vulkan layer within the process that it works in: a child, which loads the addon before Vulkan's loader does, so that both have
 * one and the same.
 * @module
 */
import { loadNativeAddon } from '../../../shaders/cpu/native-addon.js';
import {
  DEVICE_BYTES,
  decodeView,
  encodeCard,
  type LayerView,
  SEEN_BYTES,
  type VulkanCard,
} from './vulkan-card.js';

export interface CardLayer {
  /** Shows this process that card alone, from the next list on; none where it is not there. */
  show(card: VulkanCard): void;
  /** What was in the last list. */
  seen(): LayerView;
}

/** @param addon - path @throws Error if it can't be loaded, or has another layer or none */
export function loadCardLayer(addon: string): CardLayer {
  const { showDevice, seenDevices, ...sizes } = loadNativeAddon(addon);
  if (!showDevice || !seenDevices || sizes.DEVICE_BYTES !== DEVICE_BYTES || sizes.SEEN_BYTES !== SEEN_BYTES)
    throw new Error(`${addon} has no Vulkan layer for this version`);
  return {
    show: (card) => showDevice(encodeCard(card)),
    seen: () => {
      const memory = new Uint8Array(SEEN_BYTES);
      seenDevices(memory);
      return decodeView(memory);
    },
  };
}

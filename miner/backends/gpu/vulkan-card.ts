/**
 * A card as Vulkan knows it, and its form in the memory of the layer that shows a process one of several (shaders/cpu/native/layer.h).
 * @module
 */
import { bytesToHex, hexToBytes } from '../../../protocol/bytes.js';

/** What tells a card from all others of this machine. */
export interface VulkanCard {
  /** The name that its driver gives it; others may have the same. */
  readonly name: string;
  /** Of the driver, hex. Software has the same wherever it runs. */
  readonly uuid: string;
  /** As `0000:01:00.0`; undefined where the driver does not say. */
  readonly pciAddress: string | undefined;
  /** From 0, among those of the same UUID and address, in the order of the drivers: more than one in software alone. */
  readonly which: number;
}

/** What the layer has seen of this process. */
export interface LayerView {
  /** Instances of Vulkan that went through the layer: 0 where it is not loaded. */
  readonly instances: number;
  /** How many cards the last list had for the process. */
  readonly shown: number;
  /** All that there are, shown or not. */
  readonly cards: readonly VulkanCard[];
}

/** Lengths in bytes of a device's record, of its parts, and of what stands before the records. */
export const DEVICE_BYTES = 304;
const UUID_BYTES = 16;
const NAME_AT = 48;
const HEAD_BYTES = 16;
const MOST_DEVICES = 64;
export const SEEN_BYTES = HEAD_BYTES + MOST_DEVICES * DEVICE_BYTES;

const PCI_ADDRESS = /^([0-9a-f]{4,8}):([0-9a-f]{2}):([0-9a-f]{2})\.([0-7])$/;

/** The record that chooses a card. @throws RangeError if its UUID or its address is none */
export function encodeCard({ uuid, pciAddress, which }: VulkanCard): Uint8Array {
  const place = pciAddress === undefined ? undefined : PCI_ADDRESS.exec(pciAddress);
  if (!/^[0-9a-f]{32}$/.test(uuid) || place === null)
    throw new RangeError(`expected a UUID and a PCI address of a card, got ${uuid} and ${pciAddress}`);
  const bytes = new Uint8Array(DEVICE_BYTES);
  bytes.set(hexToBytes(uuid));
  const words = new Uint32Array(bytes.buffer, UUID_BYTES, 7);
  if (place) words.set([1, ...place.slice(1).map((part) => Number.parseInt(part, 16))]);
  words[6] = which;
  return bytes;
}

/** What the layer has copied. @param bytes - SEEN_BYTES of them, at the start of their buffer */
export function decodeView(bytes: Uint8Array): LayerView {
  const [instances = 0, shown = 0, count = 0] = new Uint32Array(bytes.buffer, bytes.byteOffset, 3);
  const cards = Array.from({ length: Math.min(count, MOST_DEVICES) }, (_, i) =>
    decodeCard(bytes.subarray(HEAD_BYTES + i * DEVICE_BYTES, HEAD_BYTES + (i + 1) * DEVICE_BYTES)),
  );
  return { instances, shown, cards };
}

function decodeCard(bytes: Uint8Array): VulkanCard {
  const [hasPci, domain, bus, device, fn, , which = 0] = new Uint32Array(
    bytes.buffer,
    bytes.byteOffset + UUID_BYTES,
    7,
  );
  const hex = (value = 0, digits = 2): string => value.toString(16).padStart(digits, '0');
  const name = bytes.subarray(NAME_AT);
  return {
    name: new TextDecoder().decode(name.subarray(0, Math.max(0, name.indexOf(0)))),
    uuid: bytesToHex(bytes.subarray(0, UUID_BYTES)),
    pciAddress: hasPci === 1 ? `${hex(domain, 4)}:${hex(bus)}:${hex(device)}.${fn}` : undefined,
    which,
  };
}

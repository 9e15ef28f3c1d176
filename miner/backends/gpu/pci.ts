/**
 * PCI addresses of display devices, from Linux's sysfs.
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Vendor ids by the names that WebGPU gives them. */
const VENDOR_IDS: Record<string, string> = { nvidia: '0x10de', amd: '0x1002', intel: '0x8086' };

/** Class 03: display controllers. */
const DISPLAY_CLASS = /^0x03/;

/**
 * Address of a vendor's display device, as `0000:01:00.0`, where there is exactly one of them: WebGPU does not say
 * which of several an adapter is. Undefined elsewhere, and off Linux.
 * @param vendor - as WebGPU names it
 */
export function pciAddressOf(vendor: string, root = '/sys/bus/pci/devices'): string | undefined {
  const id = VENDOR_IDS[vendor];
  if (id === undefined) return undefined;
  try {
    const matching = readdirSync(root).filter(
      (address) =>
        DISPLAY_CLASS.test(readFileSync(join(root, address, 'class'), 'utf8')) &&
        readFileSync(join(root, address, 'vendor'), 'utf8').trim() === id,
    );
    return matching.length === 1 ? matching[0] : undefined;
  } catch {
    // No sysfs, or none that may be read: the address is only for people.
    return undefined;
  }
}

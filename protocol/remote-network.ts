/**
 * The network that limits and bans apply to: an IPv4 address, or the /64 of an IPv6 address, since the owner of one IPv6
 * address has its whole /64.
 * @module
 */
import { addressText, parseAddressBytes } from './ip-address.js';

const NETWORK_BYTES = 8;

/**
 * Canonical text of an address's network: `192.0.2.1`, `2001:db8:1:2::/64`. IPv4-mapped IPv6 is IPv4.
 * @param address - in any of its forms, or such a network; any other text stands for itself
 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const bytes = parseAddressBytes(address.endsWith('/64') ? address.slice(0, -3) : address);
  if (bytes === undefined) return address;
  if (bytes.length === 4) return addressText(bytes);
  bytes.fill(0, NETWORK_BYTES);
  return `${addressText(bytes)}/64`;
}

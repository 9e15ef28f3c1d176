/**
 * Internet addresses: one text for each, and ranges of them.
 * @module
 */

/** Length of an IPv6 address, bytes. */
const IPV6_BYTES = 16;

/** First 12 bytes of an IPv6 address that stands for an IPv4 address, `::ffff:a.b.c.d`. */
const MAPPED_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255];

/**
 * Bytes of an address: 4 of IPv4, 16 of IPv6, and 4 of an IPv4-mapped IPv6 address. A zone (`%eth0`) is left out.
 * @returns undefined for a text that is no address
 */
export function parseAddressBytes(text: string): Uint8Array | undefined {
  // The longest is ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255, with a zone some more.
  if (text.length > 80) return undefined;
  if (!text.includes(':')) return parseIpv4(text);
  const zone = text.indexOf('%');
  const bytes = parseIpv6(zone === -1 ? text : text.slice(0, zone));
  return bytes && unmapped(bytes);
}

/** Canonical text of an address of 4 or 16 bytes: IPv6 as in RFC 5952, IPv4-mapped IPv6 as IPv4. */
export function addressText(bytes: Uint8Array): string {
  const plain = unmapped(bytes);
  return plain.length === IPV6_BYTES ? ipv6Text(plain) : plain.join('.');
}

/** Canonical text of an address in any of its forms, or undefined if it is none. */
export function canonicalAddress(text: string): string | undefined {
  const bytes = parseAddressBytes(text);
  return bytes && addressText(bytes);
}

/** Addresses that share their first bits. */
export interface AddressRange {
  readonly base: Uint8Array;
  /** Bits that must be equal: 0 to 32, or to 128. */
  readonly bits: number;
}

/** A range from an address, or `ADDRESS/BITS`. @returns undefined for a text that is no range */
export function parseAddressRange(text: string): AddressRange | undefined {
  const [, address, length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const base = address === undefined ? undefined : parseAddressBytes(address);
  if (base === undefined) return undefined;
  const most = base.length * 8;
  // The length of an IPv4-mapped range counts from the beginning of its IPv6 form.
  const ahead = address!.includes(':') && base.length === 4 ? 96 : 0;
  const bits = length === undefined ? most : Number(length) - ahead;
  return bits < 0 || bits > most ? undefined : { base, bits };
}

/** Any number of ranges, asked for single addresses. */
export class AddressRanges {
  readonly #texts: readonly string[];
  readonly #ranges: readonly AddressRange[];

  /** @param texts - addresses, or `ADDRESS/BITS` @throws RangeError that names one that is none */
  constructor(texts: readonly string[]) {
    this.#texts = [...texts];
    this.#ranges = texts.map((text) => {
      const range = parseAddressRange(text);
      if (range === undefined)
        throw new RangeError(`"range" expected ADDRESS or ADDRESS/BITS, got ${JSON.stringify(text)}`);
      return range;
    });
  }

  /** Whether an address, in any of its forms, is in one of the ranges. */
  has(address: string): boolean {
    if (this.#ranges.length === 0) return false;
    const bytes = parseAddressBytes(address);
    return bytes !== undefined && this.#ranges.some((range) => isWithin(bytes, range));
  }

  /** The ranges as they were given. */
  toJSON(): readonly string[] {
    return this.#texts;
  }
}

const LOOPBACK = new AddressRanges(['127.0.0.0/8', '::1/128']);

/** Whether a host is this machine alone: `localhost`, or an address that no other machine reaches. Names are not looked up. */
export function isLoopback(host: string): boolean {
  return host.toLowerCase() === 'localhost' || LOOPBACK.has(host);
}

/** This machine, and networks at home (RFC 1918, RFC 4193, link-local). */
export const PRIVATE_RANGES: readonly string[] = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
];

function isWithin(bytes: Uint8Array, { base, bits }: AddressRange): boolean {
  if (bytes.length !== base.length) return false;
  const whole = bits >> 3;
  for (let i = 0; i < whole; i++) if (bytes[i] !== base[i]) return false;
  const rest = bits & 7;
  return rest === 0 || ((bytes[whole]! ^ base[whole]!) & (0xff00 >> rest) & 0xff) === 0;
}

function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  // A zero ahead would be octal to some: refused.
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part))) return undefined;
  const numbers = parts.map(Number);
  return numbers.every((n) => n <= 255) ? Uint8Array.from(numbers) : undefined;
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0]!);
  const tail = halves.length === 2 ? groupsOf(halves[1]!) : [];
  if (head === undefined || tail === undefined) return undefined;
  // An IPv4 tail before the gap is no address.
  if (halves.length === 2 && halves[0]!.includes('.')) return undefined;
  const missing = IPV6_BYTES - head.length - tail.length;
  if (halves.length === 2 ? missing < 2 : missing !== 0) return undefined;
  return Uint8Array.from([...head, ...new Array<number>(missing).fill(0), ...tail]);
}

/** Bytes of some groups of an IPv6 address; the last may be an IPv4 address. */
function groupsOf(text: string): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [i, group] of groups.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 255);
    } else {
      const last = i === groups.length - 1 ? parseIpv4(group) : undefined;
      if (last === undefined) return undefined;
      bytes.push(...last);
    }
  }
  return bytes;
}

function unmapped(bytes: Uint8Array): Uint8Array {
  const mapped = bytes.length === IPV6_BYTES && MAPPED_PREFIX.every((byte, i) => bytes[i] === byte);
  return mapped ? bytes.subarray(MAPPED_PREFIX.length) : bytes;
}

function ipv6Text(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) => (bytes[2 * i]! << 8) | bytes[2 * i + 1]!);
  let start = -1;
  let longest = 1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end - i > longest) {
      start = i;
      longest = end - i;
    }
    i = Math.max(i, end - 1);
  }
  const hex = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  return start === -1 ? hex(0, 8) : `${hex(0, start)}::${hex(start + longest, 8)}`;
}

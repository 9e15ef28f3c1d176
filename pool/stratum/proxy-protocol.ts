/**
 * The PROXY protocol, v1 (text) and v2 (binary): a load balancer first says which client a connection comes from.
 * Source: https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt
 *
 * ```
 * v1  PROXY TCP4 192.0.2.7 198.51.100.1 56324 20032\r\n
 * v2  12 bytes of signature, version and command, family, length, addresses, TLVs
 * ```
 * @module
 */
import { addressText, parseAddressBytes } from '../../protocol/ip-address.js';
import { crc32c } from './crc32c.js';

/** The content of a header. */
export type ProxySource =
  /** The client, in canonical text. */
  | { readonly type: 'client'; readonly address: string; readonly port: number }
  /** The load balancer speaks for itself (v1 UNKNOWN, v2 LOCAL), or for a client without an address: there is nobody to serve. */
  | { readonly type: 'healthCheck' };

/** The result of the bytes so far. */
export type ProxyParse =
  | { readonly state: 'more' }
  /** @property rest - bytes behind the header, a part of the last chunk or a copy */
  | { readonly state: 'done'; readonly source: ProxySource; readonly rest: Uint8Array }
  | { readonly state: 'malformed'; readonly problem: string };

/** Longest header of v1 with its line end, bytes. */
const MAX_V1_BYTES = 107;

/** Longest part of a v2 header behind its first 16 bytes: addresses (216 at most), and 4 KiB of TLVs. */
const MAX_V2_PAYLOAD_BYTES = 4632;

const V1_START = latin1('PROXY ');
const V2_SIGNATURE = latin1('\r\n\r\n\0\r\nQUIT\n');
const V2_FIXED_BYTES = 16;
const TLV_CRC32C = 3;

/** Bytes of the addresses and ports by family; datagram families are not supported. */
const V2_ADDRESS_BYTES: Readonly<Record<number, number>> = { 0: 0, 17: 12, 33: 36, 49: 216 };

const HEALTH_CHECK: ProxySource = { type: 'healthCheck' };
const MORE: ProxyParse = { state: 'more' };

/** Reads one header from a stream, however it is cut. Not to be used after any other result than `more`. */
export class ProxyHeaderParser {
  #held: Uint8Array = new Uint8Array(0);

  push(chunk: Uint8Array): ProxyParse {
    const bytes = this.#held.length === 0 ? chunk : joined(this.#held, chunk);
    this.#held = bytes;
    if (bytes.length === 0) return MORE;
    // The first byte tells the versions apart. Bytes that fit neither are refused at once.
    if (beginsAlike(bytes, V1_START)) return parseV1(bytes);
    if (beginsAlike(bytes, V2_SIGNATURE)) return parseV2(bytes);
    return malformed('neither v1 nor v2');
  }
}

function parseV1(bytes: Uint8Array): ProxyParse {
  const end = bytes.subarray(0, MAX_V1_BYTES).indexOf(10);
  if (end === -1) return bytes.length >= MAX_V1_BYTES ? malformed('v1: longer than 107 bytes') : MORE;
  const line = String.fromCharCode(...bytes.subarray(0, end));
  const rest = bytes.subarray(end + 1);
  if (/^PROXY UNKNOWN(?: [ -~]*)?\r$/.test(line)) return { state: 'done', source: HEALTH_CHECK, rest };
  const match = /^PROXY TCP([46]) ([\da-fA-F.:]+) ([\da-fA-F.:]+) (\d{1,5}) (\d{1,5})\r$/.exec(line);
  if (match === null) return malformed('v1: expected "PROXY TCP4|TCP6 SOURCE DESTINATION PORT PORT"');
  const [, family, source, destination, ...ports] = match;
  for (const address of [source!, destination!]) {
    if (address.includes(':') !== (family === '6') || parseAddressBytes(address) === undefined)
      return malformed(`v1: expected two addresses of TCP${family}`);
  }
  if (ports.some((port) => Number(port) > 65_535 || /^0\d/.test(port)))
    return malformed('v1: expected two ports');
  const address = addressText(parseAddressBytes(source!)!);
  return { state: 'done', source: { type: 'client', address, port: Number(ports[0]) }, rest };
}

function parseV2(bytes: Uint8Array): ProxyParse {
  if (bytes.length < V2_FIXED_BYTES) return MORE;
  const command = bytes[12]!;
  const family = bytes[13]!;
  const length = (bytes[14]! << 8) | bytes[15]!;
  if (command !== 0x20 && command !== 0x21) return malformed('v2: neither LOCAL nor PROXY');
  if (length > MAX_V2_PAYLOAD_BYTES) return malformed(`v2: longer than ${MAX_V2_PAYLOAD_BYTES} bytes`);
  const addressBytes = V2_ADDRESS_BYTES[family];
  const local = command === 0x20;
  if (!local && addressBytes === undefined) return malformed('v2: no stream');
  if (!local && length < addressBytes!) return malformed('v2: shorter than its addresses');
  const end = V2_FIXED_BYTES + length;
  if (bytes.length < end) return MORE;
  const rest = bytes.subarray(end);
  // The addresses of LOCAL are to be ignored.
  if (local) return { state: 'done', source: HEALTH_CHECK, rest };
  const problem = checkTlvs(bytes.subarray(0, end), V2_FIXED_BYTES + addressBytes!);
  if (problem !== undefined) return malformed(problem);
  return { state: 'done', source: v2Source(bytes, family), rest };
}

function v2Source(bytes: Uint8Array, family: number): ProxySource {
  if (family !== 17 && family !== 33) return HEALTH_CHECK;
  const size = family === 17 ? 4 : 16;
  const portAt = V2_FIXED_BYTES + 2 * size;
  return {
    type: 'client',
    address: addressText(bytes.subarray(V2_FIXED_BYTES, V2_FIXED_BYTES + size)),
    port: (bytes[portAt]! << 8) | bytes[portAt + 1]!,
  };
}

/** TLVs are skipped, except a checksum, which is verified. */
function checkTlvs(header: Uint8Array, start: number): string | undefined {
  for (let at = start; at < header.length; ) {
    if (at + 3 > header.length) return 'v2: a TLV is cut off';
    const length = (header[at + 1]! << 8) | header[at + 2]!;
    const valueAt = at + 3;
    if (valueAt + length > header.length) return 'v2: a TLV is longer than its header';
    if (header[at] === TLV_CRC32C && !isChecksumRight(header, valueAt, length))
      return 'v2: its checksum is wrong';
    at = valueAt + length;
  }
  return undefined;
}

/** The checksum is that of the header with zeros in its own place. */
function isChecksumRight(header: Uint8Array, at: number, length: number): boolean {
  if (length !== 4) return false;
  // Not slice(), which of a Buffer makes a view, no copy.
  const copy = new Uint8Array(header);
  copy.fill(0, at, at + 4);
  const given =
    ((header[at]! << 24) | (header[at + 1]! << 16) | (header[at + 2]! << 8) | header[at + 3]!) >>> 0;
  return crc32c(copy) === given;
}

function malformed(problem: string): ProxyParse {
  return { state: 'malformed', problem };
}

/** Whether two byte strings are equal up to the length of the shorter one. */
function beginsAlike(bytes: Uint8Array, start: Uint8Array): boolean {
  const length = Math.min(bytes.length, start.length);
  for (let i = 0; i < length; i++) if (bytes[i] !== start[i]) return false;
  return true;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

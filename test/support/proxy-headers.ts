/**
 * Headers of the PROXY protocol, as a load balancer makes them.
 * @module
 */
import { parseAddressBytes } from '../../protocol/ip-address.js';

const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');

export interface V2Header {
  /** LOCAL 0x20, PROXY 0x21. */
  readonly command?: number;
  /** TCP over IPv4 0x11, over IPv6 0x21. */
  readonly family?: number;
  /** Addresses and ports. */
  readonly addresses?: Uint8Array;
  readonly tlvs?: readonly Uint8Array[];
}

/** A header of v2. */
export function v2Header({ command = 0x21, family = 0x11, addresses, tlvs = [] }: V2Header): Buffer {
  const payload = Buffer.concat([
    addresses ?? v2Addresses('192.0.2.7', '198.51.100.1', 56324, 20032),
    ...tlvs,
  ]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(payload.length);
  return Buffer.concat([SIGNATURE, Uint8Array.of(command, family), length, payload]);
}

export function v2Addresses(source: string, destination: string, from: number, to: number): Buffer {
  const ports = Buffer.alloc(4);
  ports.writeUInt16BE(from);
  ports.writeUInt16BE(to, 2);
  return Buffer.concat([parseAddressBytes(source)!, parseAddressBytes(destination)!, ports]);
}

export function tlv(type: number, value: Uint8Array): Buffer {
  const head = Buffer.alloc(3);
  head[0] = type;
  head.writeUInt16BE(value.length, 1);
  return Buffer.concat([head, value]);
}

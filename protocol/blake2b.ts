/**
 * BLAKE2b-256: every hash of Alephium except a block's own. Where an engine has no WebAssembly, or is not allowed to use it,
 * @noble/hashes makes the same, some ten times slower.
 * @module
 */
import { blake2b } from '@noble/hashes/blake2.js';
import { BLAKE2B_BLOCK_BYTES, BLAKE2B_MEMORY, blake2bModule, initBlake2bMemory } from './blake2b-code.js';

const HASH_BYTES = 32;

/** The part of the global `WebAssembly` that is used here: this project is not compiled with the browser's types, which have it. */
declare const WebAssembly: {
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

interface Blake2bExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** @param length - of the message in the memory, bytes */
  hash(length: number): void;
}

type Hash = (bytes: Uint8Array, more: Uint8Array) => Uint8Array;

const NONE = new Uint8Array(0);

/** Made at the first hash: most programs that load this module make none. */
let fastHash: Hash | undefined;

/**
 * BLAKE2b-256 of some bytes.
 * @param more - bytes that follow them
 * @returns 32 bytes
 */
export function blake2b256(bytes: Uint8Array, more: Uint8Array = NONE): Uint8Array {
  if (bytes.length + more.length > BLAKE2B_MEMORY.maxMessageBytes) return nobleHash(bytes, more);
  fastHash ??= createWasmHash() ?? nobleHash;
  return fastHash(bytes, more);
}

function nobleHash(bytes: Uint8Array, more: Uint8Array): Uint8Array {
  return blake2b.create({ dkLen: HASH_BYTES }).update(bytes).update(more).digest();
}

/** Undefined where the engine has none, or refuses. */
function createWasmHash(): Hash | undefined {
  let exports: Blake2bExports;
  try {
    exports = new WebAssembly.Instance(new WebAssembly.Module(blake2bModule())).exports as Blake2bExports;
  } catch {
    return undefined;
  }
  const memory = new Uint8Array(exports.memory.buffer);
  initBlake2bMemory(memory);
  const { hash, message } = BLAKE2B_MEMORY;
  return (bytes, more) => {
    const length = bytes.length + more.length;
    memory.set(bytes, message);
    memory.set(more, message + bytes.length);
    const over = length % BLAKE2B_BLOCK_BYTES;
    const end = message + length;
    if (over > 0 || length === 0) memory.fill(0, end, end + BLAKE2B_BLOCK_BYTES - over);
    exports.hash(length);
    return memory.slice(hash, hash + HASH_BYTES);
  };
}

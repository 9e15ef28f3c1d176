/**
 * The part of the global `WebAssembly` that is used here. Its types come with the browser's, which this project does
 * not compile with, and not with Node's.
 * @module
 */

declare const brand: unique symbol;

/** Compiled code: a `WebAssembly.Module`. It can be posted to worker threads. */
export interface WasmModule {
  readonly [brand]: 'WebAssembly.Module';
}

interface WebAssemblyGlobal {
  validate(code: Uint8Array): boolean;
  readonly Module: new (code: Uint8Array) => WasmModule;
  readonly Instance: new (module: WasmModule) => { readonly exports: object };
}

export const WebAssembly = (globalThis as unknown as { readonly WebAssembly: WebAssemblyGlobal }).WebAssembly;

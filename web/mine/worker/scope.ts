/**
 * The global scope of a dedicated worker: as much of it as is used. The page is compiled with the types of a document.
 * @module
 */

interface WorkerScope {
  /** As its maker named it. */
  readonly name: string;
  readonly location: { readonly href: string };
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  close(): void;
}

export const scope = globalThis as unknown as WorkerScope;

/** The parts that this script plays: one file, so that a worker finds the others' code at its own address. */
export type Part = 'miner' | 'thread' | 'card';

/** Starts another worker of this script. @throws Error where the browser has no room for one */
export function startWorker(part: Part): Worker {
  return new Worker(scope.location.href, { type: 'module', name: part });
}

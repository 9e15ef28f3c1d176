/**
 * Program: runs command lines one after the other in one process, each as `lesswork` runs it, and tells what came of it.
 * one-process.ts starts it.
 * @module
 */
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { CommandLine } from './one-process.js';

const MAIN = new URL('../../cli/main.js', import.meta.url);

let runs = 0;
let said = { stdout: '', stderr: '' };

for (const name of ['stdout', 'stderr'] as const) {
  process[name].write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    said[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    const written = rest.at(-1);
    if (typeof written === 'function') process.nextTick(written);
    return true;
  };
}

process.on('message', async ({ args, input }: CommandLine) => {
  said = { stdout: '', stderr: '' };
  process.argv = [process.execPath, fileURLToPath(MAIN), ...args];
  Object.defineProperty(process, 'stdin', { configurable: true, value: Readable.from([Buffer.from(input)]) });
  process.exitCode = undefined;
  // By another name each time: it runs when it is loaded, and what it imports stays loaded.
  await import(`${MAIN.href}?${runs++}`);
  const code = Number(process.exitCode ?? 0);
  process.exitCode = undefined;
  process.send!({ code, signal: null, ...said }, () => {});
});

/**
 * Keys of a running miner on a terminal: h hashrate, p pause, r resume, q quit.
 * @module
 */
import type { ReadStream } from 'node:tty';

export interface KeyActions {
  hashrate(): void;
  pause(): void;
  resume(): void;
  quit(): void;
}

/** Listens for keys where stdin is a terminal. @returns what ends it and gives the terminal back */
export function listenForKeys(input: ReadStream | NodeJS.ReadStream, actions: KeyActions): () => void {
  if (input.isTTY !== true) return () => {};
  const onData = (data: Buffer): void => {
    for (const key of data.toString('latin1')) {
      if (key === 'h') actions.hashrate();
      else if (key === 'p') actions.pause();
      else if (key === 'r') actions.resume();
      // A terminal in raw mode turns Ctrl-C into a plain byte.
      else if (key === 'q' || key === '\x03') actions.quit();
    }
  };
  input.setRawMode(true);
  input.on('data', onData);
  input.resume();
  return () => {
    input.off('data', onData);
    input.setRawMode(false);
    input.pause();
  };
}

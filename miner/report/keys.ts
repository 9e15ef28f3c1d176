/**
 * Keys of a running miner on a terminal: h hashrate, p pause, r resume, q quit.
 * @module
 */
import { readFileSync } from 'node:fs';
import type { ReadStream } from 'node:tty';

export interface KeyActions {
  hashrate(): void;
  pause(): void;
  resume(): void;
  quit(): void;
}

/** Whether the terminal is this process's: one in the background is stopped when it touches it. Only Linux tells. */
function inForeground(): boolean {
  if (process.platform !== 'linux') return true;
  // After the name in parentheses: state, parent, process group, session, terminal, foreground group of the terminal.
  const fields = readFileSync('/proc/self/stat', 'latin1').split(') ').at(-1)!.split(' ');
  return fields[2] === fields[5];
}

/** Listens for keys where stdin is a terminal that is this process's. @returns what ends it and gives the terminal back */
export function listenForKeys(input: ReadStream | NodeJS.ReadStream, actions: KeyActions): () => void {
  if (input.isTTY !== true || !inForeground()) return () => {};
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

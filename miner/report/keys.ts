/**
 * Keys of a running miner on a terminal.
 * @module
 */
import { readFileSync } from 'node:fs';
import type { ReadStream } from 'node:tty';

export const KEYS_TEXT = 'keys: h hashrate, p pause, r resume, q quit, ? these keys';

export interface KeyActions {
  hashrate(): void;
  pause(): void;
  resume(): void;
  quit(): void;
  /** The keys, in words. */
  help(): void;
  /** The terminal is somebody else's from now on (Ctrl-Z, or a process that was started behind), or this process's again. */
  inFront(front: boolean): void;
}

export interface KeyModules {
  readonly input: ReadStream | NodeJS.ReadStream;
  /** The process; tests bring their own. */
  readonly signals: Pick<NodeJS.Process, 'on' | 'off'>;
  /** Stops this process and those around it, as a terminal does at Ctrl-Z. */
  readonly stop: () => void;
  /** Whether the terminal is this process's: one in the background is stopped when it touches it. */
  readonly inForeground: () => boolean;
}

/** How often a process in the background looks whether it is in front again, ms. */
const FOREGROUND_MS = 500;

/** Of a terminal in raw mode, which turns Ctrl-C and Ctrl-Z into plain bytes. */
const CTRL_C = '\x03';
const CTRL_Z = '\x1a';

export function systemKeyModules(): KeyModules {
  return {
    input: process.stdin,
    signals: process,
    // The whole group: a shell or npm in between waits for this process, and must be stopped with it.
    stop: () => process.kill(0, 'SIGTSTP'),
    inForeground,
  };
}

/** Only Linux tells. */
function inForeground(): boolean {
  if (process.platform !== 'linux') return true;
  // After the name in parentheses: state, parent, process group, session, terminal, foreground group of the terminal.
  const fields = readFileSync('/proc/self/stat', 'latin1').split(') ').at(-1)!.split(' ');
  return fields[2] === fields[5];
}

/** Keys that are listened for. */
export interface Keys {
  /** Whether there is a terminal to press them on. */
  readonly there: boolean;
  /** Gives the terminal back. */
  stop(): void;
}

/** Listens for keys where stdin is a terminal, while that is this process's. */
export function listenForKeys(modules: KeyModules, actions: KeyActions): Keys {
  const { input, signals, stop, inForeground } = modules;
  if (input.isTTY !== true) return { there: false, stop: () => {} };
  let listening = false;
  const listen = (): void => {
    if (listening || !inForeground()) return;
    listening = true;
    actions.inFront(true);
    input.setRawMode(true);
    input.on('data', onData);
    input.resume();
  };
  const leave = (): void => {
    if (!listening) return;
    listening = false;
    input.off('data', onData);
    input.pause();
    // A terminal of somebody else's now has its own mode.
    if (inForeground()) input.setRawMode(false);
  };
  const onData = (data: Buffer): void => {
    for (const key of data.toString('latin1')) {
      if (key === 'h') actions.hashrate();
      else if (key === 'p') actions.pause();
      else if (key === 'r') actions.resume();
      else if (key === '?') actions.help();
      else if (key === 'q' || key === CTRL_C) actions.quit();
      else if (key === CTRL_Z) {
        leave();
        actions.inFront(false);
        stop();
      }
    }
  };
  const goOn = (): void => {
    // Whoever stopped this process in another way may have left the terminal in another mode.
    leave();
    listen();
    if (!listening) actions.inFront(false);
  };
  // A terminal that is gone: nobody presses keys any more.
  const onError = (): void => {};
  input.on('error', onError);
  signals.on('SIGCONT', goOn);
  const timer = setInterval(listen, FOREGROUND_MS);
  listen();
  if (!listening) actions.inFront(false);
  return {
    there: listening,
    stop: () => {
      clearInterval(timer);
      signals.off('SIGCONT', goOn);
      leave();
    },
  };
}

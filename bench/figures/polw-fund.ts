/**
 * What a fund takes to read the history of its chains from a node's REST API: half a day of the main network, as many main-chain
 * blocks.
 * @module
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Figure, limitLine } from './figure.js';
import { burntInAll } from './polw-history.js';
import type { HistoryReading } from './polw-history-reader.js';

const NODE = fileURLToPath(new URL('./polw-history-node.js', import.meta.url));
const READER = fileURLToPath(new URL('./polw-history-reader.js', import.meta.url));

export const polwFund: Figure = {
  name: 'polw-fund',
  async measure() {
    const node = fork(NODE);
    const port = await firstMessage<number>(node);
    const reader = fork(READER, [`${port}`]);
    const { seconds, megabytes, blocks, entries, coins, burnt } = await firstMessage<HistoryReading>(reader);
    node.disconnect();
    if (BigInt(burnt) !== burntInAll()) throw new Error(`burnt: expected ${burntInAll()}, got ${burnt}`);
    const what = `${blocks} main-chain blocks of history over REST`;
    return [
      limitLine(`${what}, read and applied`, seconds, 60, 's', ` (${entries} final entries, ${coins} coins)`),
      limitLine(`${what}, most memory`, megabytes, 200, 'MB'),
    ];
  },
};

async function firstMessage<T>(child: ChildProcess): Promise<T> {
  const failed = new AbortController();
  child.once('exit', (code) => failed.abort(new Error(`a process ended with ${code}`)));
  const [message] = await once(child, 'message', { signal: failed.signal });
  return message as T;
}

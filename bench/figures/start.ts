/**
 * How soon a miner hashes after it is started.
 * @module
 */
import { startDevnet } from '../../devnet/app.js';
import { median } from '../statistics.js';
import { type Figure, limitLine } from './figure.js';
import { LessworkProcess } from './lesswork-process.js';

const RUNS = 5;

/** Hashes per second that the chain expects: so few that the first slice of nonces holds a find. */
const RATE = 1;

export const start: Figure = {
  name: 'start',
  async measure() {
    const times: number[] = [];
    for (let i = 0; i < RUNS; i++) {
      const devnet = await startDevnet({ rate: RATE, blockTimeMs: 1_000, retarget: false });
      const miner = new LessworkProcess([
        'mine',
        ...[
          '--node',
          `127.0.0.1:${devnet.minerApiPort}`,
          '--rest-port',
          `${devnet.restPort}`,
          '--device',
          'cpu',
        ],
      ]);
      await miner.line(({ type }) => type === 'find');
      times.push(performance.now() - miner.startedMs);
      await miner.close();
      await devnet.close();
    }
    const range = ` (${Math.round(Math.min(...times))} to ${Math.round(Math.max(...times))}, ${RUNS} runs)`;
    return [limitLine('from spawn to the first find told, on the CPU', median(times), 1_000, 'ms', range)];
  },
};

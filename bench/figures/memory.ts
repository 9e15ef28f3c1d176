/**
 * What a miner takes of RAM after a minute.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { startDevnet } from '../../devnet/app.js';
import { type Figure, limitLine } from './figure.js';
import { LessworkProcess } from './lesswork-process.js';

const RUN_MS = 60_000;
const THREADS = 2;
const MORE_THREADS = 4;

export const memory: Figure = {
  name: 'memory',
  async measure() {
    const devnet = await startDevnet({ rate: 5_000_000, blockTimeMs: 8_000 });
    const [few, more] = [THREADS, MORE_THREADS].map(
      (threads) =>
        new LessworkProcess([
          'mine',
          ...[
            '--node',
            `127.0.0.1:${devnet.minerApiPort}`,
            '--rest-port',
            `${devnet.restPort}`,
            '--device',
            'cpu',
            '--threads',
            `${threads}`,
          ],
        ]),
    ) as [LessworkProcess, LessworkProcess];
    await sleep(RUN_MS);
    const fewMb = few.residentMb;
    const moreMb = more.residentMb;
    await Promise.all([few.close(), more.close()]);
    await devnet.close();
    return [
      limitLine(`resident after 60 s, ${THREADS} threads`, fewMb, 150, 'MB'),
      limitLine('each further thread', (moreMb - fewMb) / (MORE_THREADS - THREADS), 10, 'MB'),
    ];
  },
};

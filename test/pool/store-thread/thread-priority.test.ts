import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { openStoreThread } from '../../../pool/store-thread/store-thread.js';
import { STEPS_BELOW_MINERS } from '../../../pool/store-thread/thread-priority.js';

const MODULE = new URL('../../../pool/store-thread/thread-priority.js', import.meta.url).href;
const STORE_MODULE = new URL('../../support/memory-store.js', import.meta.url).href;
const LOWEST = 19;
const ON_LINUX = { skip: process.platform === 'linux' ? false : 'only Linux has priorities of threads' };

/** Instead of the time. */
const STORE_THAT_TELLS_ITS_PRIORITY = `data:text/javascript,${encodeURIComponent(`
  import { getPriority } from 'node:os';
  import { openStore as open } from ${JSON.stringify(STORE_MODULE)};
  export const openStore = async (...all) => Object.assign(await open(...all), { now: async () => getPriority(0) });
`)}`;

/** Lowers its own priority, and says what that was before and after. It stays until it is told to end. */
const LOWERED = `
  const { parentPort } = require('node:worker_threads');
  const { getPriority } = require('node:os');
  const { readlinkSync } = require('node:fs');
  const before = getPriority(0);
  import(${JSON.stringify(MODULE)}).then(async ({ lowerThreadPriority }) => {
    await lowerThreadPriority();
    parentPort.postMessage({ before, after: getPriority(0), thread: readlinkSync('/proc/thread-self').split('/').at(-1) });
  });
  parentPort.on('message', () => process.exit());
`;

/** Nice of all threads of this process, by their ids: the 19th field of proc_pid_stat(5). */
function niceOfThreads(): Map<string, number> {
  return new Map(
    readdirSync('/proc/self/task').map((thread) => {
      const text = readFileSync(`/proc/self/task/${thread}/stat`, 'latin1');
      return [thread, Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[16])];
    }),
  );
}

test(
  'one thread is made less urgent, and all others of the process stay as they are',
  ON_LINUX,
  async (t) => {
    // Node.js has its threads for files from then on.
    await readFile('/proc/self/stat');
    const own = getPriority(0);
    const before = niceOfThreads();
    const worker = new Worker(LOWERED, { eval: true });
    t.after(() => worker.terminate());
    const [lowered] = (await once(worker, 'message')) as [{ before: number; after: number; thread: string }];
    assert.equal(lowered.after, Math.min(LOWEST, lowered.before + STEPS_BELOW_MINERS));
    const after = niceOfThreads();
    assert.equal(after.get(lowered.thread), lowered.after);
    // Whoever is allowed to may make the process less urgent meanwhile, by its main thread's id.
    assert.notEqual(getPriority(0), own + STEPS_BELOW_MINERS);
    before.delete(String(process.pid));
    for (const [thread, nice] of before) assert.equal(after.get(thread) ?? nice, nice, `thread ${thread}`);
  },
);

test('the thread of the store is less urgent than the one that serves miners', ON_LINUX, async (t) => {
  const own = getPriority(0);
  const thread = await openStoreThread({
    storeModule: STORE_THAT_TELLS_ITS_PRIORITY,
    settings: {},
    onEvent: () => {},
    onFigures: () => {},
  });
  t.after(() => thread.close(0));
  const itsOwn = await thread.store.now();
  assert.ok(itsOwn > own || own === LOWEST, `its nice is ${itsOwn}, the main thread's ${own}`);
});

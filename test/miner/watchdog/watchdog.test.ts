import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { Miner } from '../../../miner/core/miner.js';
import { parseOnTrouble } from '../../../miner/watchdog/on-trouble.js';
import { type TroubleError, Watchdog, type WatchdogSettings } from '../../../miner/watchdog/watchdog.js';
import { FakeDevice, FakeSource } from '../../support/fake-miner-parts.js';

let miner: Miner;
let card: FakeDevice;
let watchdog: Watchdog;
let notices: string[];
let exits: TroubleError[];
let runs: { words: readonly string[]; facts: Readonly<Record<string, string>>; end(fault?: string): void }[];
let now: number;

beforeEach(() => {
  notices = [];
  exits = [];
  runs = [];
  now = 0;
});
afterEach(() => watchdog.close());

function start(onTrouble: string, more: Partial<WatchdogSettings> = {}): void {
  watchdog = new Watchdog(
    {
      status: () => miner.status(),
      onNotice: (message) => notices.push(message),
      onExit: (error) => exits.push(error),
      now: () => now,
      run: (words, facts) => {
        let end: (fault?: string) => void = () => {};
        const done = new Promise<string | undefined>((resolve) => {
          end = resolve;
        });
        runs.push({ words, facts, end });
        return { done, leave: () => {} };
      },
    },
    { onTrouble: parseOnTrouble(onTrouble), maxRestarts: 1, ...more },
  );
  miner = new Miner({
    source: new FakeSource(),
    now: () => now,
    noncePrefix: new Uint8Array(16),
    onEvent: (event) => watchdog.see(event),
    sensors: { watch: () => {}, read: () => ({ pci: '0000:01:00.0' }) },
  });
  card = new FakeDevice('card');
  miner.addDevice(card);
  card.events.onReady();
}

function breakDown(message = 'device lost', final = false): void {
  card.events.onFailure({ message, lostTaskIds: [], final });
  if (!final) card.events.onReady();
}

test('exit: after its restarts, once', () => {
  start('exit');
  breakDown();
  assert.deepEqual(exits, []);
  breakDown('hangs');
  breakDown();
  breakDown();
  assert.deepEqual(
    exits.map(({ message, code }) => [message, code]),
    [['card has broken down after 1 restart within an hour: hangs', 'ERR_TROUBLE']],
  );
});

test('exit: when a device is given up, and when there is no work', () => {
  start('exit');
  breakDown('wrong results', true);
  assert.equal(exits[0]!.message, 'card has been given up: wrong results');
  watchdog.close();
  exits = [];
  start('exit', { noWorkSeconds: 5 });
  for (now = 0; now <= 5_000; now += 1_000) watchdog.tick();
  assert.equal(exits[0]!.message, 'nothing has been hashed for 5 s');
});

test('what is held is not without work', () => {
  start('exit', { noWorkSeconds: 5 });
  miner.setHeld('temperature', true, 'hot', miner.slots[0]);
  for (now = 0; now <= 60_000; now += 1_000) watchdog.tick();
  miner.setHeld('temperature', false, 'cool', miner.slots[0]);
  miner.setPaused(true);
  for (; now <= 120_000; now += 1_000) watchdog.tick();
  assert.deepEqual(exits, []);
});

test('run: with the facts, one at a time, and again after it has ended; mining goes on', async () => {
  start('run /opt/reset "all cards"');
  breakDown();
  breakDown('hangs\nand\u001b[2J more');
  assert.deepEqual(runs[0]!.words, ['/opt/reset', 'all cards']);
  assert.deepEqual(runs[0]!.facts, {
    LESSWORK_TROUBLE: 'restarts',
    LESSWORK_MESSAGE: 'card has broken down after 1 restart within an hour: hangs and [2J more',
    LESSWORK_DEVICE: 'card',
    LESSWORK_PCI: '0000:01:00.0',
    LESSWORK_RESTARTS: '1',
  });
  breakDown();
  breakDown();
  assert.equal(runs.length, 1);
  assert.match(notices.at(-1)!, /\/opt\/reset still runs, and is not run again/);
  runs[0]!.end('has ended by exit status 1');
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(notices.at(-1), '/opt/reset has ended by exit status 1');
  breakDown();
  breakDown();
  assert.equal(runs.length, 2);
  assert.deepEqual(exits, []);
});

test('restart: nothing more than always is done; no work is told', () => {
  start('restart', { noWorkSeconds: 5 });
  for (let i = 0; i < 10; i++) breakDown();
  for (now = 0; now <= 5_000; now += 1_000) watchdog.tick();
  assert.deepEqual([exits, runs], [[], []]);
  assert.deepEqual(notices, ['nothing has been hashed for 5 s']);
});

test('errors of a device that goes on mining are no breakdowns', () => {
  start('exit', { maxRestarts: 0 });
  watchdog.see({
    type: 'device',
    name: 'card',
    state: 'mining',
    error: true,
    message: 'a find that is none',
  });
  watchdog.see({ type: 'device', name: 'card', state: 'mining', error: false, message: 'self-test passed' });
  assert.deepEqual(exits, []);
});

test('settings change while it runs', () => {
  start('restart');
  breakDown();
  watchdog.set({ onTrouble: parseOnTrouble('exit'), maxRestarts: 1 });
  breakDown();
  assert.equal(exits.length, 1);
});

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { NvidiaSmi, type NvidiaSmiTimes } from '../../../miner/sensors/nvidia-smi.js';
import type { CardLine } from '../../../miner/sensors/nvidia-smi-text.js';
import { MadeFiles } from '../../support/made-files.js';
import { sleep, waitFor } from '../../support/wait.js';

const LINE = '00000000:01:00.0, NVIDIA GeForce RTX 3080, 61, 221.30, 45, 1740, 9251';
const QUICK: NvidiaSmiTimes = {
  tickMs: 20,
  silenceMs: 3_000,
  firstDelayMs: 10,
  maxDelayMs: 40,
  provenMs: 60_000,
};

let files: MadeFiles;
let tool: NvidiaSmi;
let cards: CardLine[];
let faults: string[];
afterEach(() => {
  tool.close();
  files.remove();
});

/** Starts a shell script in the place of the tool; each start writes a line into `starts`. */
function start(script: string, times = QUICK): void {
  files = new MadeFiles();
  files.write({ tool: `echo "$@" >> ${files.root}/starts\n${script}\n` });
  cards = [];
  faults = [];
  tool = new NvidiaSmi(
    { onCard: (card) => cards.push(card), onFault: (message) => faults.push(message) },
    { command: ['/bin/sh', `${files.root}/tool`], times },
  );
  tool.start();
}

function starts(): number {
  return files.read('starts').split('\n').length - 1;
}

test('one process tells again and again', async () => {
  start(`while :; do echo "${LINE}"; sleep 0.05; done`);
  await waitFor('cards', () => cards.length >= 4);
  assert.equal(starts(), 1);
  assert.equal(
    files.read('starts'),
    '--query-gpu=pci.bus_id,name,temperature.gpu,power.draw,fan.speed,clocks.current.graphics,clocks.current.memory ' +
      '--format=csv,noheader,nounits -l 2\n',
  );
  assert.equal(cards[3]!.pci, '0000:01:00.0');
  assert.deepEqual(faults, []);
});

test('a tool that is not there is told once, and not asked for again', async () => {
  files = new MadeFiles();
  faults = [];
  tool = new NvidiaSmi(
    { onCard: () => {}, onFault: (message) => faults.push(message) },
    { command: [`${files.root}/nvidia-smi`], times: QUICK },
  );
  tool.start();
  await waitFor('a fault', () => faults.length > 0);
  await sleep(100);
  assert.deepEqual(faults, [`${files.root}/nvidia-smi is not there`]);
  assert.equal(tool.pid, undefined);
});

test('one that ends is started again, and its words are told once', async () => {
  start('echo "NVIDIA-SMI has failed because it couldn\'t communicate with the NVIDIA driver."; exit 9');
  await waitFor('starts', () => starts() >= 4);
  assert.equal(faults.length, 1);
  assert.match(
    faults[0]!,
    /has ended by exit status 9: NVIDIA-SMI has failed because it couldn't .*; it is tried again/,
  );
});

test('one that is well after it was not is used', async () => {
  start(`[ -e "$0.done" ] || { touch "$0.done"; exit 1; }\nwhile :; do echo "${LINE}"; sleep 0.05; done`);
  await waitFor('cards', () => cards.length >= 2);
  assert.equal(starts(), 2);
  assert.equal(faults.length, 1);
});

test('one that hangs is killed, and started again', async () => {
  start('exec sleep 60', { ...QUICK, silenceMs: 600 });
  await waitFor('starts', () => starts() >= 2);
  assert.match(faults[0]!, /hangs: it has said nothing for 1 s/);
  assert.equal(faults.length, 1);
});

test('one that hangs later is killed, too', async () => {
  start(`echo "${LINE}"; exec sleep 60`);
  await waitFor('starts', () => starts() >= 2);
  assert.equal(cards[0]!.name, 'NVIDIA GeForce RTX 3080');
  assert.match(faults[0]!, /hangs/);
});

test('one that prints rubbish is killed, and some of it is shown, made fit for a terminal', async () => {
  start('while :; do printf "gibber\\033[2Jish\\n"; sleep 0.05; done');
  await waitFor('a fault', () => faults.length > 0);
  assert.match(faults[0]!, /says nothing of any card: gibber \[2Jish gibber/);
  assert.ok(faults[0]!.length < 400);
});

test('one that prints without end is killed at once', async () => {
  start('exec yes rubbish', { ...QUICK, tickMs: 10_000 });
  await waitFor('a fault', () => faults.length > 0);
  assert.match(faults[0]!, /prints without end/);
});

test('a line of a megabyte ends it; mining would not notice', async () => {
  start('head -c 1000000 /dev/zero | tr "\\0" x; exec sleep 60', { ...QUICK, tickMs: 10_000 });
  await waitFor('a fault', () => faults.length > 0);
  assert.match(faults[0]!, /prints lines of more than 4096 bytes/);
});

test('closed it tells nothing, and its process is gone', async () => {
  start('echo $$ > "$0.pid"; exec sleep 60');
  await waitFor('the process', () => tool.pid !== undefined && files.has('tool.pid'));
  const pid = tool.pid!;
  tool.close();
  assert.equal(tool.pid, undefined);
  await waitFor('end of the process', () => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  });
  assert.deepEqual(faults, []);
});

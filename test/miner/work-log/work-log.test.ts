import assert from 'node:assert/strict';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { decodeWorkLogLine, encodeWorkLogLine, type WorkLogEntry } from '../../../audit/work-log-text.js';
import type { MinerEvent } from '../../../miner/core/events.js';
import { MAX_WORK_LOG_DAYS, WorkLog, workLogFileOf } from '../../../miner/work-log/work-log.js';

const DAY_MS = 86_400_000;
const NOON = Date.parse('2026-11-30T12:00:00Z');

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lesswork-work-log-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const share = (parts: Partial<MinerEvent & { type: 'share' }> = {}): MinerEvent => ({
  type: 'share',
  chain: 3,
  height: 7,
  hash: 'ab'.repeat(32),
  pool: 'pool:1',
  difficulty: 1,
  work: 2n ** 70n,
  block: false,
  verdict: 'accepted',
  answerMs: 30.5,
  late: false,
  ...parts,
});

async function entriesOf(folder: string, timeMs = NOON): Promise<(WorkLogEntry | undefined)[]> {
  const text = await readFile(join(folder, workLogFileOf(timeMs)), 'utf8');
  return text.split('\n').filter(Boolean).map(decodeWorkLogLine);
}

const untroubled = (message: string): void => assert.fail(message);

test('what pools took is kept by pool, with the times between which they took it, and nothing else', async (t) => {
  const folder = await folderOf(t);
  const log = await WorkLog.open(join(folder, 'new'), 'me.rig1', NOON, untroubled);
  log.see(share(), NOON);
  log.see(share({ verdict: 'rejected', reason: 'stale' }), NOON);
  log.see(share({ verdict: 'unanswered' }), NOON);
  log.see({ type: 'paused', paused: true }, NOON);
  log.see(share({ pool: 'other:1', block: true, work: 5n }), NOON + 1_000);
  log.tick(NOON + 9_999);
  log.see(share({ answerMs: 0 }), NOON + 9_999);
  log.tick(NOON + 10_000);
  await log.close(NOON + 10_001);
  const none: string[] = [];
  assert.deepEqual(await entriesOf(join(folder, 'new')), [
    {
      pool: 'pool:1',
      user: 'me.rig1',
      shares: [
        { sentMs: NOON - 31, answeredMs: NOON, work: 2n ** 70n, count: 1 },
        { sentMs: NOON + 9_999, answeredMs: NOON + 9_999, work: 2n ** 70n, count: 1 },
      ],
      blocks: none,
    },
    {
      pool: 'other:1',
      user: 'me.rig1',
      shares: [{ sentMs: NOON + 969, answeredMs: NOON + 1_000, work: 5n, count: 1 }],
      blocks: ['ab'.repeat(32)],
    },
  ]);
});

test('many shares within seconds take one line of bounded length, and none of their work is lost', async (t) => {
  const folder = await folderOf(t);
  const log = await WorkLog.open(folder, 'me', NOON, untroubled);
  for (let i = 0; i < 1_000; i++) log.see(share({ work: 3n, block: true }), NOON + i);
  await log.close(NOON + 1_000);
  const [entry] = await entriesOf(folder);
  assert.equal(
    entry!.shares.reduce((sum, { work }) => sum + work, 0n),
    3_000n,
  );
  assert.deepEqual(entry!.shares.at(-1), {
    sentMs: NOON + 32,
    answeredMs: NOON + 999,
    work: 2_811n,
    count: 937,
  });
  assert.ok(encodeWorkLogLine(entry!).length < 10_000);
});

test('a restart goes on with the file, and a line that was not wholly written is cut off', async (t) => {
  const folder = await folderOf(t);
  const first = await WorkLog.open(folder, 'me', NOON, untroubled);
  first.see(share({ work: 1n }), NOON);
  await first.close(NOON);
  await appendFile(join(folder, workLogFileOf(NOON)), 'abcdef0123456789 {"pool":"poo');
  const second = await WorkLog.open(folder, 'me', NOON, untroubled);
  second.see(share({ work: 2n }), NOON);
  await second.close(NOON);
  assert.deepEqual(
    (await entriesOf(folder)).map((entry) => entry?.shares[0]?.work),
    [1n, 2n],
  );
});

test('files of days long gone are removed, and no other files', async (t) => {
  const folder = await folderOf(t);
  const old = workLogFileOf(NOON - MAX_WORK_LOG_DAYS * DAY_MS);
  const kept = workLogFileOf(NOON - (MAX_WORK_LOG_DAYS - 1) * DAY_MS);
  for (const name of [old, kept, 'notes.txt']) await writeFile(join(folder, name), '');
  const log = await WorkLog.open(folder, 'me', NOON, untroubled);
  log.see(share(), NOON);
  await log.close(NOON);
  assert.deepEqual(await readdir(folder), ['notes.txt', kept, workLogFileOf(NOON)]);
});

test('a disk that says no is told once, and nothing that comes later is lost', async (t) => {
  const folder = await folderOf(t);
  const told: string[] = [];
  const log = await WorkLog.open(folder, 'me', NOON, (message) => told.push(message));
  const file = join(folder, workLogFileOf(NOON));
  await rm(file);
  await mkdir(file);
  for (const atMs of [NOON, NOON + 20_000]) {
    log.see(share(), atMs);
    log.tick(atMs + 10_000);
  }
  log.see(share({ work: 9n }), NOON + 40_000);
  await log.close(NOON + DAY_MS);
  assert.equal(told.length, 2);
  assert.match(told[0]!, /^the work log can not be written, mining goes on: .*: it is a folder/);
  assert.equal(told[1], 'the work log is written again');
  assert.deepEqual(
    (await entriesOf(folder, NOON + DAY_MS)).map((entry) => entry?.shares[0]?.work),
    [9n],
  );
  await assert.rejects(WorkLog.open(join(file, workLogFileOf(0), 'x', '\0'), 'me', NOON, untroubled));
});

test('a line is what was written, or nothing', () => {
  const line = encodeWorkLogLine({ pool: 'p', user: 'u', shares: [], blocks: [] });
  assert.ok(decodeWorkLogLine(line));
  for (const other of [line.replace('"p"', '"q"'), line.slice(0, -1), '', 'x', `${line} `])
    assert.equal(decodeWorkLogLine(other), undefined);
});

import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkLogFile, judgeDataFolder, lookAtDataFolder } from '../../../pool/check/check-files.js';
import { holdPlaces } from '../../../pool/check/front-end-places.js';
import { takeFrontEndPlace } from '../../../pool/process/front-end-place.js';
import { testFolder } from '../../support/journal-writing.js';

const summaries = (path: string) =>
  judgeDataFolder(path, lookAtDataFolder(path), 1).map(({ outcome, met }) => `${outcome} ${met}`);

test('a data folder that is there, one that can be made, and one that can not', (t) => {
  const folder = testFolder(t);
  chmodSync(folder, 0o700);
  assert.match(summaries(folder)[0]!, /^ok .*: can be written, its owner's alone, \d+ MB of room$/);
  const deep = join(folder, 'of', 'a pool');
  assert.match(summaries(deep)[0]!, /^ok .* is not there, and can be made in /);
  assert.deepEqual(readdirSync(folder), []);
  const file = join(folder, 'file');
  writeFileSync(file, '');
  for (const path of [file, join(file, 'within')]) assert.match(summaries(path)[0]!, /^failed /);
});

test('a folder that others may look into', { skip: process.platform === 'win32' }, (t) => {
  const folder = join(testFolder(t), 'wide');
  mkdirSync(folder);
  chmodSync(folder, 0o755);
  const [finding] = judgeDataFolder(folder, lookAtDataFolder(folder), 1);
  assert.deepEqual([finding!.outcome, finding!.remedy], ['warning', `chmod 700 ${folder}`]);
});

test('little room, no room, and files of another user', () => {
  const look = {
    type: 'usable',
    madeIn: undefined,
    freeBytes: 5_000_000,
    width: undefined,
    foreign: [],
  } as const;
  const judge = (more: object) =>
    judgeDataFolder('/d', { ...look, ...more }, 9_000_000).map(
      ({ setting, outcome }) => `${outcome} ${setting}`,
    );
  assert.deepEqual(judge({}), ['warning journal.maxBytes']);
  assert.deepEqual(judge({ freeBytes: 1_000 }), ['failed dataFolder']);
  assert.deepEqual(judge({ freeBytes: 1e10, foreign: ['pool.db'] }), ['failed dataFolder']);
  assert.deepEqual(judge({ freeBytes: 1e10 }), ['ok dataFolder']);
});

test('the file of a log: there, not there, in no folder, a folder', (t) => {
  const folder = testFolder(t);
  const path = join(folder, 'pool.log');
  assert.equal(checkLogFile(path).outcome, 'ok');
  assert.ok(!existsSync(path));
  writeFileSync(path, '');
  assert.equal(checkLogFile(path).outcome, 'ok');
  assert.equal(checkLogFile(folder).outcome, 'failed');
  assert.equal(checkLogFile(join(folder, 'none', 'pool.log')).outcome, 'failed');
});

test('a pool at work in a folder is seen, and its place is taken only while it is looked', async (t) => {
  const folder = testFolder(t);
  assert.equal(holdPlaces(folder).running, false);
  assert.deepEqual(readdirSync(folder), []);
  const place = await takeFrontEndPlace(folder);
  assert.equal(holdPlaces(folder).running, true);
  place.release();
  const held = holdPlaces(folder);
  assert.equal(held.running, false);
  const starting = takeFrontEndPlace(folder);
  held.release();
  (await starting).release();
});

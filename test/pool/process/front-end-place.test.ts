import assert from 'node:assert/strict';
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  DataFolderTakenError,
  frontEndName,
  takeAllFrontEndPlaces,
  takeFrontEndPlace,
} from '../../../pool/process/front-end-place.js';
import { testFolder } from '../../support/journal-writing.js';

test('a name is made once, and goes where the data folder goes', (t) => {
  const [folder, elsewhere, other] = [testFolder(t), testFolder(t), testFolder(t)];
  const name = frontEndName(folder);
  assert.match(name, /^[\w.-]{0,40}-[0-9a-f]{8}-0$/);
  assert.equal(frontEndName(folder), name);
  assert.equal(frontEndName(folder, 12), name.replace(/0$/, '12'));
  cpSync(folder, elsewhere, { recursive: true });
  assert.equal(frontEndName(elsewhere), name);
  assert.notEqual(frontEndName(other), name);
  assert.deepEqual(readdirSync(folder), ['front-end']);
});

test('a place is for one at a time', async (t) => {
  const folder = testFolder(t);
  const first = await takeFrontEndPlace(folder);
  const second = await takeFrontEndPlace(folder, 1);
  assert.notEqual(first.name, second.name);
  await assert.rejects(takeFrontEndPlace(folder), (error: Error) => {
    assert.ok(error instanceof DataFolderTakenError);
    assert.ok(error.message.startsWith(`a pool is already running here, in the data folder ${folder}: `));
    return true;
  });
  setTimeout(() => first.release(), 300);
  const next = await takeFrontEndPlace(folder);
  assert.equal(next.name, first.name);
  next.release();
  second.release();
});

test('all places of a folder are taken, or none', async (t) => {
  const folder = testFolder(t);
  assert.deepEqual(await takeAllFrontEndPlaces(folder), []);
  const [first, second] = [await takeFrontEndPlace(folder, 0), await takeFrontEndPlace(folder, 10)];
  first.release();
  await assert.rejects(takeAllFrontEndPlaces(folder), DataFolderTakenError);
  second.release();
  const all = await takeAllFrontEndPlaces(folder);
  assert.deepEqual(all.map(({ name }) => name).sort(), [first.name, second.name].sort());
  assert.deepEqual(readdirSync(join(folder, 'front-ends')).sort(), ['0', '10']);
  for (const { release } of all) release();
});

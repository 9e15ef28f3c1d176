import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { NodeEndpoint } from '../../node/endpoint.js';
import { fetchIsMain, fetchSynced, RestError } from '../../node/rest.js';
import { fetchBlock, fetchBlocksBetween, fetchHashesAt, fetchUncleNamer } from '../../node/rest-blocks.js';
import { FakeRest } from '../support/fake-rest.js';
import { readVectors } from '../support/vectors.js';

let rest: FakeRest;
let endpoint: NodeEndpoint;
const OPTIONS = { timeoutMs: 2_000 };

before(async () => {
  rest = await FakeRest.listen();
  endpoint = { host: '127.0.0.1', port: 1, restPort: rest.port };
});
beforeEach(() => {
  rest.asked.length = 0;
});
after(() => rest.close());

const { calls } = readVectors<{
  calls: readonly { name: string; path: string; status: number; response: Record<string, unknown> }[];
}>('rest-polw');

/** Answers as a real node did. */
function replay(name: string) {
  const call = calls.find((one) => one.name === name)!;
  rest.answer = (_, response) => {
    response.statusCode = call.status;
    response.end(JSON.stringify(call.response));
  };
  return call;
}

test('blocks of a time as they were recorded; a node that refuses is quoted', async () => {
  const { response } = replay('blocks of a time range');
  assert.deepEqual(await fetchBlocksBetween(endpoint, 1, 2, OPTIONS), response.blocks);
  assert.deepEqual(rest.asked, ['/blockflow/blocks']);
  replay('blocks: more than the limit of time');
  await assert.rejects(fetchBlocksBetween(endpoint, 1, 2, OPTIONS), /got 400 "Time span cannot be greater/);
});

test('a block as it was recorded; undefined for one that the node does not have', async () => {
  const { response } = replay('second sibling, void: block');
  assert.deepEqual(await fetchBlock(endpoint, 'ab', OPTIONS), response);
  replay('not there: /blockflow/blocks/0…');
  assert.equal(await fetchBlock(endpoint, '0'.repeat(64), OPTIONS), undefined);
  replay('not there: /blockflow/blocks/00');
  await assert.rejects(fetchBlock(endpoint, '00', OPTIONS), RestError);
});

test('hashes at a height as they were recorded, and of a height without blocks', async () => {
  const { response } = replay('hashes at the height of both');
  assert.deepEqual(await fetchHashesAt(endpoint, 6, 2, OPTIONS), response.headers);
  replay('not there: /blockflow/hashes?fromGroup=1&toGroup=2&height=100000');
  assert.deepEqual(await fetchHashesAt(endpoint, 6, 100_000, OPTIONS), []);
  replay('not there: /blockflow/hashes?fromGroup=1&toGroup=9&height=1');
  await assert.rejects(fetchHashesAt(endpoint, 6, 1, OPTIONS), RestError);
});

test('who names a block as an uncle, as it was recorded', async () => {
  const { response } = replay('uncle, referenced: main-chain-block-by-ghost-uncle');
  assert.deepEqual(await fetchUncleNamer(endpoint, 'ab', OPTIONS), { kind: 'named', block: response });
  for (const [name, kind] of [
    ['side, not referenced: as a ghost uncle', 'none'],
    ['PoLW block: asked as a ghost uncle', 'main'],
    ['main block asked as a ghost uncle', 'main'],
    ['not there: /blockflow/main-chain-block-by-ghost-uncle/0…', 'unknown'],
  ] as const) {
    replay(name);
    assert.deepEqual(await fetchUncleNamer(endpoint, 'ab', OPTIONS), { kind }, name);
  }
  replay('not there: /blockflow/blocks/00');
  await assert.rejects(fetchUncleNamer(endpoint, '00', OPTIONS), RestError);
});

test('whether a block is of the main chain, as it was recorded', async () => {
  for (const [name, isMain] of [
    ['main of two at one height: is-block-in-main-chain', true],
    ['side of two at one height: is-block-in-main-chain', false],
    ['not there: /blockflow/is-block-in-main-chain?blockHash=0…', undefined],
  ] as const) {
    replay(name);
    assert.equal(await fetchIsMain(endpoint, 'ab', OPTIONS), isMain, name);
  }
  replay('not there: /blockflow/is-block-in-main-chain?blockHash=00');
  await assert.rejects(fetchIsMain(endpoint, '00', OPTIONS), RestError);
});

test('a node says whether it is synced, or nothing that could be read as that', async () => {
  let said: object = { synced: true };
  rest.answer = (_, response) => response.end(JSON.stringify(said));
  assert.equal(await fetchSynced(endpoint, OPTIONS), true);
  said = { synced: false };
  assert.equal(await fetchSynced(endpoint, OPTIONS), false);
  said = { synced: 'yes' };
  await assert.rejects(fetchSynced(endpoint, OPTIONS), RestError);
});

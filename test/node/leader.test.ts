import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseLeader, type NodeState } from '../../node/leader.js';

const pending: NodeState = { state: 'pending' };
const down: NodeState = { state: 'down' };
const behind: NodeState = { state: 'behind' };
const up = (sinceMs: number): NodeState => ({ state: 'up', sinceMs });

test('the first that is up leads, once those above it had their chance', () => {
  assert.equal(chooseLeader([pending, up(0)], undefined, 10, 60_000), undefined);
  assert.equal(chooseLeader([down, up(0)], undefined, 10, 60_000), 1);
  assert.equal(chooseLeader([up(0), up(0)], undefined, 10, 60_000), 0);
  assert.equal(chooseLeader([down, pending], undefined, 10, 60_000), undefined);
});

test('a lost leader is replaced at once', () => {
  assert.equal(chooseLeader([down, up(0)], 0, 10, 60_000), 1);
  assert.equal(chooseLeader([down, down, up(5)], 1, 10, 60_000), 2);
  assert.equal(chooseLeader([pending, down, up(5)], 1, 10, 60_000), 2);
});

test('a preferred node leads again after it has been well for a while', () => {
  assert.equal(chooseLeader([up(1000), up(0)], 1, 60_999, 60_000), 1);
  assert.equal(chooseLeader([up(1000), up(0)], 1, 61_000, 60_000), 0);
  assert.equal(chooseLeader([up(0), up(0)], 0, 1e9, 60_000), 0);
});

test('a leader that is behind is left for one that is not, and leads on where there is none', () => {
  assert.equal(chooseLeader([behind, up(0)], 0, 10, 60_000), 1);
  assert.equal(chooseLeader([behind, down], 0, 10, 60_000), 0);
  assert.equal(chooseLeader([behind, behind], 1, 10, 60_000), 1);
  assert.equal(chooseLeader([behind, down], 1, 10, 60_000), 0);
  assert.equal(chooseLeader([behind, up(0)], 1, 1e9, 60_000), 1);
  assert.equal(chooseLeader([down, behind, up(5)], 0, 10, 60_000), 2);
});

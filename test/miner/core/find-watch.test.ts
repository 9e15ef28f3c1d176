import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FindWatch } from '../../../miner/core/find-watch.js';

test('three finds in a row that are none raise doubt, until one is right', () => {
  const watch = new FindWatch();
  for (const right of [false, false, true, false, false]) {
    if (right) watch.right();
    else watch.wrong();
    assert.equal(watch.doubt, undefined);
  }
  watch.wrong();
  assert.equal(watch.doubt, '3 finds in a row that are none');
  watch.right();
  assert.equal(watch.doubt, undefined);
});

test('no find where 30 were to be expected raises doubt; any find is one', () => {
  const watch = new FindWatch();
  for (const find of [() => watch.right(), () => watch.wrong(), () => watch.reset()]) {
    for (let i = 0; i < 59; i++) watch.searched(0.5);
    assert.equal(watch.doubt, undefined);
    find();
    watch.searched(29);
    assert.equal(watch.doubt, undefined);
    watch.reset();
  }
  watch.searched(30.5);
  assert.equal(watch.doubt, 'no find where 30 were to be expected');
});

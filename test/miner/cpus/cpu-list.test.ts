import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cpuListText, parseCpuList } from '../../../miner/cpus/cpu-list.js';

test('numbers and ranges, in the order in which they stand', () => {
  assert.deepEqual(parseCpuList('0,2,4-7'), [0, 2, 4, 5, 6, 7]);
  assert.deepEqual(parseCpuList('3, 1'), [3, 1]);
  assert.deepEqual(parseCpuList('0-1\n'), [0, 1]);
  assert.deepEqual(parseCpuList('8191'), [8191]);
});

test('what is no list says what is wrong with it', () => {
  for (const text of ['', ',', '0,', '0-', '-1', 'a', '0x3', '1.5', '0 1', '0--2', '123456'])
    assert.throws(() => parseCpuList(text), /numbers of CPUs and ranges/, JSON.stringify(text));
  assert.throws(() => parseCpuList('7-4'), /a range that goes up, got 7-4/);
  assert.throws(() => parseCpuList('0-3,2'), /each CPU once, got 2 twice/);
  assert.throws(() => parseCpuList('0-99999'), /from 0 to 8191, got 99999/);
});

test('the list that means some CPUs', () => {
  assert.equal(cpuListText([0, 2, 4, 5, 6, 7]), '0,2,4-7');
  assert.equal(cpuListText([3, 1]), '3,1');
  for (const text of ['0', '0-1', '5,0-3,9']) assert.equal(cpuListText(parseCpuList(text)), text);
});

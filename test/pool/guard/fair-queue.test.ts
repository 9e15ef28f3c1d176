import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FairQueue } from '../../../pool/guard/fair-queue.js';
import { seededRandom } from '../../support/seeded-random.js';

interface Thing {
  readonly network: string;
  readonly number: number;
}

function queueOf(limit: number) {
  const queue = new FairQueue<Thing>(limit);
  let number = 0;
  const add = (network: string): boolean => queue.add(network, { network, number: number++ });
  const take = (): string | undefined => {
    const thing = queue.take();
    return thing && `${thing.network}${thing.number}`;
  };
  return { queue, add, take };
}

test('networks have turns; what one network brought waits behind each other', () => {
  const { add, take, queue } = queueOf(100);
  for (const network of ['a', 'a', 'a', 'b', 'c', 'b']) assert.equal(add(network), true);
  assert.equal(queue.size, 6);
  assert.deepEqual([take(), take()], ['a0', 'b3']);
  // One that comes now waits for those before it once.
  add('d');
  assert.deepEqual([take(), take(), take(), take(), take()], ['c4', 'a1', 'b5', 'd6', 'a2']);
  assert.equal(take(), undefined);
  assert.equal(queue.size, 0);
  add('a');
  assert.equal(take(), 'a7');
});

test('behind thousands of one network another one waits for one of them', () => {
  const { add, take } = queueOf(100_000);
  for (let i = 0; i < 10_000; i++) add('many');
  for (let i = 0; i < 5_000; i++) take();
  add('one');
  assert.deepEqual([take(), take()], ['many5000', 'one10000']);
});

test('it is full at its limit, and has room again when something was taken', () => {
  const { add, take, queue } = queueOf(2);
  assert.deepEqual([add('a'), add('b'), add('c'), add('a')], [true, true, false, false]);
  assert.equal(queue.size, 2);
  assert.equal(take(), 'a0');
  assert.equal(add('c'), true);
  assert.deepEqual([take(), take(), take()], ['b1', 'c4', undefined]);
});

test('whatever comes and goes, each thing is taken once, and in its network in order', () => {
  const random = seededRandom(7);
  const { add, queue } = queueOf(1_000);
  const taken: Thing[] = [];
  let added = 0;
  for (let i = 0; i < 20_000; i++) {
    if (random() < 0.52) added += add(`n${Math.floor(random() * 20)}`) ? 1 : 0;
    else {
      const thing = queue.take();
      if (thing !== undefined) taken.push(thing);
    }
    assert.equal(queue.size, added - taken.length);
  }
  for (let thing = queue.take(); thing !== undefined; thing = queue.take()) taken.push(thing);
  assert.equal(taken.length, added);
  const last = new Map<string, number>();
  for (const { network, number } of taken) {
    assert.ok(number > (last.get(network) ?? -1));
    last.set(network, number);
  }
});

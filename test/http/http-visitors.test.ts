import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpVisitors } from '../../http/http-visitors.js';
import { AddressRanges } from '../../protocol/ip-address.js';

function visitors(maxConnections: number, connectionsPerAddress: number) {
  const unlimited = new AddressRanges(['192.0.2.9']);
  return new HttpVisitors<{ n: number }>({ maxConnections, connectionsPerAddress, unlimited });
}

test('an address has so many connections; a proxy any number; places come back', () => {
  const all = visitors(100, 2);
  const some = Array.from({ length: 5 }, (_, n) => ({ n }));
  assert.deepEqual(all.add(some[0]!, '2001:db8::1', 0), []);
  assert.deepEqual(all.add(some[1]!, '2001:db8::2', 0), []);
  assert.deepEqual(all.add(some[2]!, '2001:db8::3', 0), [some[2]], 'of the same /64');
  assert.deepEqual(all.add(some[3]!, '2001:db8:0:1::3', 0), []);
  all.remove(some[0]!);
  all.remove(some[0]!);
  assert.deepEqual(all.add(some[4]!, '2001:db8::3', 0), []);
  for (let n = 10; n < 20; n++) assert.deepEqual(all.add({ n }, '192.0.2.9', 0), []);
  assert.equal(all.size, 13);
});

test('when it is full, who has waited longest without a request goes, and who is answered stays', () => {
  const all = visitors(3, 3);
  const [a, b, c, d, e, f] = Array.from({ length: 6 }, (_, n) => ({ n }));
  for (const [one, address] of [
    [a, '10.0.0.1'],
    [b, '10.0.0.1'],
    [c, '10.0.0.2'],
  ] as const)
    assert.deepEqual(all.add(one!, address, 0), []);
  all.noteRequest(a!);
  assert.deepEqual(all.add(d!, '10.0.0.3', 0), [b]);
  assert.deepEqual(all.add(e!, '10.0.0.4', 0), [c]);
  all.noteRequest(d!);
  all.noteRequest(e!);
  assert.deepEqual(all.add(f!, '10.0.0.5', 0), [f], 'all are being answered');
  all.noteAnswered(e!);
  assert.deepEqual(all.add(f!, '10.0.0.5', 0), [e]);
  all.noteAnswered(b!);
  all.remove(b!);
  assert.equal(all.size, 3);
});

test('an address may begin so many connections at once, and then so many in a time; a proxy any number', () => {
  const all = visitors(10_000, 30);
  /** Connects and goes, again and again. */
  const come = (address: string, times: number, nowMs: number): number => {
    let letIn = 0;
    for (let n = 0; n < times; n++) {
      const connection = { n };
      if (all.add(connection, address, nowMs).length === 0) letIn++;
      all.remove(connection);
    }
    return letIn;
  };
  assert.equal(come('192.0.2.1', 500, 0), 120);
  assert.equal(come('192.0.2.1', 500, 1_000), 15);
  assert.equal(come('192.0.2.2', 50, 1_000), 50, 'another address');
  assert.equal(come('2001:db8::1', 100, 0) + come('2001:db8::2', 100, 0), 120, 'one /64');
  assert.equal(come('192.0.2.9', 500, 0), 500, 'a proxy');
});

test('where an address may have few connections it may still begin a hundred', () => {
  const all = visitors(10_000, 1);
  let letIn = 0;
  for (let n = 0; n < 200; n++) {
    const connection = { n };
    if (all.add(connection, '192.0.2.1', 0).length === 0) letIn++;
    all.remove(connection);
  }
  assert.equal(letIn, 100);
});

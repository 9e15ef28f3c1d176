import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpVisitors } from '../../../pool/guard/http-visitors.js';
import { AddressRanges } from '../../../pool/guard/ip-address.js';

function visitors(maxConnections: number, connectionsPerAddress: number) {
  const unlimited = new AddressRanges(['192.0.2.9']);
  return new HttpVisitors<{ n: number }>({ maxConnections, connectionsPerAddress, unlimited });
}

test('an address has so many connections; a proxy any number; places come back', () => {
  const all = visitors(100, 2);
  const some = Array.from({ length: 5 }, (_, n) => ({ n }));
  assert.deepEqual(all.add(some[0]!, '2001:db8::1'), []);
  assert.deepEqual(all.add(some[1]!, '2001:db8::2'), []);
  assert.deepEqual(all.add(some[2]!, '2001:db8::3'), [some[2]], 'of the same /64');
  assert.deepEqual(all.add(some[3]!, '2001:db8:0:1::3'), []);
  all.remove(some[0]!);
  all.remove(some[0]!);
  assert.deepEqual(all.add(some[4]!, '2001:db8::3'), []);
  for (let n = 10; n < 20; n++) assert.deepEqual(all.add({ n }, '192.0.2.9'), []);
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
    assert.deepEqual(all.add(one!, address), []);
  all.noteRequest(a!);
  assert.deepEqual(all.add(d!, '10.0.0.3'), [b]);
  assert.deepEqual(all.add(e!, '10.0.0.4'), [c]);
  all.noteRequest(d!);
  all.noteRequest(e!);
  assert.deepEqual(all.add(f!, '10.0.0.5'), [f], 'all are being answered');
  all.noteAnswered(e!);
  assert.deepEqual(all.add(f!, '10.0.0.5'), [e]);
  all.noteAnswered(b!);
  all.remove(b!);
  assert.equal(all.size, 3);
});

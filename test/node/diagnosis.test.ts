import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeClose } from '../../node/diagnosis.js';

test('nobody listens: on another machine it may be there, for its own machine alone', () => {
  const told = (host: string) =>
    describeClose(
      { host, port: 10_973, restPort: 12_973 },
      { kind: 'refused', detail: 'connection refused' },
    );
  for (const host of ['127.0.0.1', '::1', 'localhost'])
    assert.equal(told(host), 'connection refused: no full node listens there');
  assert.match(told('192.168.1.5'), /listens there; .* alephium\.mining\.api-interface opens it to others$/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  encodeAuthorize,
  encodeSubmit,
  encodeSubmitHashrate,
  encodeSubscribe,
} from '../../../protocol/stratum/miner-requests.js';

test('requests as pools know them', () => {
  assert.equal(
    encodeSubscribe(1, 'lesswork/1'),
    '{"id":1,"method":"mining.subscribe","params":["lesswork/1"]}',
  );
  assert.equal(encodeAuthorize(2, 'a.b', 'x'), '{"id":2,"method":"mining.authorize","params":["a.b","x"]}');
  const nonce = Uint8Array.from({ length: 24 }, (_, i) => i);
  assert.equal(
    encodeSubmit(9, { jobId: '1f', chain: 6, nonce, worker: 'a.b' }),
    '{"id":9,"method":"mining.submit","params":{"jobId":"1f","fromGroup":1,"toGroup":2,' +
      '"nonce":"000102030405060708090a0b0c0d0e0f1011121314151617","worker":"a.b"}}',
  );
  assert.match(encodeSubmit(9, { jobId: 31, chain: 0, nonce, worker: 'a' }), /"jobId":31,/);
  assert.match(encodeSubmitHashrate(3, 4_500_000.4), /"params":\["0x44aa20"\]/);
});

test('text beyond ASCII is escaped, so that a line has one character a byte', () => {
  const line = encodeAuthorize(2, 'a', 'pä€');
  assert.match(line, /^[\x20-\x7e]*$/);
  assert.equal(JSON.parse(line).params[1], 'pä€');
});

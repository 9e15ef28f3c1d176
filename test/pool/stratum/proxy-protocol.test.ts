import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { crc32c } from '../../../pool/stratum/crc32c.js';
import { ProxyHeaderParser, type ProxyParse } from '../../../pool/stratum/proxy-protocol.js';
import { tlv, v2Addresses, v2Header } from '../../support/proxy-headers.js';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

/** What a parser says of bytes that come in pieces; pieces behind its answer are rest. */
function parse(bytes: Uint8Array, ...cuts: number[]): ProxyParse {
  const parser = new ProxyHeaderParser();
  let from = 0;
  for (const to of [...cuts, bytes.length]) {
    const parsed = parser.push(bytes.subarray(from, to));
    if (parsed.state === 'done') return { ...parsed, rest: Buffer.concat([parsed.rest, bytes.subarray(to)]) };
    if (parsed.state === 'malformed') return parsed;
    from = to;
  }
  return { state: 'more' };
}

function withChecksum(header: (sum: Buffer) => Buffer, flip = 0): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE((crc32c(header(Buffer.alloc(4))) ^ flip) >>> 0);
  return header(sum);
}
const checked = (sum: Buffer) =>
  v2Header({ tlvs: [tlv(2, latin1('pool.example')), tlv(3, sum), tlv(4, Buffer.alloc(5))] });

const CLIENTS: readonly (readonly [string, Buffer, string, number])[] = [
  ['v1 TCP4', latin1('PROXY TCP4 192.0.2.7 198.51.100.1 56324 20032\r\n'), '192.0.2.7', 56324],
  ['v1 TCP6', latin1('PROXY TCP6 2001:DB8:0::7 ::1 1 65535\r\n'), '2001:db8::7', 1],
  ['v1 TCP6, mapped', latin1('PROXY TCP6 ::ffff:192.0.2.7 ::1 1 2\r\n'), '192.0.2.7', 1],
  ['v2 TCP4', v2Header({}), '192.0.2.7', 56324],
  [
    'v2 TCP6',
    v2Header({ family: 0x21, addresses: v2Addresses('2001:db8::7', '::1', 9, 10) }),
    '2001:db8::7',
    9,
  ],
  [
    'v2 with TLVs',
    v2Header({ tlvs: [tlv(1, latin1('h2')), tlv(0xea, Buffer.alloc(4000))] }),
    '192.0.2.7',
    56324,
  ],
  ['v2 with a checksum', withChecksum(checked), '192.0.2.7', 56324],
];

for (const [name, header, address, port] of CLIENTS) {
  test(`${name}: the client, and what follows, wherever it is cut`, () => {
    const bytes = Buffer.concat([header, latin1('{"id":1}\r\n\r\n')]);
    for (let cut = 0; cut <= Math.min(bytes.length, 250); cut++) {
      const parsed = parse(bytes, cut);
      assert.ok(parsed.state === 'done', `cut at ${cut}`);
      assert.deepEqual(parsed.source, { type: 'client', address, port });
      assert.equal(Buffer.from(parsed.rest).toString(), '{"id":1}\r\n\r\n', `cut at ${cut}`);
    }
    const single = parse(bytes, ...bytes.keys());
    assert.ok(single.state === 'done');
    assert.equal(Buffer.from(single.rest).toString(), '{"id":1}\r\n\r\n');
    for (let length = 0; length < header.length; length++)
      assert.equal(parse(header.subarray(0, length)).state, 'more', `${length} bytes`);
  });
}

test('health checks, and clients without an address', () => {
  for (const header of [
    latin1('PROXY UNKNOWN\r\n'),
    latin1('PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n'),
    v2Header({ command: 0x20, family: 0, addresses: Buffer.alloc(0) }),
    v2Header({ command: 0x20 }),
    v2Header({ command: 0x20, family: 0x55, addresses: Buffer.alloc(3) }),
    v2Header({ family: 0, addresses: Buffer.alloc(0) }),
    v2Header({ family: 0x31, addresses: Buffer.alloc(216) }),
  ]) {
    const parsed = parse(header);
    assert.ok(parsed.state === 'done', header.toString('latin1'));
    assert.deepEqual(parsed.source, { type: 'healthCheck' });
    assert.equal(parsed.rest.length, 0);
  }
});

test('what is malformed is told as soon as it can be', () => {
  for (const bytes of [
    latin1('{'),
    latin1('PROXX'),
    latin1('\n'),
    Uint8Array.of(0x16, 3, 1),
    latin1('PROXY TCP4 192.0.2.7 198.51.100.1 56324\r\n'),
    latin1('PROXY TCP4 192.0.2.7 198.51.100.1 56324 20032\n'),
    latin1('PROXY  TCP4 192.0.2.7 198.51.100.1 56324 20032\r\n'),
    latin1('PROXY TCP4 192.0.2.7 198.51.100.1 56324 20032 \r\n'),
    latin1('PROXY TCP4 192.0.2.07 198.51.100.1 56324 20032\r\n'),
    latin1('PROXY TCP4 192.0.2.7 198.51.100.1 65536 20032\r\n'),
    latin1('PROXY TCP4 192.0.2.7 198.51.100.1 01 20032\r\n'),
    latin1('PROXY TCP4 2001:db8::7 ::1 1 2\r\n'),
    latin1('PROXY TCP6 192.0.2.7 198.51.100.1 1 2\r\n'),
    latin1('PROXY UDP4 192.0.2.7 198.51.100.1 1 2\r\n'),
    latin1('PROXY UNKNOWN\u0001\r\n'),
    latin1(`PROXY UNKNOWN ${'x'.repeat(92)}\r\n`),
    latin1(`PROXY ${'x'.repeat(200)}`),
    latin1('\r\n\r\n\0\r\nQUIT\r'),
    v2Header({ command: 0x11 }),
    v2Header({ command: 0x22 }),
    v2Header({ family: 0x12 }),
    v2Header({ family: 0x22 }),
    v2Header({ family: 0x21 }),
    v2Header({ addresses: Buffer.alloc(11) }),
    v2Header({ tlvs: [Buffer.from([1, 0])] }),
    v2Header({ tlvs: [Buffer.from([1, 0, 2, 0])] }),
    v2Header({ tlvs: [tlv(3, Buffer.alloc(3))] }),
    withChecksum(checked, 1),
    // Longer than is read, told before it has come.
    v2Header({ tlvs: [tlv(1, Buffer.alloc(5000))] }).subarray(0, 16),
  ])
    assert.equal(parse(bytes).state, 'malformed', Buffer.from(bytes).toString('latin1'));
});

test('the longest v1 header is 107 bytes', () => {
  const longest = `PROXY UNKNOWN ${'x'.repeat(91)}\r\n`;
  assert.equal(longest.length, 107);
  assert.equal(parse(latin1(longest)).state, 'done');
});

test('random bytes behind any beginning: an answer, and no more than was sent', () => {
  const starts = [Buffer.alloc(0), latin1('PROXY '), latin1('PROXY TCP4 '), v2Header({}).subarray(0, 13)];
  fc.assert(
    fc.property(
      fc.constantFrom(...starts),
      fc.uint8Array({ maxLength: 300 }),
      fc.array(fc.nat(300), { maxLength: 5 }),
      (start, tail, cuts) => {
        const bytes = Buffer.concat([start, tail]);
        const whole = parse(bytes);
        const cut = parse(bytes, ...cuts.filter((at) => at <= bytes.length).sort((a, b) => a - b));
        assert.equal(cut.state, whole.state);
        if (whole.state === 'done')
          assert.ok(bytes.toString('latin1').endsWith(Buffer.from(whole.rest).toString('latin1')));
      },
    ),
  );
});

test('CRC-32C as in RFC 3720', () => {
  assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assert.equal(crc32c(new Uint8Array(32).fill(255)), 0x62a8ab43);
  assert.equal(crc32c(latin1('123456789')), 0xe3069283);
});

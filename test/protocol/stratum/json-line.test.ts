import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { scanJsonLine } from '../../../protocol/stratum/json-line.js';

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

test('of any JSON it tells whether it nests too deep', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), fc.integer({ min: 0, max: 7 }), (text, maxDepth) => {
      assert.equal(scanJsonLine(text, maxDepth).shallow, depthOf(JSON.parse(text)) <= maxDepth);
    }),
  );
});

test('of any object it gives the text of the id', () => {
  const id = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constant(null),
  );
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })),
      id,
      fc.nat({ max: 4 }),
      (others, value, space) => {
        const text = JSON.stringify({ ...others, id: value }, null, space).replaceAll('\n', ' ');
        const found = scanJsonLine(text, 10).id;
        assert.equal(found, JSON.stringify(value));
      },
    ),
  );
});

for (const [line, id] of [
  ['{"id":1.0}', '1.0'],
  ['{"id":1,"id":2}', '2'],
  ['{"id" : "a\\"b" ,"x":1}', '"a\\"b"'],
  ['{"id":"\\\\"}', '"\\\\"'],
  ['{"x":{"id":5}}', undefined],
  ['{"x":"id","id2":3}', undefined],
  ['{"x":["id",7]}', undefined],
  ['{"id":[1,2]}', '[1,2]'],
  ['["id",1]', undefined],
  ['', undefined],
] as const) {
  test(`the id in ${line} is ${id}`, () => {
    assert.equal(scanJsonLine(line, 4).id, id);
  });
}

test('no text makes it throw', () => {
  const piece = fc.constantFrom('{', '}', '[', ']', '"', '\\', ':', ',', 'id', '"id"', '1', ' ');
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      scanJsonLine(pieces.join(''), 4);
    }),
  );
});

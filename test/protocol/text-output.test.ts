import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isStuck } from '../../protocol/text-output.js';

test('an output is stuck when more than 1 MiB waits for whoever reads it', () => {
  const output = (writableLength?: number) => ({
    write: () => {},
    ...(writableLength && { writableLength }),
  });
  assert.deepEqual(
    [output(), output(0), output(1_048_576), output(1_048_577)].map((one) => isStuck(one)),
    [false, false, false, true],
  );
});

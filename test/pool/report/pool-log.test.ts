import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPoolLog } from '../../../pool/report/pool-log.js';

test('a log that nobody reads is silent until somebody does', () => {
  const told: string[] = [];
  const output = { write: (text: string) => told.push(text), writableLength: 0 };
  for (const json of [false, true]) {
    const log = createPoolLog(output, { json, level: 'info' });
    output.writableLength = 2 * 1024 * 1024;
    log.event({ type: 'unrecorded', count: 1 });
    log.stopping(1_000);
    assert.deepEqual(told, []);
    output.writableLength = 0;
    log.event({ type: 'unrecorded', count: 2 });
    assert.match(told.splice(0).join(), json ? /^{.*"count":2/ : /warning: 2 shares refused/);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Miner } from '../../../miner/core/miner.js';
import { createLogReporter } from '../../../miner/report/log-reporter.js';
import { summaryOf } from '../../../miner/report/summary.js';
import { FakeSource } from '../../support/fake-miner-parts.js';

const SUMMARY = summaryOf(
  new Miner({
    source: new FakeSource('pools'),
    now: () => 0,
    noncePrefix: new Uint8Array(16),
    onEvent: () => {},
  }).status(),
);

for (const json of [false, true]) {
  test(`every line has its time, the summary's too; what answers somebody at a terminal is left out: ${json ? 'JSON' : 'text'}`, () => {
    let text = '';
    const reporter = createLogReporter({ write: (more: string) => (text += more) }, { json, level: 'warn' });
    reporter.event({ type: 'notice', level: 'info', name: 'pool', message: 'hello' });
    reporter.event({ type: 'notice', level: 'warn', name: 'pool', message: 'gone' });
    reporter.keys('h hashrate');
    reporter.setLevel('info');
    reporter.event({ type: 'notice', level: 'info', name: 'pool', message: 'back' });
    reporter.summary(SUMMARY);
    const lines = text.trimEnd().split('\n');
    if (json) {
      assert.equal(lines.length, 4);
      for (const line of lines)
        assert.ok(Math.abs((JSON.parse(line) as { time: number }).time - Date.now()) < 60_000);
    } else {
      for (const line of lines) assert.match(line, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d /);
      assert.match(text, /gone\n.*back\n.*nothing mined/);
      assert.doesNotMatch(text, /hello|hashrate/);
    }
  });
}

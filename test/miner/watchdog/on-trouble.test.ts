import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOnTrouble } from '../../../miner/watchdog/on-trouble.js';

for (const [text, words] of [
  ['run reboot', ['reboot']],
  ['  run   /opt/a  b\tc ', ['/opt/a', 'b', 'c']],
  ['run "/opt/my tools/x" \'a "b" c\' d"e f"g', ['/opt/my tools/x', 'a "b" c', 'de fg']],
  ['run x "" \'\'', ['x', '', '']],
  // What a shell would make something of.
  [
    'run x $HOME `id` ; rm -rf / && y | z > f *',
    ['x', '$HOME', '`id`', ';', 'rm', '-rf', '/', '&&', 'y', '|', 'z', '>', 'f', '*'],
  ],
  ['run C:\\tools\\x.exe a\\ b', ['C:\\tools\\x.exe', 'a\\', 'b']],
] as const)
  test(`${text} is a command of ${words.length} words`, () => {
    assert.deepEqual(parseOnTrouble(text), { kind: 'run', words });
  });

test('restart and exit', () => {
  assert.deepEqual(parseOnTrouble('restart'), { kind: 'restart' });
  assert.deepEqual(parseOnTrouble(' exit '), { kind: 'exit' });
});

for (const [text, fault] of [
  ['', /expected restart, exit, or "run COMMAND", got ""/],
  ['reboot', /got "reboot"/],
  ['Exit', /got "Exit"/],
  ['running', /got "running"/],
  ['run', /got "run" without a command/],
  ['run   ', /without a command/],
  ['run ""', /without a command/],
  ['run "x', /a quote " that ends/],
  ["run x 'y", /a quote ' that ends/],
  ['run x\0y', /zero byte/],
  [`run ${'x'.repeat(5_000)}`, /at most 4096 characters, got 5004/],
  ['x'.repeat(1_000_000), /got "x{59}…"/],
] as const)
  test(`${JSON.stringify(text.slice(0, 20))} is refused`, () => {
    assert.throws(
      () => parseOnTrouble(text),
      (error) => error instanceof RangeError && fault.test(error.message),
    );
  });

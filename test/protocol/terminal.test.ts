import assert from 'node:assert/strict';
import { test } from 'node:test';
import { styled, terminalTraits } from '../../protocol/terminal.js';

const TTY = { isTTY: true };

test('no escape codes where there is no terminal, where it is dumb, and where none is named', () => {
  const plain = { live: false, colour: false };
  assert.deepEqual(terminalTraits({}, { TERM: 'xterm' }, 'linux'), plain);
  assert.deepEqual(terminalTraits(TTY, { TERM: 'dumb' }, 'linux'), plain);
  assert.deepEqual(terminalTraits(TTY, { TERM: '' }, 'linux'), plain);
  assert.deepEqual(terminalTraits(TTY, {}, 'linux'), plain);
  assert.deepEqual(terminalTraits(TTY, { TERM: 'dumb' }, 'win32'), plain);
});

test('a terminal has a living line, and colours unless NO_COLOR is set', () => {
  assert.deepEqual(terminalTraits(TTY, { TERM: 'xterm' }, 'linux'), { live: true, colour: true });
  assert.deepEqual(terminalTraits(TTY, {}, 'win32'), { live: true, colour: true });
  assert.deepEqual(terminalTraits(TTY, { TERM: 'xterm', NO_COLOR: '1' }, 'linux'), {
    live: true,
    colour: false,
  });
  assert.deepEqual(terminalTraits(TTY, { TERM: 'xterm', NO_COLOR: '' }, 'linux'), {
    live: true,
    colour: true,
  });
});

test('a style is there only where colours are', () => {
  assert.equal(styled('x', 'good', true), '\x1b[32mx\x1b[0m');
  assert.equal(styled('x', 'good', false), 'x');
  assert.equal(styled('x', undefined, true), 'x');
});

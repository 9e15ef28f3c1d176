import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitParts, joinParts, StatusLine, type StatusPart } from '../../protocol/status-line.js';

const PARTS: readonly StatusPart[] = [
  { text: 'pool:1', rank: 2 },
  { text: '8.40 MH/s', rank: 0 },
  { text: 'A 100', rank: 1 },
  { text: 'up 1m', rank: 3 },
];

const fitted = (columns: number): string => joinParts(fitParts(PARTS, columns));

test('what matters least is left out first, whole', () => {
  assert.equal(fitted(80), 'pool:1 | 8.40 MH/s | A 100 | up 1m');
  assert.equal(fitted(34), 'pool:1 | 8.40 MH/s | A 100 | up 1m');
  assert.equal(fitted(33), 'pool:1 | 8.40 MH/s | A 100');
  assert.equal(fitted(25), '8.40 MH/s | A 100');
  assert.equal(fitted(10), '8.40 MH/s');
  assert.equal(fitted(5), '8.40…');
});

function terminal(columns: number) {
  const output = {
    columns,
    text: '',
    write: (part: string): void => {
      output.text += part;
    },
  };
  const taken = (): string => {
    const { text } = output;
    output.text = '';
    return text;
  };
  return { output, taken };
}

test('it never fills the last column, at any width', () => {
  for (let columns = 1; columns < 60; columns++) {
    const { output, taken } = terminal(columns);
    new StatusLine(output, false).show(PARTS);
    const shown = taken().replace('\r\x1b[2K', '');
    assert.ok(shown.length <= Math.max(1, columns - 1), `${columns}: ${shown}`);
  }
});

test('a line is printed above it; without parts there is none', () => {
  const { output, taken } = terminal(80);
  const line = new StatusLine(output, false);
  line.show(PARTS.slice(0, 1));
  taken();
  line.print('hello');
  assert.equal(taken(), '\r\x1b[2Khello\npool:1');
  line.show([]);
  line.print('bye');
  assert.equal(taken(), '\r\x1b[2K\r\x1b[2Kbye\n');
});

test('a terminal that became narrower has broken it into several lines: all are cleared', () => {
  const { output, taken } = terminal(80);
  const line = new StatusLine(output, true);
  line.show(PARTS);
  taken();
  output.columns = 12;
  line.resized();
  assert.equal(taken(), '\r\x1b[2A\x1b[J8.40 MH/s');
  output.columns = 80;
  line.resized();
  assert.equal(taken(), '\r\x1b[Jpool:1 | 8.40 MH/s | A 100 | up 1m');
});

test("while the terminal is somebody else's, lines are plain ones", () => {
  const { output, taken } = terminal(80);
  const line = new StatusLine(output, false);
  line.show(PARTS);
  taken();
  line.hide();
  line.hide();
  line.show(PARTS.slice(1, 2));
  line.resized();
  line.print('hello');
  assert.equal(taken(), '\r\x1b[2Khello\n');
  line.unhide();
  assert.equal(taken(), '\r\x1b[2K8.40 MH/s');
});

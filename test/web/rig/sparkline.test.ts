import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Sparkline } from '../../../web/rig/sparkline.js';

test('one point is no line; the newest stands at the right, and old ones go', () => {
  const sparkline = new Sparkline();
  sparkline.add(5);
  assert.equal(sparkline.line, undefined);
  for (let i = 0; i < 1_000; i++) sparkline.add(i);
  const points = sparkline.line!.points.split(' ');
  assert.equal(points.length, 300);
  assert.match(points[0]!, /^0\.0,/);
  assert.match(points.at(-1)!, /^300\.0,/);
  assert.match(sparkline.line!.area, /^M0\.0,60 L0\.0,.* L300,60 Z$/);
});

test('a rig without a hash is a line at the bottom', () => {
  const sparkline = new Sparkline();
  sparkline.add(0);
  sparkline.add(0);
  assert.deepEqual(
    sparkline.line!.points.split(' ').map((point) => point.split(',')[1]),
    ['60.0', '60.0'],
  );
});

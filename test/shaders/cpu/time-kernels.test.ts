import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timeKernels } from '../../../shaders/cpu/time-kernels.js';

/** Kernels on a clock of their own: ns for a nonce, by kernel and time. */
function lab(nsOf: readonly ((nowMs: number) => number)[]) {
  let nowMs = 0;
  const searches = nsOf.map((ns) => (nonces: number) => {
    nowMs += (ns(nowMs) * nonces) / 1e6;
  });
  return { choose: () => timeKernels(searches, () => nowMs), nowMs: () => nowMs };
}

test('the faster of two is chosen, wherever it stands, within a tenth of a second', () => {
  for (const [a, b] of [
    [300, 330],
    [330, 300],
  ] as const) {
    const { choose, nowMs } = lab([() => a, () => b]);
    assert.equal(choose(), a < b ? 0 : 1);
    assert.ok(nowMs() < 100, `${nowMs()} ms`);
  }
});

test('a kernel whose optimized code comes late is judged by that', () => {
  const { choose } = lab([(ms) => (ms < 20 ? 2_000 : 400), (ms) => (ms < 55 ? 2_100 : 300)]);
  assert.equal(choose(), 1);
});

test('an interruption does not decide', () => {
  const { choose } = lab([() => 320, (ms) => (ms % 10 < 6 ? 900 : 300)]);
  assert.equal(choose(), 1);
});

test('kernels that never come to rest are given up after a quarter of a second', () => {
  let ns = 4_000;
  const everFaster = () => {
    ns *= 0.95;
    return ns;
  };
  const { choose, nowMs } = lab([everFaster, () => 4_000]);
  choose();
  assert.ok(nowMs() >= 250 && nowMs() < 400, `${nowMs()} ms`);
});

test('a single kernel is the fastest', () => {
  assert.equal(lab([() => 300]).choose(), 0);
});

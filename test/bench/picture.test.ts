import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import type { BenchRun } from '../../bench/app.js';
import type { BenchResult } from '../../bench/measure.js';
import { benchSvg } from '../../bench/picture.js';

const MACHINE: BenchRun['machine'] = {
  ...{ cpu: 'Some CPU', cores: 2, memoryGiB: 24, os: 'linux 6.1', arch: 'x64', node: '24.0.0' },
  ...{ cpuKernel: 'noble', cpuClock: 'schedstat', adapters: [] },
};

const RESULT: BenchResult = {
  ...{ backend: 'cpu-wasm', device: 'Some CPU', threads: 2, hashesPerSecond: 5_628_686, spread: 0.0954 },
  ...{ ceilingHashesPerSecond: 11_260_000, ofCeiling: 0.5, verified: true },
};

const picture = (...results: Partial<BenchResult>[]): string =>
  benchSvg({ machine: MACHINE, results: results.map((result) => ({ ...RESULT, ...result })) });

/** Widths of the bars, and of what they are beside. */
const widths = (svg: string): [number, number][] => {
  const bars = [...svg.matchAll(/class="(?:bar|bad)" [^>]*?width="([\d.]+)"/g)].map(([, width]) =>
    Number(width),
  );
  const tracks = [...svg.matchAll(/class="track" [^>]*?width="([\d.]+)"/g)].map(([, width]) => Number(width));
  return bars.map((bar, i) => [bar, tracks[i]!]);
};

test('a bar is as long as its part of the limit; one that passes it stays in the picture', () => {
  const [[half, track], [all], [beyond], [none]] = widths(
    picture({}, { ofCeiling: 1 }, { ofCeiling: 7 }, { ofCeiling: 0 }),
  ) as [[number, number], [number], [number], [number]];
  assert.ok(Math.abs(half / track - 0.5) < 0.001);
  assert.equal(all, track);
  assert.ok(beyond > track && beyond < track * 1.03);
  assert.equal(none, 0);
});

test('what has no limit has no bar; what is not verified says so', () => {
  const svg = picture({ ceilingHashesPerSecond: null, ofCeiling: null }, { verified: false });
  assert.equal(widths(svg).length, 1);
  assert.match(svg, /no limit was measured; spread 9\.5 %/);
  assert.match(svg, /class="bad" [^>]*>NOT VERIFIED; 50\.0 % of the limit, 11\.3 MH\/s/);
  assert.match(svg, /<desc id="desc">cpu-wasm, 2 threads: 5\.63 MH\/s; .*not verified<\/desc>/);
});

test('text is text, colours follow the reader, and there is no script nor anything from elsewhere', () => {
  const svg = picture({});
  assert.match(svg, />5\.63 MH\/s<\/text>/);
  assert.match(svg, /@media \(prefers-color-scheme: dark\)/);
  assert.doesNotMatch(svg, /<script|\son\w+=|href|url\(|@import/);
  assert.deepEqual(
    [...svg.matchAll(/https?:[^"]*/g)].map(([url]) => url),
    ['http://www.w3.org/2000/svg'],
  );
});

test("a driver's name is no markup, however long, and whatever is in it", () => {
  const device = `<script>alert("1")</script> & \u0000\ud800 ${'x'.repeat(5_000)}`;
  const svg = picture({ backend: 'webgpu', device });
  assert.doesNotMatch(svg, /<script/);
  assert.match(
    svg,
    /webgpu, &lt;script&gt;alert\(&quot;1&quot;\)&lt;\/script&gt; &amp; \ufffd\ufffd x+…<\/text>/,
  );
  const longest = Math.max(
    ...[...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!.length),
  );
  assert.ok(longest < 200, `${longest}`);
});

test('nothing measured is a picture, too', () => {
  assert.match(benchSvg({ machine: MACHINE, results: [] }), /nothing was measured/);
});

test('it is well-formed XML', {
  skip: spawnSync('python3', ['--version']).status === 0 ? false : 'python3 is not installed',
}, () => {
  const parse = 'import sys, xml.dom.minidom; xml.dom.minidom.parseString(sys.stdin.buffer.read())';
  const input = picture({ device: '<&">\u0001', backend: 'webgpu' }, { verified: false });
  const { status, stderr } = spawnSync('python3', ['-c', parse], { input, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
});

#!/usr/bin/env bash
# Guess:  i8x16.swizzle with a constant mask is as fast as one with a mask that was loaded, or faster: the compiler knows
#         more of it.
# Really: with V8 13 (Node.js 24 and 26, on x86-64) the constant makes it some 2.5 times as slow as a mask in a local that
#         was loaded once before the loop; with V8 11 and 12 (Node.js 20 and 22) the constant is the faster one.
# Bites:  SIMD kernels that rotate or reorder bytes (hashes, ciphers, base64): a third of the whole kernel's rate. Build both,
#         and let a short timing on the machine choose.
# Seen:   Node.js 20.19.0, 22.23.5, 24.22.3, 26.12.1 on x86-64. Within the noise of a busy machine the ratio stays clear.
source "$(dirname "$0")/setup.sh"
install wabt@1.0.39
cat > build.js <<'JS'
import { writeFileSync } from 'node:fs';
import wabt from 'wabt';
// Six values that depend on each other in a ring; each step adds, mixes and rotates the bytes of each word.
const names = [0, 1, 2, 3, 4, 5].map((i) => `$x${i}`);
const steps = (mask) =>
  names
    .map(
      (x, i) => `
    (local.set ${x} (i32x4.add (local.get ${x}) (local.get ${names[(i + 1) % names.length]})))
    (local.set ${x} (i8x16.swizzle (v128.xor (local.get ${x}) (local.get $c)) ${mask}))`,
    )
    .join('')
    .repeat(8);
const loop = (name, mask) => `
  (func (export "${name}") (param $n i32) (param $p i32) (result i32)
    (local $c v128) (local $mask v128) ${names.map((x) => `(local ${x} v128)`).join(' ')}
    (local.set $c (v128.load offset=16 (local.get $p)))
    (local.set $mask (v128.load (local.get $p)))
    ${names.map((x, i) => `(local.set ${x} (i32x4.splat (i32.const ${i * 77777 + 1})))`).join(' ')}
    (loop $again ${steps(mask)}
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $again (local.get $n)))
    (i32x4.extract_lane 0 (v128.xor (local.get $x0) (local.get $x3))))`;
const text = `(module (memory (export "memory") 1)
  (data (i32.const 0) "\\01\\02\\03\\00\\05\\06\\07\\04\\09\\0a\\0b\\08\\0d\\0e\\0f\\0c")
  ${loop('constant', '(v128.const i8x16 1 2 3 0 5 6 7 4 9 10 11 8 13 14 15 12)')}
  ${loop('loaded', '(local.get $mask)')})`;
writeFileSync('swizzle.wasm', (await wabt()).parseWat('swizzle.wat', text, { simd: true }).toBinary({}).buffer);
JS
node build.js
cat > time.js <<'JS'
import { readFileSync } from 'node:fs';
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync('swizzle.wasm')));
const TURNS = 1_000_000;
const times = { constant: [], loaded: [] };
for (const name of Object.keys(times)) exports[name](TURNS, 0);
for (let round = 0; round < 9; round++) {
  for (const name of Object.keys(times)) {
    const before = process.cpuUsage().user;
    exports[name](TURNS, 0);
    times[name].push(process.cpuUsage().user - before);
  }
}
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
const ratio = median(times.constant) / median(times.loaded);
console.error(`${process.version}: the constant takes ${ratio.toFixed(2)} of the loaded mask's time`);
console.log(ratio > 1.6 ? 'much slower' : ratio < 1.25 ? 'no slower' : 'in between');
JS
[ "$(uname -m)" = x86_64 ] || { echo 'seen on x86-64 alone'; exit 0; }
expect 'constant mask on Node.js 20.19.0' 'no slower' "$("$(node_of 20.19.0)" time.js)"
expect 'constant mask on Node.js 22.23.5' 'no slower' "$("$(node_of 22.23.5)" time.js)"
expect 'constant mask on Node.js 24.22.3' 'much slower' "$("$(node_of 24.22.3)" time.js)"
expect 'constant mask on Node.js 26.12.1' 'much slower' "$("$(node_of 26.12.1)" time.js)"

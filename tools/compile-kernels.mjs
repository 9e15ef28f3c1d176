// Compiles the WebAssembly kernels: `node tools/compile-kernels.mjs FOLDER` writes each target of asconfig.json as
// FOLDER/TARGET.wasm, from the source of that name or, for `NAME-relaxed`, from NAME.ts with relaxed SIMD. One process
// compiles them all: starting the compiler takes longer than a kernel does.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

// The compiler's optimizer is WebAssembly itself, and runs too briefly to be worth optimizing: this halves the time.
setFlagsFromString('--liftoff-only');
const { main } = await import('assemblyscript/asc');

const folder = process.argv[2];
process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));
const assembly = 'shaders/cpu/assembly';
const config = `${assembly}/asconfig.json`;
for (const target of Object.keys(JSON.parse(readFileSync(config, 'utf8')).targets)) {
  const outFile = join(folder, `${target}.wasm`);
  const { error, stderr } = await main([
    ...[
      `${assembly}/${target.replace('-relaxed', '')}.ts`,
      '--config',
      config,
      '--target',
      target,
      '--outFile',
      outFile,
    ],
  ]);
  process.stderr.write(stderr.toString());
  if (error) {
    console.error(`build: ${target}.wasm: ${error.message}`);
    process.exit(1);
  }
}

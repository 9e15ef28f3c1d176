/**
 * What every ceiling kernel of the CPU must do: mix as the CPU twin does, in every form and lane.
 * @module
 */
import { deepEqual } from 'node:assert/strict';
import { wordsOf } from '../../shaders/blake3.js';
import { type CeilingForm, entryPointOf, mixChain, mixCrossed } from '../../shaders/ceiling.js';
import type { CpuCeiling } from '../../shaders/cpu/cpu-ceiling.js';
import { seededBytes } from '../support/seeded-bytes.js';

export interface CeilingCase {
  readonly what: string;
  /** @throws AssertionError */
  run(): void;
}

/** The cases of the suite. */
export function ceilingCases(forms: readonly CeilingForm[], create: () => CpuCeiling): CeilingCase[] {
  return forms.flatMap((form) =>
    [0, 2, 34].map((iterations) => ({
      what: `${entryPointOf(form)}, ${iterations} iterations, as the CPU twin mixes them`,
      run: () => {
        const ceiling = create();
        const { lanes } = ceiling;
        const task = { iterations, x: 0x12345678, y: 0x9abcdef0 };
        ceiling.seeds.set(
          wordsOf(seededBytes('cpu ceiling', ceiling.seeds.byteLength), ceiling.seeds.length),
        );
        ceiling.results.fill(0xffffffff);
        ceiling.mix({ ...task, form });
        for (let lane = 0; lane < lanes; lane++) {
          const words = (of: Uint32Array) =>
            Array.from({ length: form.chains * 4 }, (_, word) => of[word * lanes + lane]!);
          const seeds = words(ceiling.seeds);
          const expected = form.crossed
            ? [...mixCrossed(seeds, task)]
            : Array.from({ length: form.chains }, (_, i) => [
                ...mixChain(seeds.slice(i * 4, i * 4 + 4), task),
              ]).flat();
          deepEqual(words(ceiling.results), expected);
        }
      },
    })),
  );
}

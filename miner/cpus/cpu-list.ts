/**
 * Lists of CPUs as Linux and miners write them: `0,2,4-7`.
 * @module
 */

/** Highest number of a CPU: Linux runs on 8,192 at most. */
export const MAX_CPU = 8_191;

/**
 * The CPUs of a list, in its order.
 * @throws RangeError that says what is wrong: nothing in it, letters, a range that goes down, a CPU twice
 */
export function parseCpuList(text: string): readonly number[] {
  const cpus = new Set<number>();
  for (const part of text.split(',')) {
    const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part.trim()) ?? [];
    if (first === undefined)
      throw new RangeError(
        `expected numbers of CPUs and ranges with commas between them, as 0,2,4-7, got ${JSON.stringify(text)}`,
      );
    const [from, to] = [Number(first), Number(last)];
    if (to < from) throw new RangeError(`expected a range that goes up, got ${part.trim()}`);
    if (to > MAX_CPU) throw new RangeError(`expected CPUs from 0 to ${MAX_CPU}, got ${to}`);
    for (let cpu = from; cpu <= to; cpu++) {
      if (cpus.has(cpu)) throw new RangeError(`expected each CPU once, got ${cpu} twice`);
      cpus.add(cpu);
    }
  }
  return [...cpus];
}

/** The list that means these CPUs: `4-7` for four in a row. */
export function cpuListText(cpus: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const cpu of cpus) {
    const run = runs.at(-1);
    if (run !== undefined && cpu === run[1] + 1) run[1] = cpu;
    else runs.push([cpu, cpu]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}

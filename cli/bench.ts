/**
 * `lesswork bench`
 * @module
 */
import { Command, Option } from 'commander';
import type { BenchChoice } from '../bench/app.js';
import { parseDeviceChoice } from '../miner/device-choice.js';
import { refuseWords } from './command-tree.js';
import {
  filePath,
  parseRatio,
  parseSeconds,
  refuseIdleThreads,
  threadsOption,
  usageError,
} from './options.js';

interface BenchCommandOptions {
  readonly device: BenchChoice;
  readonly threads: number;
  readonly seconds: number;
  readonly allKernels: boolean;
  readonly json: boolean;
  readonly csv: boolean;
  readonly markdown: boolean;
  readonly svg: string | undefined;
}

const EXAMPLES = `
Examples:
  lesswork bench                         the CPU (reference, WASM, machine code; the fastest with all threads, too), every card
  lesswork bench --device all            software adapters as well
  lesswork bench --device gpu --seconds 20
  lesswork bench --all-kernels           AVX-512, AVX2, SSE4.1, WebAssembly: by CPU time, each beside its own limit
  lesswork bench --svg mine.svg          a picture of it, too
  lesswork bench --csv > mine.csv        a table for spreadsheets; --markdown: for a page
  lesswork bench --json > mine.json      one JSON object, the machine and the results
  lesswork bench compare a.json b.json   two such files, result by result: change in percent, and whether it is noise
  lesswork bench compare --fail-below 0.95 a.json b.json
                                         exit code 1 where the second has lost more than 5 % (and not by chance)

Every result is checked against the reference hash, and stands beside the device's own limit: a kernel that makes the
mixing steps of the hash and nothing else. Exit code 1: a result is wrong, or passes that limit.`;

const COMPARE_EXAMPLES = `
Examples:
  lesswork bench compare a.json b.json
  lesswork bench compare --fail-below 0.95 a.json b.json    for a pipeline: 1 where more than 5 % are lost

The files are what lesswork bench --json printed.`;

export function benchCommand(): Command {
  const command: Command = new Command('bench')
    .description('hash rates of the devices of this machine, and their share of what these could do')
    .addOption(
      new Option(
        '--device <which>',
        'auto (CPU and cards), all (software adapters, too), or some of cpu, gpu, an index or a name, separated by commas',
      )
        .default('auto' as BenchChoice)
        .argParser((text) => (text === 'all' ? 'all' : usageError(parseDeviceChoice)(text))),
    )
    .addOption(
      new Option('--seconds <n>', 'measured time for each result; its ceiling takes as long again')
        .default(5)
        .argParser(parseSeconds),
    )
    .addOption(threadsOption())
    .addOption(
      new Option('--all-kernels', 'every kernel of the CPU that runs here, with one thread each, in turns')
        .default(false)
        .conflicts(['device', 'threads']),
    )
    .addOption(
      new Option('--json', 'one JSON object on stdout, all else on stderr')
        .default(false)
        .conflicts(['csv', 'markdown']),
    )
    .addOption(
      new Option('--csv', 'a table for spreadsheets on stdout, all else on stderr')
        .default(false)
        .conflicts('markdown'),
    )
    .addOption(new Option('--markdown', 'a table in Markdown on stdout, all else on stderr').default(false))
    .addOption(
      new Option(
        '--svg <file>',
        "a picture, too: a bar for each result beside its device's own limit; replaces the file",
      ).argParser(filePath),
    )
    .addHelpText('after', EXAMPLES)
    .action(
      async ({ device, threads, seconds, allKernels, json, csv, markdown, svg }: BenchCommandOptions) => {
        refuseWords(command);
        refuseIdleThreads(device, command);
        const { printBench } = await import('./run-bench.js');
        const format = json ? 'json' : csv ? 'csv' : markdown ? 'markdown' : 'text';
        await printBench({ devices: device, threads, seconds, allKernels }, format, svg);
      },
    );
  command.addCommand(
    new Command('compare')
      .description(
        'two files that bench --json wrote: what the second gained or lost, and whether chance alone would do that',
      )
      .argument('<a.json>')
      .argument('<b.json>')
      .addOption(
        new Option(
          '--fail-below <ratio>',
          'exit code 1 if a rate is below this part of the first, beyond noise, or missing, or wrong',
        ).argParser(parseRatio),
      )
      .addHelpText('after', COMPARE_EXAMPLES)
      .action(async (a: string, b: string, { failBelow }: { readonly failBelow?: number }) => {
        const { printComparison } = await import('./run-bench.js');
        printComparison(a, b, failBelow);
      }),
  );
  return command;
}

/**
 * `lesswork devices`
 * @module
 */
import { cpus } from 'node:os';
import { Command } from 'commander';
import type { Adapter } from '../miner/backends/gpu/adapters.js';
import { AdapterListError, listAdapters } from '../miner/backends/gpu/adapters.js';
import { usableCpus } from '../miner/cpus/usable-cpus.js';
import { counted } from '../protocol/quantity-text.js';
import { bestCpuKernel } from '../shaders/cpu/kernels.js';
import { jsonOption } from './options.js';

const EXAMPLES = `
Examples:
  lesswork devices           what could mine here
  lesswork devices --json    the same as one JSON object

The index or a part of the name chooses an adapter: lesswork mine --device 0,cpu ...`;

export function devicesCommand(): Command {
  return new Command('devices')
    .description('what could mine here: the CPU, and the adapters that WebGPU shows')
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(async ({ json }: { readonly json: boolean }) => {
      const cpu = {
        model: cpus()[0]?.model.trim() ?? 'unknown',
        threads: usableCpus().threads,
        kernel: bestCpuKernel().name,
      };
      const adapters = await listOrExplain();
      if (json) {
        process.stdout.write(`${JSON.stringify({ type: 'devices', cpu, adapters })}\n`);
        return;
      }
      const kernel = cpu.kernel === 'noble' ? 'no WebAssembly SIMD: slow' : `kernel ${cpu.kernel}`;
      process.stdout.write(`cpu  ${cpu.model}, ${counted(cpu.threads, 'thread')}, ${kernel}\n`);
      for (const adapter of adapters) process.stdout.write(describeAdapter(adapter));
    });
}

async function listOrExplain(): Promise<Adapter[]> {
  try {
    return await listAdapters({
      software: true,
      onFault: (message) => process.stderr.write(`lesswork: a software driver is left out: ${message}\n`),
    });
  } catch (error) {
    if (!(error instanceof AdapterListError)) throw error;
    process.stderr.write(`lesswork: no GPU can be listed: ${error.message}\n`);
    return [];
  }
}

function describeAdapter(adapter: Adapter): string {
  const { limits } = adapter;
  const facts = [
    adapter.software ? 'software: mines only when asked for by name or index' : 'GPU',
    adapter.backend,
    adapter.vendor,
    adapter.architecture,
    adapter.driver,
    adapter.pciAddress === undefined ? '' : `PCI ${adapter.pciAddress}`,
    `workgroups of ${limits.maxComputeInvocationsPerWorkgroup}, ${limits.maxComputeWorkgroupsPerDimension} of them`,
  ].filter((fact) => fact !== '');
  const ambiguous = adapter.ambiguous === undefined ? '' : `     not told apart: ${adapter.ambiguous}\n`;
  return `${String(adapter.index).padEnd(3)}  ${adapter.name}\n     ${facts.join(', ')}\n${ambiguous}`;
}

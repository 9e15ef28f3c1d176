/**
 * What is known of the machine that mines, beside the miner.
 * @module
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  arch,
  availableParallelism,
  cpus,
  freemem,
  hostname,
  loadavg,
  networkInterfaces,
  totalmem,
  type,
} from 'node:os';

/** What does not change while the miner runs. */
export interface Rig {
  /** 16 hex digits that stay the same for this machine and this port; null where the machine has no network card. */
  readonly id: string | null;
  /** The machine's name. */
  readonly workerId: string;
  /** Of lesswork. */
  readonly version: string;
  readonly userAgent: string;
  readonly cpu: RigCpu;
}

export interface RigCpu {
  readonly brand: string | null;
  readonly family: number | null;
  readonly model: number | null;
  readonly stepping: number | null;
  readonly aes: boolean | null;
  readonly avx2: boolean | null;
  readonly cores: number | null;
  readonly threads: number;
  readonly packages: number | null;
  /** As `uname -m` says it. */
  readonly arch: string;
}

/** Looks at the machine, once. @param port - of the API */
export function readRig(version: string, port: number): Rig {
  const architecture = ARCHITECTURES[arch()] ?? arch();
  return {
    id: rigId(port),
    workerId: hostname(),
    version,
    userAgent: `lesswork/${version} (${type()} ${architecture}) node/${process.versions.node}`,
    cpu: { ...readCpu(), threads: cpus().length || availableParallelism(), arch: architecture },
  };
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };

/** Memory and load of the machine now, under XMRig's names. Memory in bytes. */
export function readResources() {
  return {
    memory: {
      free: freemem(),
      total: totalmem(),
      resident_set_memory: process.memoryUsage.rss(),
    },
    load_average: loadavg().map((load) => Math.round(load * 100) / 100),
    hardware_concurrency: availableParallelism(),
  };
}

/** From the address of the first network card, as XMRig does. */
function rigId(port: number): string | null {
  const card = Object.values(networkInterfaces())
    .flat()
    .find((one) => one !== undefined && !one.internal && one.mac !== '00:00:00:00:00:00');
  if (card === undefined) return null;
  return createHash('sha256').update(`lesswork ${port} ${card.mac}`).digest('hex').slice(0, 16);
}

type CpuInfo = Omit<RigCpu, 'threads' | 'arch'>;

/** What Linux says of the CPU; on other systems its name alone. */
function readCpu(): CpuInfo {
  const brand = cpus()[0]?.model.trim() || null;
  try {
    return { ...parseCpuInfo(readFileSync('/proc/cpuinfo', 'latin1')), brand };
  } catch {
    return { ...parseCpuInfo(''), brand };
  }
}

/** @param text - of /proc/cpuinfo */
export function parseCpuInfo(text: string): Omit<CpuInfo, 'brand'> {
  const values = (name: string): string[] =>
    [...text.matchAll(new RegExp(`^${name}\\s*: (.*)$`, 'gm'))].map(([, value]) => value!);
  const number = (name: string): number | null => {
    const [value] = values(name);
    return value !== undefined && /^\d+$/.test(value) ? Number(value) : null;
  };
  const [flags] = values('flags');
  const has = (flag: string): boolean | null =>
    flags === undefined ? null : flags.split(' ').includes(flag);
  const packages = new Set(values('physical id')).size;
  const coresOfOne = number('cpu cores');
  return {
    family: number('cpu family'),
    model: number('model'),
    stepping: number('stepping'),
    aes: has('aes'),
    avx2: has('avx2'),
    cores: coresOfOne === null || packages === 0 ? null : coresOfOne * packages,
    packages: packages === 0 ? null : packages,
  };
}

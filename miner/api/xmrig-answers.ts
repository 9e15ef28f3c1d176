/**
 * A miner's status in the shape of XMRig's HTTP API, for dashboards that read that. What is not known here is null.
 * @module
 */
import { HASHES_PER_DIFFICULTY } from '../../protocol/target.js';
import type { DeviceStatus, MinerStatus } from '../core/events.js';
import type { Hashrates } from '../core/hashrate.js';
import type { Rig, readResources } from './rig.js';

/** The search, as this API calls it. XMRig has no name for it. */
export const ALGORITHM = 'blake3-alephium';

/** Of XMRig's list of best results. */
const BEST_LISTED = 10;

/** What an answer is made from. */
export interface XmrigFacts {
  readonly status: MinerStatus;
  readonly rig: Rig;
  readonly resources: ReturnType<typeof readResources>;
  /** Whether nothing can be changed. */
  readonly restricted: boolean;
}

/** `GET /1/summary` and `GET /2/summary`. */
export function summaryAnswer(version: 1 | 2, { status, rig, resources, restricted }: XmrigFacts) {
  const { uptimeMs, hashrates } = status;
  const shown = status.devices.filter(isThere);
  return {
    id: rig.id,
    worker_id: rig.workerId,
    uptime: seconds(uptimeMs),
    restricted,
    resources,
    features: ['api', 'http', 'tls'],
    results: { ...resultsOf(status), ...(version === 1 ? { error_log: [] } : {}) },
    algo: ALGORITHM,
    connection: { ...connectionOf(status), ...(version === 1 ? { error_log: [] } : {}) },
    version: rig.version,
    kind: 'miner',
    ua: rig.userAgent,
    cpu: cpuAnswer(rig),
    donate_level: 0,
    paused: status.held.length > 0,
    algorithms: [ALGORITHM],
    hashrate: {
      total: windowsOf(hashrates, uptimeMs),
      highest: hashrates.highest === 0 ? null : rounded(hashrates.highest),
      ...(version === 1 ? { threads: shown.map((device) => windowsOf(device.hashrates, uptimeMs)) } : {}),
    },
    // Memory in huge pages: none is asked for.
    hugepages: version === 1 ? false : [0, 0],
  };
}

/** `GET /2/backends`: the CPU, and the cards. A device is a thread. */
export function backendsAnswer({ status }: Pick<XmrigFacts, 'status'>): readonly object[] {
  const { uptimeMs } = status;
  const of = (kind: 'cpu' | 'gpu'): DeviceStatus[] =>
    status.devices.filter((device) => device.kind === kind && isThere(device));
  const common = (devices: readonly DeviceStatus[]) => ({
    enabled: devices.length > 0,
    algo: ALGORITHM,
    profile: null,
  });
  const rates = (devices: readonly DeviceStatus[], threadOf: (device: DeviceStatus) => object) =>
    devices.length === 0
      ? {}
      : { hashrate: sumOf(devices, uptimeMs), threads: devices.map((device) => threadOf(device)) };
  const [cpus, cards] = [of('cpu'), of('gpu')];
  return [
    {
      type: 'cpu',
      ...common(cpus),
      'hw-aes': null,
      priority: null,
      msr: false,
      asm: false,
      'argon2-impl': null,
      hugepages: [0, 0],
      memory: null,
      ...rates(cpus, (device) => ({
        intensity: null,
        ...affinityOf(device),
        av: null,
        hashrate: windowsOf(device.hashrates, uptimeMs),
        ...describedDevice(device),
      })),
    },
    {
      type: 'webgpu',
      ...common(cards),
      ...rates(cards, (device) => ({
        index: cards.indexOf(device),
        affinity: -1,
        hashrate: windowsOf(device.hashrates, uptimeMs),
        ...describedDevice(device),
        bus_id: device.pci === undefined ? null : shortBusId(device.pci),
      })),
    },
  ];
}

/** XMRig has one CPU a thread here, and -1 where there is none. A device of several threads that are bound has no such number. */
function affinityOf({ cpus }: DeviceStatus) {
  if (cpus === undefined) return { affinity: -1 };
  return { affinity: cpus.length === 1 ? cpus[0]! : null, cpus };
}

function describedDevice({ name, state, held, errors, sensors }: DeviceStatus) {
  const health =
    sensors === undefined
      ? {}
      : {
          health: {
            temperature: sensors.temperatureC ?? null,
            power: sensors.powerW ?? null,
            clock: sensors.coreMHz ?? null,
            mem_clock: sensors.memoryMHz ?? null,
            fan_speed: sensors.fanPercent === undefined ? [] : [sensors.fanPercent],
          },
        };
  return { name, state, held, errors, ...health };
}

/** Whether a device has a part in the mining, or may have again. */
export function isThere({ state }: Pick<DeviceStatus, 'state'>): boolean {
  return state !== 'stopped';
}

/** Accepted and refused: shares of a pool, or else blocks. */
export function outcomesOf({ shares, blocks }: MinerStatus): {
  readonly accepted: number;
  readonly rejected: number;
} {
  if (shares === undefined) return { accepted: blocks.accepted + blocks.side, rejected: blocks.rejected };
  return {
    accepted: shares.accepted,
    rejected: Object.values(shares.byReason).reduce((sum, count) => sum + count, 0),
  };
}

function resultsOf(status: MinerStatus) {
  const { accepted, rejected } = outcomesOf(status);
  const { shares } = status;
  const best = shares?.best ?? [];
  return {
    diff_current: shareHashes(status),
    shares_good: accepted,
    shares_total: accepted + rejected,
    ...averageTime(status),
    hashes_total: shares === undefined ? null : Number(shares.acceptedWork),
    best:
      shares === undefined
        ? []
        : [...best.map(Math.round), ...new Array<number>(BEST_LISTED).fill(0)].slice(0, BEST_LISTED),
  };
}

function connectionOf(status: MinerStatus) {
  const { accepted, rejected } = outcomesOf(status);
  const { session, shares, source, sessionsLost } = status;
  return {
    pool: source ?? null,
    ip: session?.peer?.address ?? null,
    uptime: session === undefined ? 0 : seconds(session.forMs),
    uptime_ms: session === undefined ? 0 : Math.round(session.forMs),
    ping: session === undefined || shares?.answerMs === undefined ? null : Math.round(shares.answerMs),
    failures: sessionsLost,
    tls: session?.peer?.tls ?? null,
    'tls-fingerprint': null,
    algo: ALGORITHM,
    diff: shareHashes(status),
    accepted,
    rejected,
    ...averageTime(status),
    hashes_total: shares === undefined ? null : Number(shares.acceptedWork),
  };
}

/** Hashes that a share stands for: what XMRig calls difficulty. Null without a pool. */
function shareHashes({ session, difficulty }: MinerStatus): number | null {
  if (session === undefined || difficulty === undefined) return null;
  return Math.round(difficulty * Number(HASHES_PER_DIFFICULTY));
}

/** Mean time between accepted results of the session; null before the first. */
function averageTime({ session }: MinerStatus) {
  if (session === undefined || session.accepted === 0) return { avg_time: null, avg_time_ms: null };
  const ms = Math.round(session.forMs / session.accepted);
  return { avg_time: seconds(ms), avg_time_ms: ms };
}

function cpuAnswer({ cpu }: Rig) {
  const { brand, family, model, stepping, aes, avx2, cores, threads, packages, arch } = cpu;
  const is64 = arch === 'x86_64' || arch === 'aarch64';
  return {
    brand,
    family,
    model,
    stepping,
    proc_info: null,
    aes,
    avx2,
    x64: is64,
    '64_bit': is64,
    l2: null,
    l3: null,
    cores,
    threads,
    packages,
    nodes: null,
    backend: null,
    msr: 'none',
    assembly: 'none',
    arch,
    flags: [...(aes === true ? ['aes'] : []), ...(avx2 === true ? ['avx2'] : [])],
  };
}

/** Rates of the last 10 s, 60 s and 15 min; null while the miner has not run that long. */
function windowsOf({ over10s, over60s, over15min }: Hashrates, uptimeMs: number): (number | null)[] {
  return [
    [over10s, 10_000],
    [over60s, 60_000],
    [over15min, 900_000],
  ].map(([rate, windowMs]) => (uptimeMs >= windowMs! ? rounded(rate!) : null));
}

function sumOf(devices: readonly DeviceStatus[], uptimeMs: number): (number | null)[] {
  const sum = (read: (rates: Hashrates) => number): number =>
    devices.reduce((total, { hashrates }) => total + read(hashrates), 0);
  const total = {
    over10s: sum(({ over10s }) => over10s),
    over60s: sum(({ over60s }) => over60s),
    over15min: sum(({ over15min }) => over15min),
    highest: 0,
  };
  return windowsOf(total, uptimeMs);
}

/** `0000:01:00.0` as XMRig has it: `01:00.0`. */
function shortBusId(pci: string): string {
  return pci.replace(/^0000:/, '');
}

const seconds = (ms: number): number => Math.floor(ms / 1000);
const rounded = (value: number): number => Math.round(value * 100) / 100;

/**
 * Child process of the bench: one card, with its search and its ceiling kernels. It times the windows by itself, so that
 * no message is in them.
 * @module
 */
import { endWithParent } from '../../miner/backends/gpu/child-channel.js';
import { endProcess } from '../../miner/backends/gpu/dawn.js';
import { openAdapter } from '../../miner/backends/gpu/open-adapter.js';
import {
  createSearchEngine,
  DISPATCHES_IN_FLIGHT,
  HARDWARE_TUNING,
  type SearchEngine,
  SOFTWARE_TUNING,
} from '../../miner/backends/gpu/search-engine.js';
import { assembleShader } from '../../shaders/assemble.js';
import { SEARCH_SHADER } from '../../shaders/shader-files.js';
import type { SearchOrder, SearchWindow } from '../contender.js';
import { CeilingEngine, HARDWARE_CHAINS, SOFTWARE_CHAINS } from './ceiling-engine.js';
import type { CardAnswer, CardAnswers, CardOrder } from './messages.js';

interface Card {
  readonly engine: SearchEngine;
  readonly ceiling: CeilingEngine;
  /** CPU time of this process, driver included, ms; undefined for a card, whose work is done elsewhere. */
  readonly cpuMs: () => number | undefined;
}

let card: Card | undefined;

function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const last: CardAnswer = { type: 'failed', message, final: true };
  if (process.connected && process.send) process.send(last, undefined, {}, endProcess);
  else endProcess();
}

async function open(order: CardOrder & { readonly type: 'open' }): Promise<CardAnswers['open']> {
  const adapter = await openAdapter(order.adapter, order.card, process.argv[2]);
  const { maxComputeWorkgroupsPerDimension } = adapter.limits;
  const device = await adapter.requestDevice({ requiredLimits: { maxComputeWorkgroupsPerDimension } });
  void device.lost.then((info) => fail(new Error(`device lost: ${info.message || info.reason}`)));
  device.addEventListener('uncapturederror', (event) => fail(new Error(`WebGPU: ${event.error.message}`)));
  const software = adapter.info.isFallbackAdapter;
  const tuning = software ? SOFTWARE_TUNING : HARDWARE_TUNING;
  const engine = await createSearchEngine(device, assembleShader(SEARCH_SHADER), tuning);
  await engine.tune();
  card = {
    engine,
    ceiling: new CeilingEngine(device, tuning, software ? SOFTWARE_CHAINS : HARDWARE_CHAINS),
    cpuMs: software ? processCpuMs : () => undefined,
  };
  return { callNonces: engine.dispatchNonces };
}

function processCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Dispatches as the miner's, as many in flight, until the time is up. */
async function searchFor(
  { engine, cpuMs }: Card,
  order: SearchOrder,
  windowMs: number,
): Promise<SearchWindow> {
  const finds: bigint[] = [];
  let hashes = 0;
  let overflow = 0;
  let next = order.start;
  const startedCpuMs = cpuMs();
  const startedMs = performance.now();
  const work = async (): Promise<void> => {
    while (performance.now() - startedMs < windowMs) {
      const count = engine.dispatchNonces;
      const start = next;
      next = BigInt.asUintN(64, next + BigInt(count));
      const result = await engine.dispatch({ ...order, start, count });
      for (const { offset } of result.finds) finds.push(BigInt.asUintN(64, start + BigInt(offset)));
      overflow += result.overflow;
      hashes += count;
    }
  };
  await Promise.all(Array.from({ length: DISPATCHES_IN_FLIGHT }, work));
  const wallMs = performance.now() - startedMs;
  const used = cpuMs();
  return { hashes, wallMs, cpuMs: used === undefined ? undefined : used - startedCpuMs!, finds, overflow };
}

async function mix({ ceiling, cpuMs }: Card, task: CardOrder & { type: 'mix' }): Promise<CardAnswers['mix']> {
  const startedCpuMs = cpuMs();
  const window = await ceiling.mix(task.task);
  const used = cpuMs();
  return { ...window, cpuMs: used === undefined ? undefined : used - startedCpuMs! };
}

async function carryOut(order: CardOrder): Promise<CardAnswers[CardOrder['type']]> {
  if (order.type === 'open') return open(order);
  if (!card) throw new Error(`expected "open" before "${order.type}"`);
  switch (order.type) {
    case 'search':
      return card.engine.search(order.range);
    case 'searchFor':
      return searchFor(card, order.order, order.windowMs);
    case 'mix':
      return mix(card, order);
  }
}

process.on('message', (order: CardOrder) => {
  carryOut(order).then((answer) => {
    const done: CardAnswer = { type: 'done', answer };
    if (process.connected) process.send?.(done, undefined, {}, () => {});
  }, fail);
});
endWithParent(endProcess);
// A terminal signals the whole group: this process ends when the bench is done with it.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});

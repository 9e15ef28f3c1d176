/**
 * One of several processes of a pool on one machine: a front end on a recording of its own.
 * @module
 */
import { mkdirSync } from 'node:fs';
import { readSettingsFile } from '../../../settings/read-settings.js';
import { systemSources } from '../../../settings/sources.js';
import { fateServiceOf } from '../../block-fates/fate-service.js';
import { parsePoolConfig } from '../../config/pool-config.js';
import type { BlockFigures } from '../../domain/block-figures.js';
import { FACTS_MS } from '../../domain/live-facts.js';
import { type FrontEnd, startFrontEnd } from '../../front-end.js';
import { createPoolMetrics } from '../../metrics/prometheus.js';
import { startStoreProbe } from '../../metrics/store-probe.js';
import { latestMoney } from '../../money/latest-money.js';
import type { Recording } from '../../recorder/open-recording.js';
import { type FrontEndPlace, takeFrontEndPlace } from '../front-end-place.js';
import { FLUSH_MS, openPoolRecording } from '../open-pool-recording.js';
import { keepYoungGenerationSmall } from '../young-generation.js';
import {
  CONFIG_VARIABLE,
  DETAILED_VARIABLE,
  type FromWorker,
  NUMBER_VARIABLE,
  type ToWorker,
  VERSION_VARIABLE,
} from './messages.js';

/** The primary may be gone: then there is nobody to tell. */
function tell(message: FromWorker): void {
  // It may go meanwhile, too: without a callback that error would end this process.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

async function main(): Promise<void> {
  const path = process.env[CONFIG_VARIABLE]!;
  const config = parsePoolConfig(readSettingsFile(path), systemSources(process.env, path));
  mkdirSync(config.dataFolder, { recursive: true, mode: 0o700 });
  const onEvent = (event: (FromWorker & { type: 'event' })['event']): void => tell({ type: 'event', event });
  let frontEnd: FrontEnd | undefined;
  const place = await takeFrontEndPlace(config.dataFolder, Number(process.env[NUMBER_VARIABLE]));
  let figures: BlockFigures | undefined;
  const onFigures = (counted: BlockFigures): void => {
    figures = counted;
  };
  const money = latestMoney(config, onEvent);
  const recording = await openPoolRecording(config, {
    onEvent,
    onNews: () => frontEnd?.readStoreAgain(),
    services: [fateServiceOf(config, place.name, { onEvent, onFigures }), ...money.services],
  });
  const detailed = process.env[DETAILED_VARIABLE] === '1';
  const version = process.env[VERSION_VARIABLE] ?? '';
  const blockFigures = (): BlockFigures | undefined => figures;
  const figuresOf = { blockFigures, moneyFigures: money.figures };
  const modules = { recording, name: place.name, onEvent, version, detailed, ...figuresOf };
  frontEnd = await startFrontEnd(config, modules).catch(async (error: unknown) => {
    await recording.close(0);
    throw error;
  });
  serve(frontEnd, { recording, place, closeOverMs: config.stop.closeOverMs });
}

interface Serving {
  readonly recording: Recording;
  readonly place: FrontEndPlace;
  readonly closeOverMs: number;
}

function serve(frontEnd: FrontEnd, { recording, place, closeOverMs }: Serving): void {
  const metrics = createPoolMetrics(() => frontEnd.metricFacts());
  startStoreProbe(recording.store, metrics.noteStoreLatency);
  const tellFacts = (): void => {
    const { ready, nodes, journal, store, polw } = frontEnd.metricFacts();
    const facts = frontEnd.liveFacts();
    const refusedLogins = frontEnd.refusedLogins();
    const told = { ready, nodes, journal, store, polw, refusedLogins };
    tell({ type: 'facts', facts, status: frontEnd.status(), frontEnd: told });
  };
  tellFacts();
  const timer = setInterval(tellFacts, FACTS_MS);
  let ending = false;
  const end = async (): Promise<void> => {
    if (ending) return;
    ending = true;
    clearInterval(timer);
    await frontEnd.close(closeOverMs);
    // Its last figures, up to the end.
    tellFacts();
    await recording.close(FLUSH_MS);
    place.release();
    process.exit(0);
  };
  process.on('message', (message: ToWorker) => {
    if (message.type === 'stop') void end();
    else if (message.type === 'reload') frontEnd.reload();
    else if (message.type === 'connections')
      tell({ type: 'connections', id: message.id, page: frontEnd.pool.connections(message.query) });
    else if (message.type === 'withdraw' || message.type === 'cancel') void answerPolw(frontEnd, message);
    else void metrics.snapshot().then((snapshot) => tell({ type: 'metrics', id: message.id, snapshot }));
  });
  void frontEnd.failure.then(({ message }) => {
    tell({ type: 'failed', message, code: undefined, fatal: true });
    void end();
  });
  keepYoungGenerationSmall();
  tell({ type: 'ready', ports: frontEnd.ports });
}

/** While the store is away there is no answer. */
async function answerPolw(
  { polw }: FrontEnd,
  message: ToWorker & { readonly type: 'withdraw' | 'cancel' },
): Promise<void> {
  const { id } = message;
  try {
    if (polw === undefined) return;
    if (message.type === 'withdraw')
      tell({ type: 'withdraw', id, outcome: await polw.withdraw(message.order) });
    else tell({ type: 'cancel', id, cancelled: await polw.cancel(message.withdrawal) });
  } catch {
    // The primary says so after a while.
  }
}

// A terminal sends its signals to all processes of the pool: the primary says when to stop.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

// Without its primary nobody could stop it any more, and the next one will want its place: node:cluster ends it at once
// then. What miners were told is in the journal.
try {
  await main();
} catch (error) {
  const { message: text, code } = error as NodeJS.ErrnoException;
  const message: FromWorker = { type: 'failed', message: text, code, fatal: false };
  process.send?.(message, undefined, undefined, () => process.exit(1));
}

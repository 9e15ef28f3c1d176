/**
 * The page of a rig: asks the miner for its status every two seconds and shows it. `miner/api/page/` has its document and style.
 * @module
 */
import type { MinerStatus } from '../../miner/core/events.js';
import { formatDuration, formatHashrate } from '../../protocol/quantity-text.js';
import { deviceTable } from './device-columns.js';
import { element, fillList, showDevices, showStanding } from './elements.js';
import { RefusedError, RigApi } from './rig-api.js';
import { resultRows, sourceRows, standing } from './rig-words.js';
import { Sparkline } from './sparkline.js';

const EVERY_MS = 2_000;

/** What is looked at of `/2/summary`. */
interface Summary {
  readonly version: string;
  readonly worker_id: string;
  /** Whether nothing can be changed. */
  readonly restricted: boolean;
}

const api = new RigApi();
const sparkline = new Sparkline();
let summary: Summary | undefined;
let status: MinerStatus | undefined;
let lastMs: number | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
let asking = false;

async function refresh(): Promise<void> {
  clearTimeout(timer);
  if (asking) return;
  asking = true;
  try {
    summary ??= await api.ask<Summary>('2/summary');
    status = await api.ask<MinerStatus>('status');
    lastMs = Date.now();
    sparkline.add(status.hashrates.over10s);
    element('login').hidden = true;
    element('away').hidden = true;
    show(status, summary);
  } catch (error) {
    if (error instanceof RefusedError && error.wantsToken) askForToken(error);
    else showAway(error);
  } finally {
    asking = false;
  }
  if (!document.hidden && element('login').hidden) timer = setTimeout(() => void refresh(), EVERY_MS);
}

function askForToken({ message }: RefusedError): void {
  element('content').hidden = true;
  element('login-fault').textContent = api.hasToken ? message : '';
  element('login').hidden = false;
  element('actions').hidden = true;
  showStanding('Locked', '');
  api.setToken(null);
  element('token').focus();
}

function showAway(error: unknown): void {
  const since = lastMs === undefined ? '' : ` What you see is of ${new Date(lastMs).toLocaleTimeString()}.`;
  const why =
    error instanceof RefusedError ? `The miner answers: ${error.message}.` : 'The miner does not answer.';
  element('away').textContent = `${why} This page goes on asking.${since}`;
  element('away').hidden = false;
  element('content').classList.add('old');
  element('actions').hidden = true;
  // The next one may be another version, with another token.
  summary = undefined;
  showStanding('Away', 'bad');
  document.title = 'away · lesswork';
}

function show(present: MinerStatus, { version, worker_id: rig, restricted }: Summary): void {
  const { hashrates, held, shares, totalHashes, staleHashes, uptimeMs } = present;
  element('content').hidden = false;
  element('content').classList.remove('old');
  element('rig').textContent = rig;
  showStanding(...standing(present));
  element('actions').hidden = restricted;
  element('pause').textContent = held.includes('user') ? 'Resume' : 'Pause';
  document.title = `${formatHashrate(hashrates.over10s)} · ${rig}`;
  element('rate').textContent = formatHashrate(hashrates.over10s);
  fillList('windows', [
    ['60 s', formatHashrate(hashrates.over60s)],
    ['15 min', formatHashrate(hashrates.over15min)],
    ['highest', hashrates.highest === 0 ? '–' : formatHashrate(hashrates.highest)],
  ]);
  draw();
  element('source-title').textContent = shares === undefined ? 'Node' : 'Pool';
  fillList('source', sourceRows(present));
  element('results-title').textContent = shares === undefined ? 'Blocks' : 'Shares';
  fillList('results', resultRows(present));
  showDevices(deviceTable(present.devices));
  const stale = totalHashes === 0 ? 0 : staleHashes / totalHashes;
  element('footer').textContent = [
    `lesswork ${version}`,
    `up ${formatDuration(uptimeMs)}`,
    `${(stale * 100).toFixed(2)} % of hashes stale`,
  ].join(' · ');
}

function draw(): void {
  const { line } = sparkline;
  element('chart').style.display = line === undefined ? 'none' : '';
  element('line').setAttribute('points', line?.points ?? '');
  element('area').setAttribute('d', line?.area ?? '');
}

element('login').addEventListener('submit', (event) => {
  event.preventDefault();
  const field = element<HTMLInputElement>('token');
  api.setToken(field.value);
  field.value = '';
  element('login').hidden = true;
  void refresh();
});

element('pause').addEventListener('click', async () => {
  const button = element<HTMLButtonElement>('pause');
  button.disabled = true;
  try {
    await api.ask('json_rpc', { method: status?.held.includes('user') ? 'resume' : 'pause', id: 1 });
    await refresh();
  } catch (error) {
    showAway(error);
  } finally {
    button.disabled = false;
  }
});

document.addEventListener('visibilitychange', () => {
  if (!document.hidden && element('login').hidden) void refresh();
});

void refresh();

/**
 * The page of a rig: asks the miner for its status every two seconds and shows it. What comes from outside, as names of
 * devices and pools do, goes into text nodes alone.
 */

const EVERY_MS = 2_000;
const ANSWER_MS = 5_000;

/** Points of the chart, at most and at first: ten minutes, and one. */
const POINTS = 300;
const FIRST_POINTS = 30;

/** Of the chart's own coordinates. */
const WIDTH = 300;
const HEIGHT = 60;

const HELD = { user: 'Paused', temperature: 'Too hot', battery: 'On battery', schedule: 'Off schedule' };
const STATES = {
  starting: 'starting',
  mining: 'mining',
  idle: 'no work',
  away: 'coming back',
  failed: 'given up',
};
const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P'];

/** Rates of ten seconds, the newest last. */
const rates = [];
let token = sessionStorage.getItem('token');
let summary;
let status;
let lastMs;
let timer;
let asking = false;

const element = (id) => document.getElementById(id);

/** Asks the API. Throws an error with the HTTP status, where there was an answer. */
async function ask(path, body) {
  const response = await fetch(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  if (response.ok) return await response.json();
  const told = await response.json().catch(() => ({}));
  throw Object.assign(new Error(told.error ?? `HTTP ${response.status}`), { status: response.status });
}

async function refresh() {
  clearTimeout(timer);
  if (asking) return;
  asking = true;
  try {
    summary ??= await ask('2/summary');
    status = await ask('status');
    lastMs = Date.now();
    rates.push(status.hashrates.over10s);
    if (rates.length > POINTS) rates.shift();
    element('login').hidden = true;
    element('away').hidden = true;
    show();
  } catch (error) {
    if (error.status === 401 || error.status === 403) askForToken(error);
    else showAway(error);
  } finally {
    asking = false;
  }
  if (!document.hidden && element('login').hidden) timer = setTimeout(refresh, EVERY_MS);
}

function askForToken(error) {
  element('content').hidden = true;
  element('login-fault').textContent = token === null ? '' : error.message;
  element('login').hidden = false;
  element('actions').hidden = true;
  setState('Locked', '');
  token = null;
  sessionStorage.removeItem('token');
  element('token').focus();
}

function showAway(error) {
  const since = lastMs === undefined ? '' : ` What you see is of ${new Date(lastMs).toLocaleTimeString()}.`;
  const why =
    error.status === undefined ? 'The miner does not answer.' : `The miner answers: ${error.message}.`;
  element('away').textContent = `${why} This page goes on asking.${since}`;
  element('away').hidden = false;
  element('content').classList.add('old');
  element('actions').hidden = true;
  // The next one may be another version, with another token.
  summary = undefined;
  setState('Away', 'bad');
  document.title = 'away · lesswork';
}

function setState(text, kind) {
  const state = element('state');
  // A screen reader tells changes alone.
  if (state.textContent !== text) state.textContent = text;
  state.className = `state ${kind}`;
}

function show() {
  const { hashrates, held, shares } = status;
  element('content').hidden = false;
  element('content').classList.remove('old');
  element('rig').textContent = summary.worker_id;
  const [text, kind] = stateOf(status);
  setState(text, kind);
  element('actions').hidden = summary.restricted;
  element('pause').textContent = held.includes('user') ? 'Resume' : 'Pause';
  document.title = `${rateText(hashrates.over10s)} · ${summary.worker_id}`;
  element('rate').textContent = rateText(hashrates.over10s);
  fill('windows', [
    ['60 s', rateText(hashrates.over60s)],
    ['15 min', rateText(hashrates.over15min)],
    ['highest', hashrates.highest === 0 ? '–' : rateText(hashrates.highest)],
  ]);
  draw();
  const isPool = shares !== undefined;
  element('source-title').textContent = isPool ? 'Pool' : 'Node';
  fill('source', isPool ? poolRows() : nodeRows());
  element('results-title').textContent = isPool ? 'Shares' : 'Blocks';
  fill('results', isPool ? shareRows() : blockRows());
  showDevices();
  const stale = status.totalHashes === 0 ? 0 : status.staleHashes / status.totalHashes;
  element('footer').textContent = [
    `lesswork ${summary.version}`,
    `up ${durationText(status.uptimeMs)}`,
    `${(stale * 100).toFixed(2)} % of hashes stale`,
  ].join(' · ');
}

function stateOf({ held, source, progress, idle }) {
  if (held.length > 0) return [held.map((reason) => HELD[reason] ?? reason).join(', '), 'held'];
  if (source === undefined)
    return [
      progress === undefined ? 'Connecting' : `${progress.name}: ${progress.reason ?? progress.state}`,
      'bad',
    ];
  return idle === undefined ? ['Mining', 'well'] : ['No work', 'held'];
}

function connectionRows() {
  const { source, session, sessionsLost } = status;
  return [
    ['Host', source ?? 'none at the moment'],
    ['Connected', session === undefined ? 'no' : `for ${durationText(session.forMs)}`],
    ['Connections lost', String(sessionsLost), sessionsLost > 0 ? '' : 'well'],
  ];
}

function poolRows() {
  const { shares, difficulty } = status;
  return [
    ...connectionRows(),
    ['Difficulty', difficulty === undefined ? '–' : Number(difficulty.toPrecision(4)).toString()],
    ['Answers in', shares.answerMs === undefined ? '–' : `${Math.round(shares.answerMs)} ms`],
    ['Credited', `${rateText(shares.credited.hashesPerSecond)}${errorText(shares.credited.error)}`],
  ];
}

function nodeRows() {
  return connectionRows();
}

function errorText(error) {
  return typeof error === 'number' && Number.isFinite(error) ? ` ± ${Math.round(error * 100)} %` : '';
}

function shareRows() {
  const { accepted, byReason, stale, unanswered, unsent } = status.shares;
  const refused = Object.entries(byReason).map(([reason, count]) => [
    `Refused: ${words(reason)}`,
    count,
    'bad',
  ]);
  const unsentStale = stale - (byReason.stale ?? 0);
  const lost = [
    ['Stale, not sent', unsentStale],
    ['Unanswered', unanswered],
    ['Not sent', unsent],
  ].filter(([, count]) => count > 0);
  return [
    ['Accepted', accepted],
    ...(refused.length === 0 ? [['Refused', 0]] : refused),
    ...lost,
    ['Blocks', status.blocks.found],
  ].map(countRow);
}

function blockRows() {
  const { found, accepted, side, ...others } = status.blocks;
  const rest = Object.entries(others).map(([name, count]) => [
    words(name),
    count,
    name === 'rejected' ? 'bad' : '',
  ]);
  return [
    ['Found', found],
    ['Accepted', accepted],
    ['Side blocks', side],
    ...rest.filter(([, count]) => count > 0),
  ].map(countRow);
}

function countRow([name, count, kind]) {
  return [name, count.toLocaleString('en-US'), kind];
}

/** `lowDifficulty` as `low difficulty`, with a capital first where it stands alone. */
function words(name) {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** Puts rows of a name, a text, and perhaps a class into a list. */
function fill(id, rows) {
  element(id).replaceChildren(
    ...rows.map(([name, text, kind]) => {
      const row = document.createElement('div');
      if (kind) row.className = kind;
      row.append(withText('dt', name), withText('dd', text));
      return row;
    }),
  );
}

function withText(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

const COLUMNS = [
  ['State', (device) => [stateText(device), stateKind(device)]],
  ['10 s', ({ hashrates }) => [rateText(hashrates.over10s)]],
  ['60 s', ({ hashrates }) => [rateText(hashrates.over60s)]],
  ['15 min', ({ hashrates }) => [rateText(hashrates.over15min)]],
  // One of several cards of a name is no hotter than the hottest of them.
  [
    'Temp.',
    ({ sensors, among }) => [
      among?.hottestC === undefined
        ? measured(sensors?.temperatureC, '°C')
        : `≤ ${measured(among.hottestC, '°C')}`,
    ],
  ],
  ['Power', ({ sensors }) => [measured(sensors?.powerW, 'W')]],
  ['Fan', ({ sensors }) => [measured(sensors?.fanPercent, '%')]],
  [
    'Efficiency',
    ({ hashesPerJoule }) => [hashesPerJoule === undefined ? '' : `${siText(hashesPerJoule)}H/J`],
  ],
  ['Errors', ({ errors }) => [errors.toLocaleString('en-US'), errors > 0 ? 'bad' : '']],
];

function stateText({ state, held }) {
  if (held.length > 0 && state !== 'failed')
    return held
      .map((reason) => HELD[reason] ?? reason)
      .join(', ')
      .toLowerCase();
  return STATES[state] ?? state;
}

function stateKind({ state, held }) {
  if (state === 'failed' || state === 'away') return 'bad';
  return held.length > 0 || state === 'idle' ? 'held' : '';
}

function measured(value, unit) {
  return value === undefined ? '' : `${Math.round(value)} ${unit}`;
}

function showDevices() {
  const devices = status.devices.filter(({ state }) => state !== 'stopped');
  const rows = devices.map((device) => COLUMNS.map(([, read]) => read(device)));
  // What nobody measures here has no column.
  const shown = COLUMNS.map((_column, i) => i < 4 || rows.some((row) => row[i][0] !== ''));
  element('device-heads').replaceChildren(
    ...['Device', ...COLUMNS.filter((_column, i) => shown[i]).map(([name]) => name)].map((name) => {
      const head = withText('th', name);
      head.scope = 'col';
      return head;
    }),
  );
  element('devices').replaceChildren(
    ...rows.map((cells, i) => {
      const row = document.createElement('tr');
      const name = withText('th', devices[i].name);
      name.scope = 'row';
      row.append(name);
      for (const [column, [text, kind]] of cells.entries()) {
        if (!shown[column]) continue;
        const cell = withText('td', text === '' ? '–' : text);
        cell.dataset.name = COLUMNS[column][0];
        if (text === '') cell.className = 'none';
        else if (kind) cell.className = kind;
        row.append(cell);
      }
      return row;
    }),
  );
}

function draw() {
  const top = Math.max(...rates, 1) * 1.05;
  const step = WIDTH / (Math.max(rates.length, FIRST_POINTS) - 1);
  const points = rates.map((rate, i) => {
    const x = WIDTH - (rates.length - 1 - i) * step;
    return `${x.toFixed(1)},${(HEIGHT - (rate / top) * HEIGHT).toFixed(1)}`;
  });
  element('chart').style.display = rates.length < 2 ? 'none' : '';
  element('line').setAttribute('points', points.join(' '));
  const first = points[0].split(',')[0];
  element('area').setAttribute('d', `M${first},${HEIGHT} L${points.join(' L')} L${WIDTH},${HEIGHT} Z`);
}

/** Three digits that count, before the unit's prefix: `8.40 M`. */
function siText(value) {
  let scaled = value;
  let power = 0;
  while (scaled >= 999.5 && power < PREFIXES.length - 1) {
    scaled /= 1000;
    power++;
  }
  const digits = scaled >= 99.95 || (power === 0 && Number.isInteger(scaled)) ? 0 : scaled >= 9.995 ? 1 : 2;
  return `${scaled.toFixed(digits)} ${PREFIXES[power]}`;
}

function rateText(hashesPerSecond) {
  return `${siText(hashesPerSecond)}H/s`;
}

/** The two largest units that a time has: `3 d 4 h`. */
function durationText(ms) {
  const seconds = Math.floor(ms / 1000);
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first === -1) return '0 s';
  return parts
    .slice(first, first + 2)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

element('login').addEventListener('submit', (event) => {
  event.preventDefault();
  token = element('token').value;
  sessionStorage.setItem('token', token);
  element('token').value = '';
  element('login').hidden = true;
  refresh();
});

element('pause').addEventListener('click', async () => {
  const button = element('pause');
  button.disabled = true;
  try {
    await ask('json_rpc', { method: status.held.includes('user') ? 'resume' : 'pause', id: 1 });
    await refresh();
  } catch (error) {
    showAway(error);
  } finally {
    button.disabled = false;
  }
});

document.addEventListener('visibilitychange', () => {
  if (!document.hidden && element('login').hidden) refresh();
});

refresh();

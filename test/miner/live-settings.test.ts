import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { type MinerSettings, parseMinerConfig } from '../../miner/config/miner-config.js';
import { HIDDEN } from '../../miner/config/schema.js';
import { controlOf, withSettings } from '../../miner/control.js';
import { type LiveParts, LiveSettings } from '../../miner/live-settings.js';
import { configSources } from '../support/config-sources.js';

const ADDRESS = '14gv16y2bEDYV6LaV3iqbJc9n7WT2zromQ1reBKebZc8E';
const env: Record<string, string> = {};
const SOURCES = { ...configSources(env), env, cpuThreads: 4 };
const POOL = { pools: ['a:1'], user: ADDRESS };

const parse = (value: unknown): MinerSettings => parseMinerConfig(value, SOURCES);

let file: unknown;
let kept: unknown[];
let calls: string[];
let fault: string | undefined;
let notKept: string | Error | undefined;

beforeEach(() => {
  kept = [];
  calls = [];
  fault = undefined;
  notKept = undefined;
  env.KEY = 'one';
});

function live(config: object): LiveSettings {
  file = config;
  const part = (name: string) => (settings: MinerSettings) => {
    calls.push(`${name} ${settings.threads}`);
    if (fault === name) throw new Error(`"device" voodoo is not here`);
  };
  const parts: LiveParts = {
    log: part('log'),
    devices: part('devices'),
    work: part('work'),
    care: part('care'),
    report: part('report'),
  };
  const place = {
    load: () => parse(file),
    parse,
    keep: async (value: unknown) => {
      if (notKept instanceof Error) throw notKept;
      kept.push(value);
      return notKept;
    },
  };
  return new LiveSettings(parse(config), place, parts);
}

test('each part hears of its settings alone, those that may fail first', async () => {
  const settings = live(POOL);
  file = {
    ...POOL,
    threads: 2,
    pools: ['b:1'],
    logLevel: 'warn',
    limits: { loadPercent: 50 },
    log: { file: '/l' },
  };
  assert.deepEqual(await settings.reload(), {
    applied: true,
    changed: ['pools', 'threads', 'limits', 'logLevel', 'log'],
    atRestart: [],
    written: true,
  });
  assert.deepEqual(calls, ['log 2', 'devices 2', 'work 2', 'care 2', 'report 2']);
  calls = [];
  assert.deepEqual(await settings.reload(), { applied: true, changed: [], atRestart: [], written: true });
  file = { ...(file as object), threads: 3 };
  await settings.reload();
  assert.deepEqual(calls, ['devices 3']);
});

test('faults are told, and all is as before', async () => {
  const settings = live(POOL);
  file = { ...POOL, thread: 2, logLevel: 'loud' };
  const outcome = await settings.reload();
  assert.ok(!outcome.applied);
  assert.equal(outcome.problems.length, 2);
  assert.deepEqual([calls, settings.present.threads], [[], undefined]);
});

test('what can not be done is taken back', async () => {
  const settings = live({ ...POOL, threads: 1 });
  fault = 'devices';
  file = { ...POOL, threads: 2, devices: ['voodoo'], log: { file: '/l' }, quiet: true };
  assert.deepEqual(await settings.reload(), { applied: false, problems: ['"device" voodoo is not here'] });
  assert.deepEqual(calls, ['log 2', 'devices 2', 'log 1']);
  assert.equal(settings.present.quiet, false);
});

test('what holds from the next start on is told each time, and does not count until then', async () => {
  const settings = live(POOL);
  file = { ...POOL, json: true, threads: 2 };
  for (const changed of [['threads'], []])
    assert.deepEqual(await settings.reload(), { applied: true, changed, atRestart: ['json'], written: true });
  assert.equal(settings.present.json, false);
  assert.deepEqual(settings.present.file, { ...POOL, threads: 2 });
});

test('with coins to burn, and with a work log for another user, what is mined for stays', async () => {
  const burning = live({ nodes: [{}], polw: { authorizations: '/a' } });
  file = POOL;
  const outcome = await burning.reload();
  assert.ok(outcome.applied);
  assert.deepEqual(outcome.changed, []);
  assert.ok(outcome.atRestart.includes('nodes') && outcome.atRestart.includes('polw'));
  const logging = live({ ...POOL, workLog: '/w' });
  file = { ...POOL, workLog: '/w', pools: ['b:1'] };
  assert.deepEqual(((await logging.reload()) as { changed: unknown }).changed, ['pools']);
  file = { ...POOL, workLog: '/w', pools: ['b:1'], user: `${ADDRESS}.other` };
  assert.deepEqual(((await logging.reload()) as { atRestart: unknown }).atRestart, ['user']);
});

test('a secret that is another one behind the same name is taken up', async () => {
  const settings = live({ nodes: [{}], apiKey: { env: 'KEY' } });
  env.KEY = 'two';
  assert.deepEqual(((await settings.reload()) as { changed: unknown }).changed, ['apiKey']);
  assert.equal(settings.present.apiKey?.reveal(), 'two');
});

test('what a program gives is taken up and kept; why it is not kept is said', async () => {
  const settings = live({ ...POOL, password: 'p-7' });
  const control = withSettings(
    controlOf({} as never, () => {}),
    settings,
  );
  assert.equal(control.settings().file.password, HIDDEN);
  const value = { ...POOL, threads: 2 };
  assert.deepEqual(await control.apply(value), {
    applied: true,
    changed: ['password', 'threads'],
    atRestart: [],
    written: true,
  });
  assert.deepEqual(kept, [value]);
  for (const [threads, given, said] of [
    [1, 'there is no --config', 'there is no --config'],
    [3, new Error('/x: EROFS'), '/x: EROFS'],
  ] as const) {
    notKept = given;
    assert.deepEqual(await control.apply({ ...POOL, threads }), {
      applied: true,
      changed: ['threads'],
      atRestart: [],
      written: false,
      notWritten: said,
    });
  }
  for (const wrong of [null, 'text', [], { pools: 7 }]) {
    const outcome = await control.apply(wrong);
    assert.equal(outcome.applied, false);
  }
});

test('changes at once are made one after the other', async () => {
  const settings = live(POOL);
  const outcomes = await Promise.all([1, 2, 3].map((threads) => settings.apply({ ...POOL, threads })));
  assert.ok(outcomes.every((outcome) => outcome.applied));
  assert.deepEqual(calls, ['devices 1', 'devices 2', 'devices 3']);
});

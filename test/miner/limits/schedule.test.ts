import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeTime, parseSchedule, type WallTime } from '../../../miner/limits/schedule.js';

const [SUN, MON, TUE, WED, THU, FRI, SAT] = [0, 1, 2, 3, 4, 5, 6];

/** A time of a day: `[MON, '22:00']`. */
function at(day: number, clock: string): WallTime {
  const [hours, minutes] = clock.split(':').map(Number);
  return { day, minute: hours! * 60 + minutes! };
}

for (const [text, inside, outside] of [
  [
    '22:00-06:00',
    [at(MON, '22:00'), at(TUE, '05:59'), at(SAT, '23:59'), at(SUN, '00:00'), at(SUN, '03:00')],
    [at(MON, '21:59'), at(TUE, '06:00'), at(SUN, '12:00')],
  ],
  [
    'Mon-Fri 22:00-06:00, Sat-Sun',
    [at(MON, '22:00'), at(SAT, '05:00'), at(SAT, '12:00'), at(SUN, '23:59'), at(FRI, '23:00')],
    // Monday's early hours would belong to Sunday's night, which has none.
    [at(MON, '00:00'), at(MON, '05:00'), at(FRI, '21:59')],
  ],
  ['sat', [at(SAT, '00:00'), at(SAT, '23:59')], [at(FRI, '23:59'), at(SUN, '00:00')]],
  [
    'Sat 20:00-04:00',
    [at(SAT, '20:00'), at(SUN, '03:59')],
    [at(SUN, '04:00'), at(SUN, '20:00'), at(SAT, '03:00')],
  ],
  [
    'Fri-Mon',
    [at(FRI, '00:00'), at(SAT, '1:00'), at(SUN, '1:00'), at(MON, '23:59')],
    [at(TUE, '0:00'), at(THU, '23:59')],
  ],
  [
    '  Monday - tuesday   9:00 - 17:30 ',
    [at(MON, '9:00'), at(TUE, '17:29')],
    [at(MON, '17:30'), at(WED, '10:00')],
  ],
  ['00:00-24:00', [at(SUN, '0:00'), at(WED, '23:59')], []],
  ['Wed 18:00-24:00', [at(WED, '18:00'), at(WED, '23:59')], [at(THU, '00:00')]],
  ['Wed 10:00-11:00, Wed 10:30-12:00', [at(WED, '10:45'), at(WED, '11:59')], [at(WED, '12:00')]],
] as const)
  test(`${text}: in and out`, () => {
    const schedule = parseSchedule(text);
    for (const time of inside) assert.equal(schedule.includes(time), true, JSON.stringify(time));
    for (const time of outside) assert.equal(schedule.includes(time), false, JSON.stringify(time));
  });

for (const [text, fault] of [
  ['', /days, hours or both/],
  [',', /days, hours or both/],
  ['22:00', /days, hours or both/],
  ['22:00-', /days, hours or both/],
  ['22-06', /days, hours or both/],
  ['Mon-Fri22:00-06:00', /days, hours or both/],
  ['Mon,', /days, hours or both/],
  ['Mon-Fri-Sun', /days, hours or both/],
  ['22:00-06:00 Mon', /days, hours or both/],
  ['Montag', /a day, one of Sun, Mon, .*got "Montag"/],
  ['Mon-Fry 1:00-2:00', /got "Fry"/],
  ['mo', /got "mo"/],
  ['24:01-06:00', /a time from 00:00 to 24:00, got "24:01"/],
  ['10:60-11:00', /got "10:60"/],
  ['99:99-06:00', /got "99:99"/],
  ['24:00-06:00', /begin before 24:00/],
  ['08:00-08:00', /another time than they begin \(all day: 00:00-24:00\)/],
  ['x'.repeat(1_000_000), /at most 1000 characters, got 1000000/],
  [new Array(65).fill('Mon').join(','), /at most 64 entries, got 65/],
] as const)
  test(`${JSON.stringify(text.slice(0, 30))} is refused`, () => {
    assert.throws(
      () => parseSchedule(text),
      (error) => error instanceof RangeError && fault.test(error.message),
    );
  });

/** Clocks in Berlin: an hour ahead of UTC, two from the last Sunday of March to that of October. */
function berlin(epochMs: number): WallTime {
  const summer = epochMs >= Date.UTC(2026, 2, 29, 1) && epochMs < Date.UTC(2026, 9, 25, 1) ? 2 : 1;
  const date = new Date(epochMs + summer * 3_600_000);
  return { day: date.getUTCDay(), minute: date.getUTCHours() * 60 + date.getUTCMinutes() };
}

test('the next change, to the minute, across midnight and the end of the week', () => {
  const schedule = parseSchedule('Mon-Fri 22:00-06:00, Sat-Sun');
  const next = (...utc: [number, number, number, number, number]): string =>
    new Date(schedule.nextChange(Date.UTC(...utc) + 12_345, berlin)!).toISOString();
  // Wednesday 12:00 in Berlin, in winter.
  assert.equal(next(2026, 10, 25, 11, 0), '2026-11-25T21:00:00.000Z');
  assert.equal(next(2026, 10, 25, 21, 0), '2026-11-26T05:00:00.000Z');
  // Friday night goes over into the weekend, which ends on Sunday at midnight.
  assert.equal(next(2026, 10, 27, 22, 0), '2026-11-29T23:00:00.000Z');
});

test('where clocks are put forward past an end, the hours end then; where they are put back, they are longer', () => {
  const night = parseSchedule('22:00-02:30');
  assert.equal(
    new Date(night.nextChange(Date.UTC(2026, 2, 28, 23), berlin)!).toISOString(),
    '2026-03-29T01:00:00.000Z',
  );
  // 02:30 comes twice, and the hour before it does: mined from 22:00 to the first 02:30, and again from 02:00 to 02:30.
  const times: string[] = [];
  let ms = Date.UTC(2026, 9, 24, 12);
  for (let i = 0; i < 4; i++) {
    ms = night.nextChange(ms, berlin)!;
    times.push(new Date(ms).toISOString().slice(8, 16));
  }
  assert.deepEqual(times, ['24T20:00', '25T00:30', '25T01:00', '25T01:30']);
});

test('always is never changed', () => {
  assert.equal(parseSchedule('00:00-24:00').nextChange(0, berlin), undefined);
  assert.equal(parseSchedule('Sun-Sat').nextChange(0, berlin), undefined);
});

test('a time in words: with its day where it is not soon', () => {
  const nowMs = Date.UTC(2026, 10, 25, 11);
  assert.equal(describeTime(Date.UTC(2026, 10, 26, 5, 5), nowMs, berlin), '06:05');
  assert.equal(describeTime(Date.UTC(2026, 10, 30, 21), nowMs, berlin), 'Mon 22:00');
});

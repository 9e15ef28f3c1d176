/**
 * The hours to mine in, of each week, by the clock of this place: `22:00-06:00`, `Mon-Fri 22:00-06:00, Sat-Sun`.
 *
 * Hours are those that a clock on the wall shows. Where it is put forward past the end of some, they end then; an hour that
 * comes twice counts twice.
 * @module
 */

/** Longest schedule, characters. */
const MAX_SCHEDULE_CHARS = 1_000;

/** Most entries of a schedule. */
const MAX_ENTRIES = 64;

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const DAY_MINUTES = 1_440;
const WEEK_MINUTES = 7 * DAY_MINUTES;

/** Minutes of the week, from Sunday 0:00 on. */
interface Span {
  readonly start: number;
  /** After `start`; past the end of the week it goes on at its beginning. */
  readonly end: number;
}

/** What a clock on the wall shows. */
export interface WallTime {
  /** 0 is Sunday. */
  readonly day: number;
  /** Since midnight, 0 to 1439. */
  readonly minute: number;
}

/** What the clocks of this place show. @param epochMs - ms since the epoch */
export function localWallTime(epochMs: number): WallTime {
  const date = new Date(epochMs);
  return { day: date.getDay(), minute: date.getHours() * 60 + date.getMinutes() };
}

/** A week's hours. Pure. */
export class Schedule {
  /** As it was written. */
  readonly text: string;
  readonly #spans: readonly Span[];

  /** @internal made by `parseSchedule` */
  constructor(text: string, spans: readonly Span[]) {
    this.text = text;
    this.#spans = spans;
  }

  /** Whether that is in the hours. */
  includes({ day, minute }: WallTime): boolean {
    const at = day * DAY_MINUTES + minute;
    return this.#spans.some(({ start, end }) => (at >= start && at < end) || at + WEEK_MINUTES < end);
  }

  /**
   * When that changes next, ms since the epoch, to the minute.
   * @param wallTime - what clocks show at a time
   * @returns undefined if it never does
   */
  nextChange(nowMs: number, wallTime: (epochMs: number) => WallTime): number | undefined {
    const now = this.includes(wallTime(nowMs));
    const minute = Math.floor(nowMs / 60_000);
    // A day more than a week: clocks may be put on or back meanwhile.
    for (let ahead = 1; ahead <= WEEK_MINUTES + DAY_MINUTES; ahead++) {
      const atMs = (minute + ahead) * 60_000;
      if (this.includes(wallTime(atMs)) !== now) return atMs;
    }
    return undefined;
  }
}

/**
 * A schedule: entries with commas between them, each of days (`Mon`, `Mon-Fri`, `Sat-Mon`), of hours (`22:00-06:00`), or of
 * both. Without days it is every day, without hours all day. Hours that end before they begin end on the next day.
 * @throws RangeError that says what is wrong, and where
 */
export function parseSchedule(text: string): Schedule {
  if (text.length > MAX_SCHEDULE_CHARS)
    throw new RangeError(
      `expected a schedule of at most ${MAX_SCHEDULE_CHARS} characters, got ${text.length}`,
    );
  const entries = text.split(',').map((entry) => entry.trim().replace(/\s+/g, ' '));
  if (entries.length > MAX_ENTRIES)
    throw new RangeError(`expected a schedule of at most ${MAX_ENTRIES} entries, got ${entries.length}`);
  return new Schedule(text.trim(), entries.flatMap(parseEntry));
}

function parseEntry(entry: string): Span[] {
  const match = /^(?:([a-z]+)(?: ?- ?([a-z]+))?)?(?:^| |$)(?:(\d{1,2}:\d{2}) ?- ?(\d{1,2}:\d{2}))?$/i.exec(
    entry,
  );
  if (entry === '' || match === null)
    throw new RangeError(
      `expected days, hours or both, such as 22:00-06:00, Sat-Sun, or Mon-Fri 22:00-06:00, got ${JSON.stringify(entry)}`,
    );
  const [, firstDay, lastDay = firstDay, from, to] = match;
  const first = firstDay === undefined ? 0 : dayOf(firstDay);
  const days = firstDay === undefined ? 7 : ((dayOf(lastDay!) - first + 7) % 7) + 1;
  const start = from === undefined ? 0 : minutesOf(from);
  let end = to === undefined ? DAY_MINUTES : minutesOf(to);
  if (start === DAY_MINUTES)
    throw new RangeError(`expected hours that begin before 24:00, got ${JSON.stringify(entry)}`);
  if (start === end)
    throw new RangeError(
      `expected hours that end at another time than they begin (all day: 00:00-24:00), got ${JSON.stringify(entry)}`,
    );
  if (end < start) end += DAY_MINUTES;
  return Array.from({ length: days }, (_, index) => {
    const midnight = ((first + index) % 7) * DAY_MINUTES;
    return { start: midnight + start, end: midnight + end };
  });
}

/** Three letters, or the whole word in English. */
function dayOf(word: string): number {
  const wanted = word.toLowerCase();
  const names = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
  const index = names.findIndex((name) => name === wanted || name.slice(0, 3) === wanted);
  if (index === -1)
    throw new RangeError(`expected a day, one of ${DAYS.join(', ')}, got ${JSON.stringify(word)}`);
  return index;
}

function minutesOf(text: string): number {
  const [hours, minutes] = text.split(':').map(Number);
  const total = hours! * 60 + minutes!;
  if (minutes! > 59 || total > DAY_MINUTES)
    throw new RangeError(`expected a time from 00:00 to 24:00, got ${JSON.stringify(text)}`);
  return total;
}

/** A time of the next days in words: `06:00`, `Mon 22:00`. @param epochMs, nowMs - ms since the epoch */
export function describeTime(
  epochMs: number,
  nowMs: number,
  wallTime: (epochMs: number) => WallTime,
): string {
  const { day, minute } = wallTime(epochMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
  return epochMs - nowMs < DAY_MINUTES * 60_000 ? clock : `${DAYS[day]} ${clock}`;
}

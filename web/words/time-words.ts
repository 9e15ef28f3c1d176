/**
 * Times as the page shows them.
 * @module
 */

/** How long ago something was: `just now`, `40 s ago`, `5 min ago`, `3 h ago`, `12 days ago`. @param ms - below 0 is now */
export function agoText(ms: number): string {
  const span = spanText(ms);
  return span === undefined ? 'just now' : `${span} ago`;
}

/** How long it is until something: `now`, `in 40 s`. */
export function untilText(ms: number): string {
  const span = spanText(ms);
  return span === undefined ? 'now' : `in ${span}`;
}

/** A span by its greatest unit; undefined below some seconds. */
function spanText(ms: number): string | undefined {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 5) return undefined;
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  if (hours < 48) return `${hours} h`;
  return `${Math.round(hours / 24)} days`;
}

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const DAY = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', timeZone: 'UTC' });

/** `14:05`, in the reader's zone. */
export function clockText(timeMs: number): string {
  return CLOCK.format(timeMs);
}

export function fullTimeText(timeMs: number): string {
  return FULL.format(timeMs);
}

/** A day of the pool, which are of UTC: `30 Nov`. */
export function dayText(timeMs: number): string {
  return DAY.format(timeMs);
}

/**
 * The time of a line in a log for people; programs read ms since the epoch.
 * @module
 */

/** What is needed of a `Date`: the machine's zone comes in with it. */
export interface LocalTime {
  getFullYear(): number;
  /** From 0. */
  getMonth(): number;
  /** Of the month, from 1. */
  getDate(): number;
  getHours(): number;
  getMinutes(): number;
  getSeconds(): number;
}

/** Date and time in the zone of the machine: `2026-03-01 09:05:07`. */
export function dateAndTime(at: LocalTime): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

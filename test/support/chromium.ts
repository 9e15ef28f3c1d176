/**
 * Where Chromium is, for tests of pages and for their pictures.
 * @module
 */
import { existsSync } from 'node:fs';

export const CHROMIUM = '/usr/bin/chromium';

/** What keeps tests from a browser, for `skipWhen`; undefined if nothing does. */
export const noBrowser: string | undefined = existsSync(CHROMIUM)
  ? undefined
  : 'no Chromium (Debian: apt-get install chromium)';

/**
 * The page of the rig: three files that hold no secret and ask no other host. The script is bundled from web/rig/.
 * @module
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export interface PageFile {
  readonly path: '/' | '/page.css' | '/page.js';
  readonly body: string;
  readonly contentType: string;
  readonly etag: string;
}

/** What a browser may do with the page: nothing but its own files, and asking this API. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Reads them. */
export function readPageFiles(): readonly PageFile[] {
  return [
    file('/', 'index.html', 'text/html; charset=utf-8'),
    file('/page.css', 'page.css', 'text/css; charset=utf-8'),
    file('/page.js', 'page.js', 'text/javascript; charset=utf-8'),
  ];
}

function file(path: PageFile['path'], name: string, contentType: string): PageFile {
  const body = readFileSync(new URL(`./page/${name}`, import.meta.url), 'utf8');
  return {
    path,
    body,
    contentType,
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`,
  };
}

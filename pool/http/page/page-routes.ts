/**
 * The page for people: the document, at each place that the page has, and what belongs to it.
 *
 * ```
 * /                    index.html   links start from ./
 * /miners/ADDRESS      the same     links start from ../
 * /assets/NAME-HASH.*  immutable
 * ```
 * All links are relative, so that the page works behind a proxy's prefix, too.
 * @module
 */
import type { Context, Hono } from 'hono';
import type { HttpEnvironment } from '../../../http/http-listener.js';
import type { MiningPolicy } from './mining-policy.js';
import { type Encoding, type PageFile, type PageFiles, tagOf } from './page-files.js';

/** What a browser lets the page do: load and ask for what is here, and nothing else. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/** Where the document says from which address its links start. */
const BASE = '<base href="./" />';

/** A hash of its content is in the name of each asset: the same name is the same content for ever. */
const IMMUTABLE = 'public, max-age=31536000, immutable';

/** What has a lasting name: asked for again each time, and answered with 304 where it is the same. */
const ASKED_AGAIN = 'no-cache';

/** The script that mines in the browser. */
const MINING_SCRIPT = /^assets\/mine-[^/]*\.js$/;

/** Adds the page to an app. @param mining - the policy of the script that mines; without one there is no such script */
export function addPage(
  app: Hono<HttpEnvironment>,
  { document, files }: PageFiles,
  mining?: MiningPolicy,
): void {
  if (!document.includes(BASE)) throw new Error(`the page's document has no ${BASE}`);
  for (const path of ['/', '/miners/:address']) app.get(path, (c) => giveDocument(c, document));
  for (const [path, file] of files) {
    if (MINING_SCRIPT.test(path)) {
      if (mining !== undefined) app.get(`/${path}`, (c) => giveFile(c, file, ASKED_AGAIN, mining()));
      continue;
    }
    const keep = path.startsWith('assets/') ? IMMUTABLE : ASKED_AGAIN;
    app.get(`/${path}`, (c) => giveFile(c, file, keep));
  }
}

/** The page's answer to whoever looks for a page that is not there; undefined for programs. */
export function pageNotFound(c: Context<HttpEnvironment>, { document }: PageFiles): Response | undefined {
  const isPage = !c.req.path.startsWith('/api/') && /\btext\/html\b/.test(c.req.header('accept') ?? '');
  return isPage ? giveDocument(c, document, 404) : undefined;
}

function giveDocument(c: Context<HttpEnvironment>, document: string, status: 200 | 404 = 200): Response {
  // As the browser has it, with a slash at the end.
  const folders = new URL(c.req.url).pathname.split('/').length - 2;
  const text = document.replace(BASE, `<base href="${'../'.repeat(folders) || './'}" />`);
  const etag = `"${tagOf(text)}"`;
  c.header('Content-Security-Policy', CONTENT_SECURITY_POLICY);
  c.header('Cross-Origin-Opener-Policy', 'same-origin');
  c.header('Referrer-Policy', 'no-referrer');
  c.header('Cache-Control', ASKED_AGAIN);
  c.header('ETag', etag);
  if (status === 200 && isKnown(c, etag)) return c.body(null, 304);
  return c.html(text, status);
}

/** @param policy - of a script that runs by itself. Browsers keep it with the file, so it is part of what the tag stands for */
function giveFile(c: Context<HttpEnvironment>, file: PageFile, keep: string, policy?: string): Response {
  const encoding = encodingFor(file, c.req.header('accept-encoding') ?? '');
  const tag = policy === undefined ? file.tag : `${file.tag}-${tagOf(policy)}`;
  const etag = `"${tag}${encoding === undefined ? '' : `-${encoding}`}"`;
  c.header('Vary', 'Accept-Encoding');
  c.header('Cache-Control', keep);
  c.header('ETag', etag);
  if (policy !== undefined) c.header('Content-Security-Policy', policy);
  if (isKnown(c, etag)) return c.body(null, 304);
  if (encoding !== undefined) c.header('Content-Encoding', encoding);
  c.header('Content-Type', file.type);
  return c.body(encoding === undefined ? file.bytes : file.encoded.get(encoding)!);
}

/** Whether the client has this very content. */
function isKnown(c: Context<HttpEnvironment>, etag: string): boolean {
  const known = (c.req.header('if-none-match') ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''));
  return known.includes(etag) || known.includes('*');
}

/** The best form that a client takes; undefined for the content as it is. @param accepted - its Accept-Encoding */
export function encodingFor({ encoded }: Pick<PageFile, 'encoded'>, accepted: string): Encoding | undefined {
  const taken = new Set(
    accepted
      .toLowerCase()
      .split(',')
      .map((one) => one.trim().split(/\s*;\s*/))
      .filter(([, quality]) => !/^q=0(\.0*)?$/.test(quality ?? ''))
      .map(([name]) => name),
  );
  return [...encoded.keys()].find((encoding) => taken.has(encoding));
}

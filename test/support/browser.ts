/**
 * A real browser for tests of pages: Debian's Chromium. One for each test file.
 * @module
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after } from 'node:test';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { CHROMIUM } from './chromium.js';

/** Longest time for anything that is waited for in a browser, ms. */
const PATIENCE_MS = 20_000;

let opened: Promise<Browser> | undefined;
let further: readonly string[] = [];

/** Starts this file's browser with further arguments. To be called before its first page. */
export function withArguments(args: readonly string[]): void {
  assert.equal(opened, undefined, 'the browser has started');
  further = args;
}

// At the top of the file, where it means the end of all tests.
after(async () => (await opened)?.close());

export interface OpenPage {
  readonly page: Page;
  /** What the page complained of, as its console has it; requests that failed are not among it. */
  readonly complaints: string[];
  /** Requests of the page, in order. */
  readonly asked: string[];
  close(): Promise<void>;
}

export interface PageOptions extends BrowserContextOptions {
  /** Text of a script that runs before the page's. */
  readonly before?: string;
}

/** A page of its own, with nothing stored. */
export async function openPage({ before, ...options }: PageOptions = {}): Promise<OpenPage> {
  // Root may not use Chromium's sandbox; the pages are ours.
  opened ??= chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', ...further],
    timeout: PATIENCE_MS,
  });
  const context = await (await opened).newContext({
    viewport: { width: 1280, height: 900 },
    permissions: ['clipboard-read', 'clipboard-write'],
    locale: 'en-GB',
    timezoneId: 'UTC',
    ...options,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  if (before !== undefined) await context.addInitScript(before);
  const page = await context.newPage();
  const complaints: string[] = [];
  const asked: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() === 'error' && !/Failed to load resource|WebSocket connection/.test(text))
      complaints.push(text);
  });
  page.on('request', (request) => asked.push(request.url()));
  page.on('websocket', (socket) => asked.push(socket.url()));
  return { page, complaints, asked, close: () => context.close() };
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
let axe: string | undefined;

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** Fails if axe finds fault with what the page shows. */
export async function assertAccessible(page: Page): Promise<void> {
  axe ??= readFileSync(AXE, 'utf8');
  await page.evaluate(axe);
  const violations = (await page.evaluate('axe.run().then(({ violations }) => violations)')) as Violation[];
  assert.deepEqual(
    violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join('\n')}`,
    ),
    [],
  );
}

/** Fails if the page is wider than its window. */
export async function assertFits(page: Page): Promise<void> {
  const [wide, window] = (await page.evaluate(
    '[document.documentElement.scrollWidth, window.innerWidth]',
  )) as [number, number];
  assert.ok(wide <= window, `${wide} px in a window of ${window}`);
}

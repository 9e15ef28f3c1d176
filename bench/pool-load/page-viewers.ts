/**
 * People who look at the pool's page: each loads it, keeps its feed open, and asks for answers as often as web/live/ does.
 * @module
 */
import { Agent, get } from 'node:http';
import WebSocket from 'ws';
import { Histogram } from './histogram.js';

/** Pages of one address: the pool gives one address 20 feeds. */
const PAGES_PER_SOURCE = 10;

/** An answer must come within, ms. */
const TIMEOUT_MS = 5_000;

/** Time over which the pages are opened, ms. */
const OPENING_MS = 2_000;

/** What a page asks for, and how often, ms. */
function requestsOf(poolId: string): readonly (readonly [path: string, everyMs: number])[] {
  const pool = `/api/pools/${poolId}`;
  return [
    ['/api/pools', 20_000],
    [`${pool}/performance?r=Day&i=TenMinutes`, 60_000],
    [`${pool}/blocks?pageSize=12`, 60_000],
  ];
}

export class PageViewers {
  readonly times = new Histogram();
  /** Answers other than 200, and none. */
  failures = 0;
  /** Events of all feeds. */
  events = 0;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #agents: Agent[] = [];
  readonly #feeds: WebSocket[] = [];
  readonly #port: number;
  #closed = false;

  /** Opens the pages one after the other. @param port - of the API and the page */
  constructor(port: number, poolId: string, pages: number) {
    this.#port = port;
    for (let page = 0; page < pages; page++)
      this.#after((page * OPENING_MS) / pages, () => void this.#open(page, poolId));
  }

  /** Feeds that are open now. */
  get open(): number {
    return this.#feeds.filter(({ readyState }) => readyState === WebSocket.OPEN).length;
  }

  restart(): void {
    this.times.clear();
    this.failures = 0;
    this.events = 0;
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    for (const feed of this.#feeds) feed.terminate();
    for (const agent of this.#agents) agent.destroy();
  }

  async #open(page: number, poolId: string): Promise<void> {
    const localAddress = `127.0.3.${1 + Math.floor(page / PAGES_PER_SOURCE)}`;
    const agent = new Agent({ keepAlive: true, localAddress, maxSockets: 6 });
    this.#agents.push(agent);
    const document = await this.#ask(agent, '/');
    const assets = [...document.matchAll(/(?:src|href)="(assets\/[^"]+)"/g)].map((match) => `/${match[1]}`);
    await Promise.all(assets.map((path) => this.#ask(agent, path)));
    if (this.#closed) return;
    const feed = new WebSocket(`ws://127.0.0.1:${this.#port}/api/feed`, { localAddress });
    feed.on('message', () => {
      this.events++;
    });
    feed.on('error', () => {
      this.failures++;
    });
    this.#feeds.push(feed);
    for (const [path, everyMs] of requestsOf(poolId)) this.#askAgain(agent, path, everyMs);
  }

  /** Now, and from time to time. */
  #askAgain(agent: Agent, path: string, everyMs: number): void {
    void this.#ask(agent, path).then(() =>
      this.#after(everyMs * (0.9 + Math.random() / 5), () => this.#askAgain(agent, path, everyMs)),
    );
  }

  #after(ms: number, then: () => void): void {
    if (this.#closed) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      then();
    }, ms);
    this.#timers.add(timer);
  }

  /** Never rejects. */
  #ask(agent: Agent, path: string): Promise<string> {
    const startedMs = performance.now();
    return new Promise((resolve) => {
      const fail = (): void => {
        if (!this.#closed) this.failures++;
        resolve('');
      };
      get({ host: '127.0.0.1', port: this.#port, path, agent, timeout: TIMEOUT_MS }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('error', fail).on('end', () => {
          if (response.statusCode !== 200) return fail();
          this.times.record((performance.now() - startedMs) * 1000);
          resolve(text);
        });
      })
        .on('timeout', function (this: { destroy(): void }) {
          this.destroy();
        })
        .on('error', fail);
    });
  }
}

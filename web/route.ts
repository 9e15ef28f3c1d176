/**
 * Places of the page, and going from one to another.
 * @module
 */
import { Cell } from './live/cell.js';

export type Route =
  | { readonly page: 'pool' }
  /** @param address - as somebody wrote it: it may be nonsense */
  | { readonly page: 'miner'; readonly address: string }
  | { readonly page: 'nowhere' };

/** @param path - behind the base, without a `/` in front */
export function routeOf(path: string): Route {
  if (path === '' || path === 'index.html') return { page: 'pool' };
  const [, text] = /^miners\/([^/]+)\/?$/.exec(path) ?? [];
  if (text === undefined) return { page: 'nowhere' };
  try {
    return { page: 'miner', address: decodeURIComponent(text).trim() };
  } catch {
    return { page: 'miner', address: text };
  }
}

/** Path of a miner's page, from the base. */
export function minerPath(address: string): string {
  return `miners/${encodeURIComponent(address)}`;
}

export class Router {
  readonly route: Cell<Route>;
  readonly #base: URL;

  /** @param base - address that the page's links start from */
  constructor(base: URL) {
    this.#base = base;
    this.route = new Cell(this.#here());
  }

  start(): void {
    addEventListener('popstate', () => this.route.set(this.#here()));
    // Links within the page need no new document.
    document.addEventListener('click', (event) => {
      const link = event.target instanceof Element ? event.target.closest('a') : null;
      const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
      if (link === null || !plain || event.defaultPrevented) return;
      if (link.dataset.within === undefined) return;
      event.preventDefault();
      this.go(link.getAttribute('href')!);
    });
  }

  /** @param path - from the base */
  go(path: string): void {
    const url = new URL(path, this.#base);
    if (url.href === location.href) return;
    history.pushState(null, '', url);
    this.route.set(this.#here());
    scrollTo(0, 0);
  }

  #here(): Route {
    const { pathname } = location;
    const base = this.#base.pathname;
    return pathname.startsWith(base) ? routeOf(pathname.slice(base.length)) : { page: 'nowhere' };
  }
}

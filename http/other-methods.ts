/**
 * The answer to a method that a path does not have.
 * @module
 */
import type { Hono } from 'hono';
import type { HttpEnvironment } from './http-listener.js';

/** Answers a request with another method than a path has: names the path's methods. To be called after all routes. */
export function refuseOtherMethods(app: Hono<HttpEnvironment>): void {
  const methods = new Map<string, string[]>();
  for (const { path, method } of app.routes) {
    // Handlers that run before a route are there for all methods.
    if (method === 'ALL') continue;
    const allowed = methods.get(path) ?? [];
    methods.set(path, [...allowed, ...(method === 'GET' ? ['GET', 'HEAD'] : [method])]);
  }
  for (const [path, allowed] of methods)
    app.all(path, (c) => {
      const names = allowed.join(', ');
      c.header('Allow', names);
      return c.json({ code: 'methodNotAllowed', error: `only ${names} is answered here` }, 405);
    });
}

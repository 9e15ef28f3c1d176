import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { ListenError, listenAt, listenErrorOf } from '../../../pool/domain/listen-error.js';

/** Listens, and closes at once. */
function listen(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port }, () => server.close(() => resolve()));
  });
}

test('a place that is taken is told with its setting and what to do', async (t) => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  t.after(() => other.close());
  const { port } = other.address() as { port: number };
  const place = { setting: 'listeners[0]', host: '127.0.0.1', port };
  await assert.rejects(
    listenAt(place, () => listen(place.host, port)),
    (error: unknown) => {
      assert.ok(error instanceof ListenError);
      assert.equal(
        error.message,
        `listeners[0].port: 127.0.0.1:${port}: another program listens there: end it, or choose another port`,
      );
      return true;
    },
  );
});

test('an address of another machine is told as the host', async () => {
  const place = { setting: 'http', host: '192.0.2.1', port: 0 };
  await assert.rejects(
    listenAt(place, () => listen(place.host, 0)),
    /^ListenError: http\.host: 192\.0\.2\.1:0: that is no address of this machine: choose/,
  );
});

test('all else stays as it is', async () => {
  const error = new Error('the key is not that of the certificate');
  const place = { setting: 'admin', host: '::1', port: 7 };
  assert.equal(listenErrorOf(error, place), error);
  assert.equal(await listenAt(place, async () => 5), 5);
  const denied = listenErrorOf(Object.assign(new Error(), { code: 'EACCES' }), place) as Error;
  assert.equal(denied.message, 'admin.port: [::1]:7: this user may not use it: choose a port from 1024 on');
});

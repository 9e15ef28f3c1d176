/**
 * A Redis server of the bench's own, in an empty folder, with an append-only file that is synced every second.
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServerError } from './server-process.js';

const START_TIMEOUT_MS = 10_000;

/** A running Redis server. */
export interface RedisProcess {
  readonly port: number;
  readonly pid: number;
  close(): Promise<void>;
}

/** @param folder - where it keeps its files @throws ServerError if it does not start, or is not installed */
export async function startRedis(folder: string): Promise<RedisProcess> {
  const port = await freePort();
  const settings = {
    port,
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: 'yes',
    appendfsync: 'everysec',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn('redis-server', args, { stdio: 'ignore' });
  let ended: string | undefined;
  child.once('error', ({ message }) => {
    ended = message;
  });
  child.once('exit', (code, signal) => {
    ended ??= `it ended with ${signal ?? code}`;
  });
  const killAtExit = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', killAtExit);
  const deadlineMs = performance.now() + START_TIMEOUT_MS;
  while (!(await answers(port))) {
    if (ended === undefined && performance.now() > deadlineMs) ended = 'it does not answer';
    if (ended !== undefined) {
      child.kill('SIGKILL');
      throw new ServerError(`redis-server did not start: ${ended}`);
    }
    await sleep(20);
  }
  return {
    port,
    pid: child.pid!,
    close: async () => {
      process.off('exit', killAtExit);
      await stop(child);
    },
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', (chunk) => {
      socket.destroy();
      resolve(chunk.toString('latin1').startsWith('+PONG'));
    });
    socket.once('error', () => resolve(false));
  });
}

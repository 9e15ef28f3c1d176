/**
 * The sink, where hostile clients go that leave the pool alone.
 * @module
 */
import { fileURLToPath } from 'node:url';
import { ServerProcess } from './server-process.js';
import type { Target } from './target.js';

const MAIN = fileURLToPath(new URL('../sink/main.js', import.meta.url));

/** @throws ServerError if it does not start */
export async function startSink(): Promise<Target> {
  const server = await ServerProcess.start([MAIN], ['main', 'ws', 'api', 'admin']);
  return {
    host: '127.0.0.1',
    port: server.portOf('main')!,
    httpPort: server.portOf('api'),
    adminPort: server.portOf('admin'),
    webSocketPort: server.portOf('ws'),
    pid: server.pid,
    close: () => server.close(),
  };
}

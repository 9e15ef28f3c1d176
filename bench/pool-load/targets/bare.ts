/**
 * The bare server under load.
 * @module
 */
import { fileURLToPath } from 'node:url';
import { ServerProcess } from './server-process.js';
import type { NodePorts, Target } from './target.js';

const MAIN = fileURLToPath(new URL('../bare/main.js', import.meta.url));

/** @param nodeArgs - options of Node.js @param work - expected hashes of a share, at least 16 */
export async function startBare(
  node: NodePorts,
  nodeArgs: readonly string[] = [],
  work = 16,
): Promise<Target> {
  const server = await ServerProcess.start([...nodeArgs, MAIN, String(node.port), String(work)], ['main']);
  return {
    host: '127.0.0.1',
    port: server.portOf('main')!,
    pid: server.pid,
    close: () => server.close(),
  };
}

/**
 * The sink as a program: says where it listens as `lesswork pool --json` does, and ends with its standard input. Its limits
 * are those that the pool has for hostile clients of the bench.
 * @module
 */
import { Sink, type SinkLimits } from './sink.js';

// The pool's own, as docs/LIMITS.md lists them: strangers have fifteen of sixteen places.
const stratum: SinkLimits = { connections: 16_875, connectionsPerAddress: 2_000 };
const http: SinkLimits = { connections: 2_000, connectionsPerAddress: 100, lifeMs: 5_000 };

const LISTENERS: Readonly<Record<string, SinkLimits>> = {
  main: stratum,
  // A thousand short frames are a flood, and ten floods a ban.
  ws: { ...stratum, bytes: 6_000, offences: 10 },
  api: http,
  admin: http,
};

for (const [listener, limits] of Object.entries(LISTENERS)) {
  const port = await new Sink(limits).listen('127.0.0.1');
  console.log(JSON.stringify({ type: 'listening', listener, port }));
}
process.stdin.resume().on('end', () => process.exit(0));
process.on('SIGTERM', () => process.exit(0));

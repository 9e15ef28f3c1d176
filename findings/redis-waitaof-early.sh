#!/usr/bin/env bash
# Guess:  WAITAOF 1 0 answers once the disk has what this connection wrote: with "appendfsync everysec" up to a second later.
# Really: in some versions it says yes at once, before any sync: the server takes what it has written to the file for
#         synced where it has nothing more to write (redis/redis pull requests 12622 and 13793, from Redis 7.4 on; Valkey
#         took it over). On a connection that wrote nothing it says yes at once in every version, as it must.
# Bites:  payments, or anything that waits for the disk by it. Find it out by trying: of three writes in a row, each with its
#         WAITAOF, the last two have to take most of a second. Or set "appendfsync always".
# Seen:   Valkey 8.0.1 (Debian 12 backports); Redis 8.0.2 (Debian 13) waits. It looks at the server that is named by SERVER,
#         or at redis-server; one before version 7.2 has no WAITAOF, and proves nothing.
source "$(dirname "$0")/setup.sh"
server=${SERVER:-redis-server}
command -v "$server" > /dev/null || { echo "not run: no $server here"; exit 0; }
install ioredis@6.0.0
cat > look.js <<'JS'
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import Redis from 'ioredis';
const socket = `${process.cwd()}/redis.sock`;
const args = ['--port', '0', '--unixsocket', socket, '--save', '', '--appendonly', 'yes', '--appendfsync', 'everysec'];
const server = spawn(process.argv[2], args, { stdio: 'ignore' });
const redis = new Redis({ path: socket, lazyConnect: true, retryStrategy: () => 50 });
redis.on('error', () => {}); // Until the server listens.
for (let tries = 0; tries < 100 && redis.status !== 'ready'; tries++) await Promise.race([redis.ping(), sleep(100)]);
try {
  let told = 'at once';
  for (let i = 0; i < 3; i++) {
    const begun = performance.now();
    await redis.set('x', i);
    await redis.call('WAITAOF', 1, 0, 5000);
    if (i > 0 && performance.now() - begun > 500) told = 'after the disk has it';
  }
  console.log(told);
} catch (error) {
  console.log(/unknown command/.test(error.message) ? 'has none' : error.message);
}
redis.disconnect();
server.kill();
JS
told=$(node look.js "$server")
if [ "$told" = 'has none' ]; then
  echo "not run: $server has no WAITAOF"
  exit 0
fi
expect 'WAITAOF answers' 'at once' "$told"

#!/usr/bin/env bash
# Guess:  redis.call('ZRANGE', ..., 'WITHSCORES') gives what redis.zrange(..., 'WITHSCORES') gives.
# Really: ioredis 6 speaks RESP3 by default, in which scores come in pairs. The named method makes a flat list of texts of
#         them, call() hands on the pairs.
# Bites:  code that chooses call() since its command's name is not known before, and reads every second element.
# Seen:   ioredis 6.0.0 on Redis 7.0. It starts a redis-server of its own; without one it says so and proves nothing.
source "$(dirname "$0")/setup.sh"
command -v redis-server > /dev/null || { echo 'not run: no redis-server here'; exit 0; }
install ioredis@6.0.0
cat > look.js <<'JS'
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import Redis from 'ioredis';
const socket = `${process.cwd()}/redis.sock`;
const server = spawn('redis-server', ['--port', '0', '--unixsocket', socket, '--save', ''], { stdio: 'ignore' });
const redis = new Redis({ path: socket, lazyConnect: true, retryStrategy: () => 50 });
redis.on('error', () => {}); // Until the server listens.
for (let tries = 0; tries < 100 && redis.status !== 'ready'; tries++) await Promise.race([redis.ping(), sleep(100)]);
await redis.zadd('z', 1, 'a', 2, 'b');
const told = {
  method: await redis.zrange('z', 0, -1, 'WITHSCORES'),
  call: await redis.call('ZRANGE', 'z', 0, -1, 'WITHSCORES'),
};
console.log(JSON.stringify(told[process.argv[2]]));
redis.disconnect();
server.kill();
JS
expect 'zrange()' '["a","1","b","2"]' "$(node look.js method)"
expect "call('ZRANGE')" '[["a","1"],["b","2"]]' "$(node look.js call)"

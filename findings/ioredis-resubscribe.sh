#!/usr/bin/env bash
# Guess:  with an 'error' listener and a retryStrategy a subscriber of ioredis outlives any number of lost connections.
# Really: after a reconnect the client subscribes again by itself (autoResubscribe), and handles no failure of that. Where
#         the connection is lost once more before the answer, and maxRetriesPerRequest gives the command up, the rejection
#         belongs to nobody: Node.js ends the process.
# Bites:  a service whose Redis restarts twice in a row. autoResubscribe: false, and subscribing on 'ready', avoids it.
# Seen:   ioredis 6.0.0, against a small server in the script that cuts the connection at each SUBSCRIBE but the first.
source "$(dirname "$0")/setup.sh"
install ioredis@6.0.0
cat > look.js <<'JS'
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import Redis from 'ioredis';
const connections = new Set();
let subscriptions = 0;
const server = createServer((socket) => {
  connections.add(socket);
  socket.on('error', () => {});
  socket.on('data', (bytes) => {
    const said = bytes.toString().toLowerCase();
    if (!said.includes('\r\nsubscribe\r\n')) socket.write('+OK\r\n');
    else if (++subscriptions === 1) socket.write('*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n');
    else socket.destroy();
  });
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
let told = 'nothing';
process.on('unhandledRejection', (error) => (told = error.name));
const redis = new Redis({
  port: server.address().port,
  protocol: 2,
  disableClientInfo: true,
  enableReadyCheck: false,
  maxRetriesPerRequest: 0,
  retryStrategy: () => 20,
  autoResubscribe: process.argv[2] === 'auto',
});
redis.on('error', () => {});
await redis.subscribe('news');
for (const socket of connections) socket.destroy();
for (let waits = 0; waits < 40 && told === 'nothing'; waits++) await sleep(50);
console.log(told);
process.exit(0);
JS
expect 'unhandled, subscribing again by itself' 'MaxRetriesPerRequestError' "$(node look.js auto)"
expect 'unhandled, without' 'nothing' "$(node look.js none)"

// A pool that pays its miners, killed at random, and the process that pays as well: nothing is paid twice, nothing is lost.
import { test } from 'node:test';
import { killEmbedded, killOnRedis } from '../support/money-kills.js';
import { MISSING_REDIS } from '../support/redis-server.js';
import { skipWhen } from '../support/requirement.js';

test('paying out of embedded books', (t) => killEmbedded(t, false));

test('paying out of books on Redis', { skip: skipWhen(MISSING_REDIS) }, (t) => killOnRedis(t, false));

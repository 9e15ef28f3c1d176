// The same while Proof of Less Work begins and ends: long runs only. A file of its own, since all do not fit into the time of one.
import { test } from 'node:test';
import { killEmbedded, killOnRedis, NOT_IN_SHORT_RUNS } from '../support/money-kills.js';
import { MISSING_REDIS } from '../support/redis-server.js';
import { skipWhen } from '../support/requirement.js';

test(
  'paying out of embedded books, while Proof of Less Work begins and ends',
  {
    skip: NOT_IN_SHORT_RUNS,
  },
  (t) => killEmbedded(t, true),
);

test(
  'paying out of books on Redis, while Proof of Less Work begins and ends',
  {
    skip: skipWhen(MISSING_REDIS) || NOT_IN_SHORT_RUNS,
  },
  (t) => killOnRedis(t, true),
);

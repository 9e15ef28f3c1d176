import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectionsWithin, parseFileLimit, readFileLimit } from '../../../pool/stratum/file-limit.js';

const LIMITS = (
  soft: string,
) => `Limit                     Soft Limit           Hard Limit           Units     
Max cpu time              unlimited            unlimited            seconds   
Max open files            ${soft.padEnd(20)} 1048576              files     
`;

test('the limit of open files', () => {
  assert.equal(parseFileLimit(LIMITS('20000')), 20_000);
  assert.equal(parseFileLimit(LIMITS('unlimited')), Number.POSITIVE_INFINITY);
  assert.equal(parseFileLimit(''), undefined);
  assert.equal(parseFileLimit('Max open files are many'), undefined);
  const own = readFileLimit();
  if (process.platform === 'linux') assert.ok(own! > 0);
  else assert.equal(own, undefined);
});

test('connections that fit it', () => {
  assert.equal(connectionsWithin(20_000), 19_744);
  assert.equal(connectionsWithin(100), 0);
});

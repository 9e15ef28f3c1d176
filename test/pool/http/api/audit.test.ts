import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parseChain, parseMinerRun, parseRun } from '../../../../audit/audit-answers.js';
import { checkPart, checkRun, creditOfPart } from '../../../../audit/check/check-run.js';
import { AuditReader } from '../../../../pool/audit/audit-reader.js';
import { AUDIT_ROUTES } from '../../../../pool/http/api/audit-routes.js';
import { type ApiLab, apiLab } from '../../../support/api-lab.js';
import { addressOfKey, settledWorld } from '../../../support/settled-world.js';
import { accountKey, noTurns } from '../../../support/settlement-world.js';

const [ONE] = [accountKey(1)];
let lab: ApiLab;
let hash: string;

before(async () => {
  const { world, hashes } = await settledWorld({ runs: 1 });
  [hash] = hashes as [string];
  lab = await apiLab({}, undefined, new AuditReader(world.books, 'test', noTurns()));
});
after(() => lab.close());

async function json(path: string, status = 200) {
  const response = await lab.get(path);
  const body = await response.text();
  assert.equal(response.status, status, body);
  return JSON.parse(body);
}

test('every answer is what its schema says, and what an auditor reads', async () => {
  for (const { path, answer } of AUDIT_ROUTES)
    answer.parse(
      await json(
        path
          .replace(':poolId', 'test')
          .replace(':address', addressOfKey(ONE))
          .replace(':number', '1')
          .replace(':hash', hash),
      ),
    );
  const chain = parseChain(await json('/api/pools/test/audit'));
  const run = parseRun(await json('/api/pools/test/audit/runs/1'));
  assert.equal(chain.head, run.head);
  assert.deepEqual(checkRun(run, 1), []);
  const part = parseMinerRun(await json(`/api/pools/test/miners/${addressOfKey(ONE)}/runs/1`));
  assert.deepEqual(checkPart(run.run, part, ONE), []);
  assert.equal(creditOfPart(run.run, part), part.earned);
});

test('what is not there is said', async () => {
  const miner = `/api/pools/test/miners/${addressOfKey(ONE)}`;
  for (const [path, status, code] of [
    ['/api/pools/other/audit', 404, 'unknownPool'],
    ['/api/pools/test/audit/runs/2', 404, 'notSettled'],
    ['/api/pools/test/audit/runs/0', 400, 'invalidNumber'],
    ['/api/pools/test/audit/runs/1x', 400, 'invalidNumber'],
    [`${miner}/runs/2`, 404, 'notSettled'],
    ['/api/pools/test/miners/nobody/runs/1', 400, 'invalidAddress'],
    [`${miner}/blocks/${'ab'.repeat(32)}/credit`, 404, 'notSettled'],
    [`${miner}/blocks/abc/credit`, 400, 'invalidHash'],
  ] as const)
    assert.equal((await json(path, status)).code, code, path);
  const without = await apiLab();
  const response = await without.get('/api/pools/test/audit');
  assert.equal(((await response.json()) as { code: string }).code, 'noAudit');
  await without.close();
});

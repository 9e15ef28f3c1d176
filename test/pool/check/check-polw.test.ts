import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkPolw } from '../../../pool/check/check-polw.js';
import { recordedEntries } from '../../support/polw-authorizations.js';

const ENTRIES = recordedEntries();

/** Findings about a file, `outcome: met` each. */
async function findings(text: string, networkId?: number): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'lesswork-check-'));
  try {
    const path = join(folder, 'a.json');
    await writeFile(path, text);
    const found = await checkPolw(path, networkId);
    assert.ok(found.every(({ setting }) => setting === 'polw.authorizations'));
    return found.map(({ outcome, met }) => `${outcome}: ${met.replace(path, 'a.json')}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const file = (authorizations: readonly object[], networkId = 4): string =>
  JSON.stringify({ networkId, authorizations });

test('good authorizations, of the network of the nodes or of one that is not known', async () => {
  const good = ['ok: a.json: network 4, 16 of 16 chains may burn'];
  assert.deepEqual(await findings(file(ENTRIES)), good);
  assert.deepEqual(await findings(file(ENTRIES), 4), good);
});

test('a bad entry is a warning about its chain, chains with the same fault one', async () => {
  const [first, second, third, ...rest] = ENTRIES;
  const wrong = { ...first, signature: second!.signature };
  const told = await findings(file([wrong, second!, ...rest]));
  assert.equal(told[0], 'ok: a.json: network 4, 14 of 16 chains may burn');
  assert.equal(told.length, 3);
  assert.ok(told.slice(1).every((line) => line.startsWith('warning: chain ')));
  const fewer = await findings(file([second!, ...rest]));
  assert.equal(fewer.length, 2);
  assert.match(
    fewer[1]!,
    new RegExp(`^warning: chains ${first!.from}-${first!.to}, ${third!.from}-${third!.to} `),
  );
});

test('no file, one of another network, one without a good entry: failed', async () => {
  const [missing] = await checkPolw('/nowhere/a.json', undefined);
  assert.equal(missing?.outcome, 'failed');
  assert.match(missing!.met, /^\/nowhere\/a\.json: /);
  assert.match((await findings(file(ENTRIES), 0))[0]!, /^failed: a\.json: .*network/);
  assert.match((await findings('no JSON'))[0]!, /^failed: a\.json: /);
  assert.match((await findings(file([])))[0]!, /^failed: a\.json: no chain may burn: /);
});

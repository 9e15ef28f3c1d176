import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { writeSetAside } from '../../cli/write-set-aside.js';

const folder = mkdtempSync(join(tmpdir(), 'lesswork-set-aside-'));
after(() => rmSync(folder, { recursive: true }));

test('whenever coins are set aside there is a file that gives them back', async () => {
  const path = join(folder, 'a.json');
  const seen: string[] = [];
  const reserve = async (): Promise<void> => {
    seen.push(readFileSync(`${path}.draft`, 'utf8'));
    assert.ok(!existsSync(path));
  };
  await writeSetAside(path, 'text', { reserve, release: () => assert.fail('given back') });
  assert.deepEqual(seen, ['text']);
  assert.deepEqual(readdirSync(folder), ['a.json']);
});

test('where the file can not be written the coins are given back', async () => {
  const path = join(folder, 'b.json');
  writeFileSync(path, 'another');
  const calls: string[] = [];
  await assert.rejects(
    writeSetAside(path, 'text', {
      reserve: async () => void calls.push('reserve'),
      release: async () => void calls.push('release'),
    }),
    /b\.json: it is there already; name another one/,
  );
  assert.deepEqual(calls, ['reserve', 'release']);
  assert.equal(readFileSync(path, 'utf8'), 'another');
  assert.ok(!existsSync(`${path}.draft`));
});

test('a draft that is left is not written over, and nothing is set aside; what can not be set aside leaves none', async () => {
  const path = join(folder, 'c.json');
  writeFileSync(`${path}.draft`, 'another');
  const never = { reserve: () => assert.fail('set aside'), release: () => assert.fail('given back') };
  await assert.rejects(
    writeSetAside(path, 'text', never),
    /c\.json\.draft: it is there already; .*polw cancel/,
  );
  assert.equal(readFileSync(`${path}.draft`, 'utf8'), 'another');
  const reserve = () => Promise.reject(new Error('disk full'));
  await assert.rejects(writeSetAside(join(folder, 'd.json'), 'text', { ...never, reserve }), /disk full/);
  assert.ok(!existsSync(join(folder, 'd.json.draft')));
});

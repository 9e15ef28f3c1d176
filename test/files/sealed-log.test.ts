import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SealedLog } from '../../files/sealed-log.js';
import { StoredFileError } from '../../files/stored-file-error.js';

const folder = mkdtempSync(join(tmpdir(), 'lesswork-log-'));
after(() => rmSync(folder, { recursive: true }));

const FORM = { name: 'lesswork-test', version: 2 };
const ENTRIES = ['first', '{"second":"\u00e9"}', '', 'a fourth one'];
const FAULT = (fault: string) => (error: unknown) =>
  error instanceof StoredFileError && error.fault === fault;

let logs = 0;

/** A log with entries, closed. @returns its path and bytes */
async function written(entries: readonly string[] = ENTRIES): Promise<{ path: string; bytes: Buffer }> {
  const path = join(folder, `${++logs}`);
  const { log } = await SealedLog.open(path, FORM);
  for (const entry of entries) await log.append([entry]);
  await log.close();
  return { path, bytes: readFileSync(path) };
}

/** What a log holds now, and how much of it was cut off. */
async function heldBy(path: string): Promise<{ entries: readonly string[]; cut: number }> {
  const { log, entries, cut } = await SealedLog.open(path, FORM);
  await log.close();
  return { entries, cut };
}

test('entries come back in their order, appended one by one or together; the file is for its owner alone', async () => {
  const { path, bytes } = await written();
  assert.deepEqual(await heldBy(path), { entries: ENTRIES, cut: 0 });
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const together = join(folder, 'together');
  const { log, entries } = await SealedLog.open(together, FORM);
  assert.deepEqual(entries, []);
  await Promise.all([log.append(ENTRIES.slice(0, 3)), log.append([]), log.append(ENTRIES.slice(3))]);
  await log.close();
  assert.deepEqual(readFileSync(together), bytes);
});

test('wherever the machine stops while it writes, what was written before is there, and is gone on from', async () => {
  const { path, bytes } = await written();
  const whole = bytes.lastIndexOf('\n', bytes.length - 2) + 1;
  for (let length = whole; length < bytes.length; length++) {
    writeFileSync(path, bytes.subarray(0, length));
    const { log, entries, cut } = await SealedLog.open(path, FORM);
    assert.deepEqual([entries, cut], [ENTRIES.slice(0, 3), length - whole]);
    await log.append(['a fourth one']);
    await log.close();
    assert.deepEqual(readFileSync(path), bytes);
  }
});

test('a last entry whose middle did not get to the disk is cut off', async () => {
  const { path, bytes } = await written();
  const whole = bytes.lastIndexOf('\n', bytes.length - 2) + 1;
  for (let i = whole; i < bytes.length - 1; i++) {
    const changed = Buffer.from(bytes);
    changed[i] = 0;
    writeFileSync(path, changed);
    assert.deepEqual(await heldBy(path), { entries: ENTRIES.slice(0, 3), cut: bytes.length - whole });
  }
});

test('a byte that is another one before the last entry is damage, and the file stays as it is', async () => {
  const { path, bytes } = await written();
  const whole = bytes.lastIndexOf('\n', bytes.length - 2) + 1;
  for (let i = 0; i < whole; i++) {
    const changed = Buffer.from(bytes);
    changed[i]! ^= 1;
    writeFileSync(path, changed);
    await assert.rejects(SealedLog.open(path, FORM), StoredFileError, `byte ${i}`);
    assert.deepEqual(readFileSync(path), changed);
  }
});

test('an entry that lacks, stands twice or elsewhere is damage', async () => {
  const { path, bytes } = await written(['a', 'b', 'c', 'd']);
  const [head, ...lines] = bytes.toString().trimEnd().split('\n') as [string, string, string, string, string];
  const [a, b, c, d] = lines as [string, string, string, string];
  for (const others of [
    [b, c, d],
    [a, c, d],
    [a, a, b, c, d],
    [b, a, c, d],
  ]) {
    writeFileSync(path, `${[head, ...others].join('\n')}\n`);
    await assert.rejects(
      SealedLog.open(path, FORM),
      FAULT('damaged'),
      others.map((line) => line.at(-1)).join(),
    );
  }
});

test('other entries take the place of all at once, and are gone on from', async () => {
  const { path } = await written();
  const { log } = await SealedLog.open(path, FORM);
  await log.replace(['only']);
  assert.deepEqual(await heldBy(path), { entries: ['only'], cut: 0 });
  await log.append(['next']);
  await log.close();
  assert.deepEqual(await heldBy(path), { entries: ['only', 'next'], cut: 0 });
  // A replacement that the machine did not finish is in nobody's way.
  writeFileSync(`${path}.new`, 'half');
  assert.deepEqual(await heldBy(path), { entries: ['only', 'next'], cut: 0 });
  assert.ok(!readdirSync(folder).includes('none'));
});

test('a file of another form, a newer or an older one', async () => {
  const { path } = await written();
  await assert.rejects(SealedLog.open(path, { ...FORM, name: 'lesswork-other' }), FAULT('damaged'));
  await assert.rejects(SealedLog.open(path, { ...FORM, version: 1 }), FAULT('newer'));
  const { log, entries } = await SealedLog.open(path, { ...FORM, version: 3 });
  assert.deepEqual(entries, ENTRIES);
  await log.append(['newer']);
  await log.close();
  assert.deepEqual((await heldBy(path)).entries, [...ENTRIES, 'newer']);
});

test('what is no log stays as it is', async () => {
  const path = join(folder, 'other');
  for (const text of ['', 'lesswork-test', '{}\n', 'lesswork-test 0\n']) {
    writeFileSync(path, text);
    await assert.rejects(SealedLog.open(path, FORM), FAULT('damaged'), text);
    assert.equal(readFileSync(path, 'utf8'), text);
  }
  await assert.rejects(SealedLog.open(folder, FORM), FAULT('io'));
  await assert.rejects(SealedLog.open(join(folder, 'none', 'log'), FORM), FAULT('io'));
});

test('an entry is one line', async () => {
  const { log } = await SealedLog.open(join(folder, 'lines'), FORM);
  assert.throws(() => log.append(['one', 'two\nthree']), {
    name: 'RangeError',
    message: '"texts[1]" expected one line, got several',
  });
  await log.close();
});

test('what somebody else has appended is cut off before the next entry', async () => {
  const { path } = await written();
  const { log } = await SealedLog.open(path, FORM);
  appendFileSync(path, 'half a li');
  await log.append(['fifth']);
  await log.close();
  assert.deepEqual(await heldBy(path), { entries: [...ENTRIES, 'fifth'], cut: 0 });
});

test('what is closed writes nothing', async () => {
  const { path, bytes } = await written();
  const { log } = await SealedLog.open(path, FORM);
  await log.close();
  await assert.rejects(log.append(['late']), FAULT('io'));
  assert.deepEqual(readFileSync(path), bytes);
});

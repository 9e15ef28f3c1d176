import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { LogFile, type LogFileOptions } from '../../cli/log-file.js';

let folder: string;
let path: string;
let complaints: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lesswork-log-file-'));
  path = join(folder, 'pool.log');
  complaints = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (options: Partial<LogFileOptions> = {}): LogFile =>
  new LogFile({
    path,
    maxBytes: 100,
    kept: 2,
    complain: (error) => complaints.push(error.message),
    ...options,
  });

const line = (number: number): string => `line ${String(number).padStart(4, '0')}\n`;

test('it is put aside when it is full, and so many of them are kept', () => {
  const log = open();
  for (let i = 0; i < 100; i++) log.write(line(i));
  log.close();
  assert.deepEqual(readdirSync(folder).toSorted(), ['pool.log', 'pool.log.1', 'pool.log.2']);
  const text = ['pool.log.2', 'pool.log.1', 'pool.log']
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');
  // The last lines, each once and whole.
  const lines = text.split('\n').slice(0, -1);
  assert.deepEqual(
    lines,
    Array.from({ length: lines.length }, (_, i) => line(100 - lines.length + i).trimEnd()),
  );
  assert.equal(lines.length, 30);
  for (const name of readdirSync(folder)) {
    const { size, mode } = statSync(join(folder, name));
    assert.ok(size <= 100);
    assert.equal(mode & 0o777, 0o600, 'only its owner reads it');
  }
  assert.deepEqual(complaints, []);
});

test('it goes on where an earlier run ended, with the mode that the file has', () => {
  writeFileSync(path, line(1));
  chmodSync(path, 0o640);
  const log = open({ maxBytes: 25 });
  log.write(line(2));
  assert.equal(readFileSync(path, 'utf8'), line(1) + line(2));
  log.write(line(3));
  assert.equal(readFileSync(path, 'utf8'), line(3));
  assert.equal(statSync(path).mode & 0o777, 0o640);
  log.close();
});

test('one line that is longer than a file is written all the same, and no file is kept where none is wanted', () => {
  const log = open({ kept: 0 });
  log.write('x'.repeat(500));
  log.write(line(1));
  assert.deepEqual(readdirSync(folder), ['pool.log']);
  assert.equal(readFileSync(path, 'utf8'), line(1));
  log.close();
});

test('a file that another program put aside is let go at reopen', () => {
  const log = open();
  log.write(line(1));
  renameSync(path, join(folder, 'aside'));
  log.write(line(2));
  log.reopen();
  log.write(line(3));
  assert.equal(readFileSync(join(folder, 'aside'), 'utf8'), line(1) + line(2));
  assert.equal(readFileSync(path, 'utf8'), line(3));
  log.close();
});

test('a disk that is full costs lines, is told once, and nothing is thrown', {
  skip: process.platform !== 'linux',
}, () => {
  const log = open({ path: '/dev/full' });
  for (let i = 0; i < 3; i++) log.write(line(i));
  assert.equal(complaints.length, 1);
  assert.match(complaints[0]!, /ENOSPC/);
  log.close();
});

test('a file that can not be opened is said at once', () => {
  assert.throws(() => open({ path: join(folder, 'nowhere', 'pool.log') }), /ENOENT/);
});

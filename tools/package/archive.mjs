// Archives that are the same, byte for byte, whenever and wherever they are made of the same files.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream, renameSync, rmSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** Time of all files in an archive, s since the epoch: 2020-01-01. Nothing depends on it. */
const FILE_TIME = 1_577_836_800;

/**
 * Packs what is in some folders as one folder.
 * @param folders - no two of them have a file of the same name
 * @param as - its name in the archive
 * @param path - of the archive: `.tar.gz`, or `.tar` for one that is not compressed
 * @param level - of gzip, 1 to 9
 * @returns its SHA-256, hex, and its size in bytes
 * @throws Error with what tar or gzip says
 */
export async function pack({ folders, as, path, level }) {
  const tar = run('tar', [
    ...['--create', '--format=ustar', '--sort=name', `--mtime=@${FILE_TIME}`],
    ...['--owner=0', '--group=0', '--numeric-owner', '--mode=u=rwX,go=rX'],
    `--transform=s,^\\.,${as},`,
    ...folders.flatMap((folder) => ['-C', folder, '.']),
  ]);
  const beside = `${path}.new`;
  const hash = createHash('sha256');
  let bytes = 0;
  const count = async function* (chunks) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  };
  try {
    if (path.endsWith('.gz')) {
      const gzip = run('gzip', ['-n', `-${level}`], 'pipe');
      await Promise.all([
        pipeline(tar.stdout, gzip.stdin),
        pipeline(gzip.stdout, count, createWriteStream(beside)),
        tar.ended,
        gzip.ended,
      ]);
    } else await Promise.all([pipeline(tar.stdout, count, createWriteStream(beside)), tar.ended]);
    renameSync(beside, path);
  } finally {
    rmSync(beside, { force: true });
  }
  return { path, bytes, sha256: hash.digest('hex') };
}

function run(program, args, stdin = 'ignore') {
  const child = spawn(program, args, {
    stdio: [stdin, 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C' },
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) =>
      status === 0 ? resolve() : reject(new Error(`${program}: ${said.trim() || `exit status ${status}`}`)),
    );
  });
  return { stdin: child.stdin, stdout: child.stdout, ended };
}

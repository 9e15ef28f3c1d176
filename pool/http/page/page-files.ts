/**
 * The files of the page, as tools/bundle-page.mjs has made them: in memory, each with its compressed forms.
 * @module
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Ways to compress, the best first, and the endings of such files. */
const ENCODINGS = { br: '.br', gzip: '.gz' } as const;

export type Encoding = keyof typeof ENCODINGS;

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
};

export interface PageFile {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly encoded: ReadonlyMap<Encoding, Uint8Array<ArrayBuffer>>;
  /** Of its content, without quotes. */
  readonly tag: string;
}

export interface PageFiles {
  /** The document, without the address that its links start from. */
  readonly document: string;
  /** All else by its path, without a `/` in front. */
  readonly files: ReadonlyMap<string, PageFile>;
}

/** Where a build puts them. */
const FOLDER = fileURLToPath(new URL('../../../page/', import.meta.url));

/** @throws Error with code ENOENT where there was no build */
export async function readPageFiles(folder = FOLDER): Promise<PageFiles> {
  const paths = (await readdir(folder, { recursive: true })).map((path) => path.replaceAll('\\', '/'));
  const files = new Map<string, PageFile>();
  for (const path of paths) {
    const type = TYPES[path.slice(path.lastIndexOf('.') + 1)];
    if (type === undefined) continue;
    const bytes = await readBytes(`${folder}/${path}`);
    const encoded = new Map<Encoding, Uint8Array<ArrayBuffer>>();
    for (const [encoding, ending] of Object.entries(ENCODINGS) as [Encoding, string][])
      if (paths.includes(path + ending)) encoded.set(encoding, await readBytes(`${folder}/${path}${ending}`));
    files.set(path, { type, bytes, encoded, tag: tagOf(bytes) });
  }
  return { document: await readFile(`${folder}/index.html`, 'utf8'), files };
}

/** What tells one content from another. */
export function tagOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('base64url').slice(0, 22);
}

async function readBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return Uint8Array.from(await readFile(path));
}

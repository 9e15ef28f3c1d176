import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AddressMemory } from '../../../pool/sessions/address-memory.js';
import { parseLogin } from '../../../pool/sessions/login.js';
import { parseAddress } from '../../../protocol/address.js';
import { ADDRESS, OTHER_ADDRESS } from '../../support/test-pool.js';

function counted() {
  const read: string[] = [];
  const memory = new AddressMemory((text) => {
    read.push(text);
    return parseAddress(text);
  });
  return { memory, read };
}

test('an address is read once, and so is a text that is none', () => {
  const { memory, read } = counted();
  const wrong = `${ADDRESS}x`;
  for (let i = 0; i < 3; i++) {
    assert.equal(memory.parse(ADDRESS)?.text, ADDRESS);
    assert.equal(memory.parse(wrong), undefined);
    assert.equal(memory.parse(OTHER_ADDRESS)?.text, OTHER_ADDRESS);
  }
  assert.deepEqual(read, [ADDRESS, wrong, OTHER_ADDRESS]);
});

test('logins of an address share its account, and none of another', () => {
  const { memory } = counted();
  const [one, two, other] = [`${ADDRESS}.a`, `b.${ADDRESS}`, OTHER_ADDRESS].map((text) => {
    const login = parseLogin(text, memory);
    assert.ok(login.kind === 'address');
    return login;
  });
  assert.equal(one!.account, two!.account);
  assert.deepEqual([one!.worker, two!.worker], ['a', 'b']);
  assert.equal(other!.account.address, OTHER_ADDRESS);
});

test('so many are remembered, and no long text', () => {
  const { memory, read } = counted();
  memory.parse(ADDRESS);
  for (let i = 0; i < 4_096; i++) memory.parse(`no address ${i}`);
  memory.parse(ADDRESS);
  assert.equal(read.filter((text) => text === ADDRESS).length, 2, 'forgotten, and read anew');
  const long = 'x'.repeat(65);
  memory.parse(long);
  memory.parse(long);
  assert.equal(read.filter((text) => text === long).length, 2);
});

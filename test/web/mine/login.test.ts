import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLogin } from '../../../web/mine/login.js';

const ADDRESS = '14gv16y2bEDYV6LaV3iqbJc9n7WT2zromQ1reBKebZc8E';

test('an address and a name are a user name; blanks around them do not count', () => {
  assert.deepEqual(readLogin(` ${ADDRESS}\n`, ' rig-1 '), { kind: 'user', user: `${ADDRESS}.rig-1` });
  assert.deepEqual(readLogin(ADDRESS, ''), { kind: 'user', user: ADDRESS });
});

for (const [address, worker, field] of [
  ['', 'rig', 'address'],
  ['   ', 'rig', 'address'],
  [`${ADDRESS}.rig`, 'rig', 'address'],
  [ADDRESS.slice(1), 'rig', 'address'],
  ['0x52908400098527886E0F7030069857D2E4169EE7', 'rig', 'address'],
  ['9'.repeat(100_000), 'rig', 'address'],
  [ADDRESS, 'a b', 'worker'],
  [ADDRESS, '<b>', 'worker'],
  [ADDRESS, 'é', 'worker'],
  [ADDRESS, 'x'.repeat(33), 'worker'],
] as const) {
  test(`${address.slice(0, 20)} / ${worker.slice(0, 10)}: the ${field} is wrong`, () => {
    const login = readLogin(address, worker);
    assert.equal(login.kind === 'problem' && login.field, field);
  });
}

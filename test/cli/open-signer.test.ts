import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSigner, shownWallet } from '../../cli/open-signer.js';
import { parsePoolConfig } from '../../pool/config/pool-config.js';
import { configSources } from '../support/config-sources.js';
import { FakeRest } from '../support/fake-rest.js';
import { walletKeys } from '../support/round-lab.js';

test("a node's wallet is that of the addresses that the first node tells; without one nothing is paid", async (t) => {
  const [away, there] = [await FakeRest.listen(), await FakeRest.listen()];
  t.after(() => there.close());
  await away.close();
  const minerAddresses = walletKeys.map(({ address }) => address.text);
  there.identity = { networkId: 4, minerAddresses };
  const configOf = (...ports: number[]) => {
    const nodes = ports.map((restPort, i) => ({ port: 1 + i, restPort }));
    const payouts = { nodeWallet: { name: 'pool', restPort: there.port } };
    const config = parsePoolConfig({ mode: 'pool', nodes, payouts }, configSources());
    return [config, config.payouts!] as const;
  };
  const { networkId, keys } = await shownWallet(...configOf(away.port, there.port), undefined);
  assert.deepEqual([networkId, keys.map(({ address }) => address.text)], [4, minerAddresses]);
  const words = /^nothing is paid: no full node tells which addresses blocks pay \(http:/;
  await assert.rejects(shownWallet(...configOf(away.port), undefined), { message: words });
  const options = { wallet: undefined, passwordFile: '/nowhere', warn: () => {} };
  await assert.rejects(openSigner(...configOf(away.port), options), { message: words });
  await assert.rejects(openSigner(...configOf(there.port), options), { code: 'ERR_WALLET_PASSWORD' });
});

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { FateServiceData, FromFateService } from '../../../pool/block-fates/fate-service-messages.js';
import { startService } from '../../../pool/block-fates/start-fate-service.js';
import type { PoolEvent } from '../../../pool/ports/store.js';
import { FINAL_DEPTH } from '../../../protocol/block-end.js';
import { chainIndex } from '../../../protocol/chain.js';
import { setUp } from '../../devnet/setting.js';
import { batchOf, blockOf } from '../../support/batches.js';
import { embeddedStoreLab } from '../../support/embedded-store-lab.js';
import { SERVICE_HOST } from '../../support/service-host.js';
import { waitFor } from '../../support/wait.js';

const CHAIN = chainIndex(1, 2);

async function openService(t: TestContext, data: Partial<FateServiceData> = {}) {
  const { devnet } = await setUp(t);
  const lab = await embeddedStoreLab();
  t.after(() => lab.close());
  const store = await lab.open();
  const block = await devnet.mineBlock(CHAIN);
  const { id: hash, chain, height } = block;
  const blocksFound = [blockOf(1, 10_000, { hash, chain, height })];
  const blockStates = [{ hash, state: 'accepted' as const, atMs: 1 }];
  await store.apply(batchOf('a'.repeat(16), 1, [], { blocksFound, blockStates }));
  await store.claimNodeIdentity({ networkId: 4, minerAddresses: devnet.minerAddresses });
  const events: PoolEvent[] = [];
  store.subscribe((event) => events.push(event));
  const told: FromFateService[] = [];
  const { restPort } = devnet;
  const start = (owner: string) =>
    startService(
      store,
      {
        owner,
        nodes: [{ endpoint: { host: '127.0.0.1', port: 1, restPort } }],
        shift: 0,
        depth: FINAL_DEPTH,
        awaitsAddresses: false,
        settlement: undefined,
        ...data,
      },
      (message) => told.push(message),
      SERVICE_HOST,
    );
  return { store, hash, told, events, start };
}

test('the owner of the task follows blocks, counts and tells; at its end another one goes on', async (t) => {
  const { store, hash, told, events, start } = await openService(t);
  const one = await start('one');
  await waitFor('the block on the main chain', async () => (await store.block(hash))?.state === 'main');
  const second = await start('two');
  await waitFor('counts', () => told.filter(({ type }) => type === 'figures').length >= 2);
  await one.close();
  const lease = await store.takeLease('settlement', 'another', 1_000);
  assert.ok(lease !== undefined, 'the lease was given back, and the second one was not asked');
  await second.close();
  const fates = told.flatMap((message) => (message.type === 'fate' ? [message.event] : []));
  assert.equal(fates.length, 1);
  const [{ state, isNews, final, earned, pays }] = fates as [(typeof fates)[0]];
  assert.deepEqual([state, isNews, final, pays], ['main', true, false, undefined]);
  assert.ok(BigInt(earned) > 0n);
  assert.deepEqual(
    events.map((event) => event.type === 'blockFate' && [event.hash, event.state, event.final]),
    [[hash, 'main', false]],
  );
});

test('blocks wait for the addresses that they may pay; one that pays none of them is told', async (t) => {
  const { store, hash, told, start } = await openService(t, { awaitsAddresses: true });
  await store.claimNodeIdentity({ networkId: 4, minerAddresses: ['1a', '1b', '1c', '1d'] }, true);
  const service = await start('one');
  await waitFor('counts', () => told.length > 0);
  assert.equal((await store.block(hash))?.state, 'accepted');
  service.onMessage({ type: 'addresses', addresses: ['1e'] });
  await waitFor('the block on the main chain', async () => (await store.block(hash))?.state === 'main');
  await service.close();
  const [fate] = told.flatMap((message) => (message.type === 'fate' ? [message.event] : []));
  assert.equal(fate?.earned, '0');
  assert.match(fate?.pays ?? '', /^1/);
});

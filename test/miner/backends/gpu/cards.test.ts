import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assignCards, type ProbedCard } from '../../../../miner/backends/gpu/cards.js';
import type { VulkanCard } from '../../../../miner/backends/gpu/vulkan-card.js';

const limits = {
  maxComputeWorkgroupsPerDimension: 65535,
  maxComputeInvocationsPerWorkgroup: 1024,
  maxComputeWorkgroupSizeX: 1024,
};

function adapter(name: string, software = false) {
  const texts = { backend: 'vulkan', vendor: 'nvidia', architecture: '', description: '' };
  return { ...texts, name, software, limits };
}

function card(name: string, pciAddress: string | undefined, others: Partial<VulkanCard> = {}): ProbedCard {
  const uuid = Buffer.from((pciAddress ?? 'none').padEnd(16)).toString('hex');
  return { ...adapter(name), card: { name, uuid, pciAddress, which: 0, ...others } };
}

const places = (adapters: readonly ReturnType<typeof adapter>[], cards: readonly ProbedCard[]) =>
  assignCards(adapters, cards).map((one) => one?.card.pciAddress);

const [first, second, third] = ['0000:01:00.0', '0000:02:00.0', '0000:0a:00.0'];
const A = adapter('RTX 3080');
const B = adapter('RTX 3080 Ti');

test('cards of one name are given out in the order of the bus, whatever that of the drivers', () => {
  const cards = [card('RTX 3080', third), card('RTX 3080 Ti', second), card('RTX 3080', first)];
  assert.deepEqual(places([A, B, A], cards), [first, second, third]);
  assert.deepEqual(places([A, B, A], cards.toReversed()), [first, second, third]);
  const far = '10000:01:00.0';
  assert.deepEqual(places([A, A], [card('RTX 3080', far), card('RTX 3080', third)]), [third, far]);
});

test('where the numbers differ, or a card does not say where it is, none of that name is given out', () => {
  const others = card('RTX 3080 Ti', second);
  assert.deepEqual(places([A, B, A], [card('RTX 3080', first), others]), [undefined, second, undefined]);
  const nowhere = [card('RTX 3080', first), card('RTX 3080', undefined), others];
  assert.deepEqual(places([A, B, A], nowhere), [undefined, second, undefined]);
  assert.deepEqual(places([A, A], []), [undefined, undefined]);
});

test('cards that are there twice come behind all others the second time', () => {
  const twice = [0, 1].flatMap((which) => [third, first].map((place) => card('RTX 3080', place, { which })));
  assert.deepEqual(places([A, A, A, A], twice), [first, third, first, third]);
  assert.deepEqual(places([A, A, A, A], twice.toReversed()), [first, third, first, third]);
});

test('software is told apart by the order of its drivers', () => {
  const software = adapter('SwiftShader', true);
  const cards = [1, 0].map((which) => ({
    ...software,
    card: { name: 'SwiftShader', uuid: '00'.repeat(16), pciAddress: undefined, which },
  }));
  const given = assignCards([software, software], cards).map((one) => one?.card.which);
  assert.deepEqual(given, [0, 1]);
});

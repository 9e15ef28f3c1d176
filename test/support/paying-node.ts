/**
 * What a node says of the blocks of a settled world: each is of the main chain, and paid its reward. Blocks can be added, and changed.
 * @module
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { BlockWitness, WitnessedBlock } from '../../audit/check/check-blocks.js';
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import { outputKeyOf } from '../../protocol/output-reference.js';
import { bitsOfTarget } from '../../protocol/target.js';
import { EXPECTED, LOCK_MS, rewardOfBlock, type SettledWorld } from './settled-world.js';

export const PAID_ADDRESS = '1paid';

/** Blocks by hash. */
export type PaidBlocks = Map<string, WitnessedBlock>;

/** What a settled world's blocks paid. */
export function paidBlocks({ hashes, foundMs }: SettledWorld): PaidBlocks {
  const perRun = 5;
  return new Map(
    hashes.map((hash, i) => [hash, paidBlock(hash, foundMs[i]!, rewardOfBlock(i % perRun))] as const),
  );
}

export function paidBlock(hash: string, timestampMs: number, amount: bigint): WitnessedBlock {
  return {
    hash,
    address: PAID_ADDRESS,
    amount,
    timestampMs,
    lockTimeMs: timestampMs + LOCK_MS,
    expectedHashes: EXPECTED,
  };
}

export function witnessOf(blocks: PaidBlocks): BlockWitness {
  return {
    name: 'node',
    earning: async (hash) => {
      const block = blocks.get(hash);
      return block === undefined ? { kind: 'unknown' } : { kind: 'main', ...block };
    },
    paidBetween: async (fromMs, toMs, addresses) =>
      [...blocks.values()].filter(
        ({ timestampMs, address }) => timestampMs >= fromMs && timestampMs <= toMs && addresses.has(address),
      ),
  };
}

/** A node's REST API that says so. @returns its port */
export async function listenAsNode(t: TestContext, blocks: PaidBlocks): Promise<number> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://node');
    const block = blocks.get(searchParams.get('blockHash') ?? pathname.split('/').at(-1)!);
    const between = (): WitnessedBlock[] =>
      [...blocks.values()].filter(
        ({ timestampMs }) =>
          timestampMs >= Number(searchParams.get('fromTs')) &&
          timestampMs <= Number(searchParams.get('toTs')),
      );
    const known = block ? entryOf(block) : undefined;
    const answer = pathname.endsWith('/self-clique')
      ? { synced: true }
      : pathname.endsWith('/is-block-in-main-chain')
        ? known && true
        : pathname.endsWith('/blocks')
          ? { blocks: [between().map(entryOf)] }
          : known;
    response.statusCode = answer === undefined ? 500 : 200;
    response.end(JSON.stringify(answer ?? { detail: 'it does not exist' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** A block as REST tells it. */
function entryOf({ hash, address, amount, timestampMs, lockTimeMs }: WitnessedBlock): object {
  const key = bytesToHex(outputKeyOf(hexToBytes(hash), 0));
  const fixedOutputs = [{ hint: 1, key, address, attoAlphAmount: `${amount}`, lockTime: lockTimeMs }];
  const target = bitsOfTarget((16n * 2n ** 256n) / EXPECTED - 1n)
    .toString(16)
    .padStart(8, '0');
  return {
    hash,
    chainFrom: 0,
    chainTo: 1,
    height: 7,
    timestamp: timestampMs,
    target,
    transactions: [{ unsigned: { txId: hash, inputs: [], fixedOutputs } }],
    ghostUncles: [],
  };
}

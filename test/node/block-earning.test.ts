import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { fetchEarning, fetchPaidBetween } from '../../node/block-earning.js';
import { bytesToHex, hexToBytes } from '../../protocol/bytes.js';
import { MAINNET_EMISSION } from '../../protocol/emission.js';
import { outputKeyOf } from '../../protocol/output-reference.js';
import { expectedHashes, targetOfBits } from '../../protocol/target.js';

const hashOf = (byte: string): string => byte.repeat(32);
const [MAIN, UNCLE, NAMER, VOID, SPENDING, ORPHAN] = ['a1', 'b2', 'c3', 'd4', 'e5', 'f6'].map(hashOf) as [
  string,
  string,
  string,
  string,
  string,
  string,
];

interface Made {
  readonly hash: string;
  readonly atMs: number;
  readonly uncles?: readonly string[];
  readonly spends?: boolean;
}

const MADE: readonly Made[] = [
  { hash: MAIN, atMs: 1_000_000 },
  { hash: NAMER, atMs: 2_000_000, uncles: [UNCLE] },
  { hash: VOID, atMs: 3_000_000, spends: true },
  { hash: SPENDING, atMs: 4_000_000, spends: true },
];

/** A block as a node tells it: its n-th output pays address `1n`, n + 5 attoALPH. */
function entryOf({ hash, atMs, uncles = [], spends = false }: Made): object {
  const fixedOutputs = [hash, ...uncles].map((_, index) => ({
    hint: 1,
    key: bytesToHex(outputKeyOf(hexToBytes(hash), index)),
    address: `1${index}`,
    attoAlphAmount: `${index + 5}`,
    lockTime: atMs + 30_000_000,
  }));
  return {
    hash,
    chainFrom: 1,
    chainTo: 2,
    height: 9,
    timestamp: atMs,
    target: '1e00ffff',
    transactions: [{ unsigned: { txId: hash, inputs: spends ? [{}] : [], fixedOutputs } }],
    ghostUncles: uncles.map((blockHash) => ({ blockHash })),
  };
}

const byHash = new Map(MADE.map((made) => [made.hash, made]));

function answerTo(path: string, query: URLSearchParams): unknown {
  const hash = query.get('blockHash') ?? query.get('txId') ?? path.split('/').at(-1)!;
  const made = byHash.get(hash);
  if (path.endsWith('/is-block-in-main-chain'))
    return made !== undefined || (hash === UNCLE || hash === ORPHAN ? false : undefined);
  if (path.includes('/main-chain-block-by-ghost-uncle/'))
    return hash === UNCLE ? entryOf(byHash.get(NAMER)!) : undefined;
  if (path.endsWith('/transactions/status'))
    return {
      type: hash === VOID ? 'Conflicted' : 'Confirmed',
      blockHash: hash,
      txIndex: 0,
      chainConfirmations: 100,
      fromGroupConfirmations: 100,
      toGroupConfirmations: 100,
    };
  if (path.endsWith('/blockflow/blocks')) {
    const [from, to] = ['fromTs', 'toTs'].map((name) => Number(query.get(name))) as [number, number];
    return { blocks: [MADE.filter(({ atMs }) => atMs >= from && atMs <= to).map(entryOf), []] };
  }
  return made && entryOf(made);
}

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url!, 'http://node');
  const answer = answerTo(pathname, searchParams);
  const isNamer = pathname.includes('ghost-uncle');
  response.statusCode = answer === undefined ? (isNamer ? 404 : 500) : 200;
  response.end(JSON.stringify(answer ?? { detail: isNamer ? 'none' : 'it does not exist' }));
});
const endpoint = { host: '127.0.0.1', port: 1, restPort: 0 };
const options = { timeoutMs: 5_000 };

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint.restPort = (server.address() as AddressInfo).port;
});
after(() => server.close());

const earning = (hash: string) => fetchEarning(endpoint, hash, MAINNET_EMISSION, options);

test('a block earned what its own output holds, an uncle what the block holds for it that names it', async () => {
  assert.deepEqual(await earning(MAIN), {
    kind: 'main',
    hash: MAIN,
    address: '10',
    amount: 5n,
    timestampMs: 1_000_000,
    lockTimeMs: 31_000_000,
    expectedHashes: expectedHashes(targetOfBits(0x1e00ffff)),
  });
  assert.deepEqual(await earning(UNCLE), {
    kind: 'uncle',
    hash: UNCLE,
    address: '11',
    amount: 6n,
    timestampMs: 2_000_000,
    lockTimeMs: 32_000_000,
    expectedHashes: undefined,
  });
  assert.equal((await earning(SPENDING)).kind, 'main');
});

test('others earned nothing', async () => {
  assert.deepEqual(await earning(VOID), { kind: 'void' });
  assert.deepEqual(await earning(ORPHAN), { kind: 'none' });
  assert.deepEqual(await earning(hashOf('99')), { kind: 'unknown' });
});

test('all blocks of a time that pay an address are found, uncles among them, over any number of spans', async () => {
  const paid = async (...addresses: readonly string[]) =>
    (
      await fetchPaidBetween(
        endpoint,
        900_000,
        9_000_000,
        MAINNET_EMISSION,
        (address) => addresses.includes(address),
        options,
      )
    ).map(({ hash }) => hash);
  assert.deepEqual(await paid('10'), [MAIN, NAMER, SPENDING]);
  assert.deepEqual(await paid('11'), [UNCLE]);
  assert.deepEqual(await paid(), []);
});

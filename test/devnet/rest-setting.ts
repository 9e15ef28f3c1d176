/**
 * What the tests of the devnet's REST share: recorded calls, and a network as they were recorded on.
 * @module
 */
import type { Devnet } from '../../devnet/app.js';
import { readVectors } from '../support/vectors.js';
import { setUp } from './setting.js';

interface RecordedCall {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly response: unknown;
}

/** What a node of the network answered. */
export const { calls } = readVectors<{ calls: RecordedCall[] }>('rest');

export const recordedAddresses = (
  calls.find(({ path }) => path === '/miners/addresses')!.response as { addresses: string[] }
).addresses;

/** A block that nobody has. */
export const UNKNOWN = '0'.repeat(64);

/** A connection of its own each: one that is kept may be closed by the server while the next request is on its way. */
const HEADERS = { connection: 'close' };

/** Whatever a node answers, with the type of its text. */
export async function ask(devnet: Devnet, method: string, path: string, body?: object) {
  const response = await fetch(`http://127.0.0.1:${devnet.restPort}${path}`, {
    method,
    headers: HEADERS,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const type = response.headers.get('content-type');
  return { status: response.status, type, text: await response.text() };
}

export async function get(devnet: Devnet, path: string, headers: Record<string, string> = {}) {
  const response = await fetch(`http://127.0.0.1:${devnet.restPort}${path}`, {
    headers: { ...HEADERS, ...headers },
  });
  return { status: response.status, body: (await response.json()) as unknown };
}

/** A network as small as the recorded one: on chain 0-1 an uncle, and blocks that take each other in. */
export async function setUpLikeRecorded(t: Parameters<typeof setUp>[0]) {
  // This rate's target has letters among its digits, as the recorded one.
  const setting = await setUp(t, { rate: 1700, networkId: 2, minerAddresses: recordedAddresses });
  const { devnet, clock } = setting;
  const mine = async (...chains: number[]) => {
    for (const chain of chains) {
      clock.advance(1000);
      await devnet.mineBlock(chain);
    }
  };
  await mine(1, 6, 6, 0);
  const side = await devnet.mineSideBlock(1);
  await mine(1, 0, 0, 5, 5, 4);
  return { ...setting, side, main: devnet.node.state.mainAt(1, 1)!, referencing: devnet.node.state.tip(1) };
}

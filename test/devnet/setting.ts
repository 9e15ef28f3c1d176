/**
 * What the devnet's tests share: a devnet with tiny targets whose clock stands still, and what changed between Jobs.
 * @module
 */
import type { TestContext } from 'node:test';
import { type Devnet, type DevnetOptions, startDevnet } from '../../devnet/app.js';
import { type Clock, createManualClock } from '../../devnet/clock.js';
import { bytesToHex } from '../../protocol/bytes.js';
import { ALL_CHAINS, toGroupOf } from '../../protocol/chain.js';
import { encodeSubmitBlock } from '../../protocol/frames.js';
import { parentOf } from '../../protocol/header.js';
import { type Job, NODE_KEEPS_TXS } from '../../protocol/job.js';
import { RawMiner } from '../support/raw-miner.js';

export interface Setting {
  readonly devnet: Devnet;
  readonly clock: Clock;
  /** A miner that is closed with the test. */
  connect(): Promise<RawMiner>;
}

/** Some 125 hashes make a block, unless options say otherwise. All is closed with the test. */
export async function setUp(t: TestContext, options: DevnetOptions = {}): Promise<Setting> {
  const clock = createManualClock();
  const devnet = await startDevnet(
    { rate: 1000, blockTimeMs: 2000, retarget: false, ...options },
    { clock, sliceHashes: 64 },
  );
  const miners: RawMiner[] = [];
  t.after(async () => {
    for (const miner of miners) miner.close();
    await devnet.close();
  });
  const connect = async (): Promise<RawMiner> => {
    const miner = await RawMiner.connect(devnet.minerApiPort);
    miners.push(miner);
    return miner;
  };
  return { devnet, clock, connect };
}

/** What stands for the transactions on the wire. */
export const TXS_BLOB = NODE_KEEPS_TXS;

export function submit(miner: RawMiner, header: Uint8Array): void {
  miner.send(encodeSubmitBlock(header, TXS_BLOB));
}

/** What changed on each chain from one message to the next. */
export function changes(before: readonly Job[], after: readonly Job[]): string[] {
  return ALL_CHAINS.map((chain) => {
    const [a, b] = [before[chain]!.headerBlob, after[chain]!.headerBlob];
    if (bytesToHex(a) === bytesToHex(b)) return 'same';
    const to = toGroupOf(chain);
    return bytesToHex(parentOf(a, to)) === bytesToHex(parentOf(b, to)) ? 'refreshed' : 'new parent';
  });
}

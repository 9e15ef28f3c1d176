import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  type Devnet,
  type DevnetModules,
  type DevnetOptions,
  StateFileError,
  startDevnet,
} from '../../devnet/app.js';
import { createManualClock } from '../../devnet/clock.js';
import { ALL_CHAINS } from '../../protocol/chain.js';
import { RawMiner } from '../support/raw-miner.js';

async function start(t: TestContext, options: DevnetOptions, modules: DevnetModules = {}): Promise<Devnet> {
  const devnet = await startDevnet(
    { rate: 100, blockTimeMs: 2000, keepHeights: 64, ...options },
    { clock: createManualClock(), sliceHashes: 64, ...modules },
  );
  t.after(() => devnet.close());
  return devnet;
}

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'lesswork-devnet-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function tipsOf(devnet: Devnet): string[] {
  return ALL_CHAINS.map((chain) => devnet.node.state.tip(chain).id);
}

test('saved blocks come back: tips, side blocks, work, and chains that were cut off below', async (t) => {
  const first = await start(t, {});
  for (let i = 0; i < 90; i++) {
    // Uneven, so that targets move, and 2 s in the mean, so that they stay easy.
    first.advance(i % 3 === 0 ? 4000 : 1000);
    await first.mineBlock(2);
    if (i % 5 === 0) await first.mineSideBlock(2);
  }
  for (const chain of ALL_CHAINS) await first.mineBlock(chain);
  const json = first.saveState();
  const second = await start(t, {}, { savedState: json });
  assert.deepEqual(tipsOf(second), tipsOf(first));
  assert.equal(second.node.state.size, first.node.state.size);
  const { state } = second.node;
  for (const block of first.node.state.blocks()) {
    const copy = state.get(block.id)!;
    assert.deepEqual(copy, block);
    assert.equal(state.isMain(copy), first.node.state.isMain(block));
    assert.equal(state.workOf(copy), first.node.state.workOf(block));
  }
  assert.equal(second.saveState(), json);
  // And they go on from there, by the same rules.
  for (const devnet of [first, second]) {
    devnet.advance(first.node.clock.now() + 5000 - devnet.node.clock.now());
    await devnet.mineBlock(2);
  }
  assert.equal(second.node.state.tip(2).header.targetBits, first.node.state.tip(2).header.targetBits);
});

test('a state of another network, or one that was tampered with, is refused', async (t) => {
  const devnet = await start(t, {});
  await devnet.mineBlock(2);
  const json = devnet.saveState();
  const savedWith =
    /was saved with network ID 4, rate 100H\/s, block time 2000ms, retargeting; start with the same settings, got /;
  for (const [options, got] of [
    [{ networkId: 5 }, /got network ID 5,/],
    [{ rate: 200 }, /got .* rate 200H\/s,/],
    [{ blockTimeMs: 4000 }, /got .* block time 4000ms,/],
    [{ retarget: false }, /got .* no retargeting$/],
  ] as const) {
    const started = start(t, options, { savedState: json });
    await assert.rejects(started, savedWith);
    await assert.rejects(started, got);
  }
  const saved = JSON.parse(json) as { blocks: { raw: string; height: number }[] };
  saved.blocks[0]!.height = 2;
  await assert.rejects(start(t, {}, { savedState: JSON.stringify(saved) }), /unknown-parent/);
});

test('a state file is read at the start and written at the end', async (t) => {
  const statePath = join(temporaryFolder(t), 'state.json');
  const first = await start(t, { statePath });
  await first.mineBlock(7);
  const tips = tipsOf(first);
  await first.close();
  const second = await start(t, { statePath });
  assert.deepEqual(tipsOf(second), tips);
  await second.close();
});

test('a state file that is no good: its path, and which value is wrong', async (t) => {
  const statePath = join(temporaryFolder(t), 'state.json');
  const first = await start(t, { statePath });
  await first.mineBlock(7);
  await first.mineBlock(7);
  await first.close();
  const good = readFileSync(statePath, 'utf8');
  type Json = { [key: string]: Json } & Json[];
  const edit = (change: (saved: Json) => void): string => {
    const saved = JSON.parse(good);
    change(saved);
    return JSON.stringify(saved);
  };
  const set = (place: readonly string[], value: unknown): string =>
    edit((saved) => {
      const holder = place.slice(0, -1).reduce((inner, key) => inner[key]!, saved);
      Object.assign(holder, { [place.at(-1)!]: value });
    });
  for (const [text, reason] of [
    ['', /is empty/],
    [good.slice(0, 500), /is no whole JSON: /],
    ['7', /"the whole of it" expected an object, got 7/],
    ['{}', /"format" expected "lesswork devnet 2", got nothing/],
    [set(['settings'], undefined), /"settings" expected an object, got nothing/],
    [set(['settings', 'rate'], 'x'), /"settings.rate" expected a whole number .*, got "x"/],
    [set(['settings', 'retarget'], 1), /"settings.retarget" expected true or false, got 1/],
    [set(['now'], null), /"now" expected a whole number .*, got null/],
    [set(['blocks'], {}), /"blocks" expected a list, got {}/],
    [set(['blocks', '1'], 3), /"blocks\[1\]" expected an object, got 3/],
    [set(['blocks', '1', 'raw'], 'xyz'), /"blocks\[1\].raw" expected hex, got "xyz"/],
    [set(['blocks', '1', 'raw'], 'x'.repeat(1000)), /got "x{59}\.\.\.$/],
    [set(['blocks', '1', 'raw'], '00'), /"blocks\[1\]" is not valid: .*\(at byte \d+\)/],
    [set(['blocks', '1', 'height'], -1), /"blocks\[1\].height" expected a whole number from 1 to/],
    [set(['blocks', '1', 'work'], 'much'), /"blocks\[1\].work" expected decimal digits, got "much"/],
    [set(['blocks', '1', 'uncles'], undefined), /"blocks\[1\].uncles" expected a list, got nothing/],
    [
      set(['blocks', '1', 'uncles'], [{ hash: '00' }]),
      /"blocks\[1\].uncles\[0\].hash" expected 32 bytes in hex/,
    ],
    [edit(({ blocks }) => blocks!.shift()), /"blocks\[0\]" is not valid: unknown-parent/],
    [edit(({ blocks }) => blocks!.push(blocks![0]!)), /"blocks\[2\]" is not valid: known-block/],
  ] as const) {
    writeFileSync(statePath, text);
    await assert.rejects(startDevnet({ rate: 100, blockTimeMs: 2000, statePath }), (error: Error) => {
      assert.ok(error instanceof StateFileError);
      assert.equal(error.path, statePath);
      assert.match(error.reason, reason);
      return true;
    });
    assert.equal(readFileSync(statePath, 'utf8'), text, 'it must be left as it was');
  }
});

test('a state file that cannot be written is refused at the start, and nothing is left behind', async (t) => {
  const folder = temporaryFolder(t);
  for (const [statePath, reason] of [
    [folder, /it is a folder/],
    [join(folder, 'nowhere', 'state.json'), /cannot be written: there is no such file or folder/],
  ] as const)
    await assert.rejects(start(t, { statePath }), (error: StateFileError) => reason.test(error.reason));
  await assert.rejects(
    start(t, { statePath: join(folder, 'state.json'), host: '192.0.2.1' }),
    /EADDRNOTAVAIL/,
  );
  assert.deepEqual(readdirSync(folder), []);
});

test('everything is closed also where the state file cannot be written, and the reason is thrown', async (t) => {
  const folder = temporaryFolder(t);
  const statePath = join(folder, 'state.json');
  const devnet = await startDevnet({ rate: 100, blockTimeMs: 2000, statePath, others: 10, controlPort: 0 });
  const miner = await RawMiner.connect(devnet.minerApiPort);
  rmSync(folder, { recursive: true });
  await assert.rejects(devnet.close(), (error: Error) => error instanceof StateFileError);
  await miner.closed;
  for (const port of [devnet.restPort, devnet.controlPort, devnet.minerApiPort])
    await assert.rejects(fetch(`http://127.0.0.1:${port}/state`));
});

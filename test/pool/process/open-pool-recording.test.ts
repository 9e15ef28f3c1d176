import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePoolConfig } from '../../../pool/config/pool-config.js';
import { ClockOffsetError, openPoolRecording } from '../../../pool/process/open-pool-recording.js';
import { testFolder } from '../../support/journal-writing.js';

/** A store whose clock is off, by what stands behind the question mark. */
const clockedStore = (offsetMs: number): string =>
  new URL(`../../support/clocked-store.js?${offsetMs}`, import.meta.url).href;

function open(dataFolder: string, offsetMs: number) {
  const sources = { env: {}, readFile: () => '', resolvePath: (path: string) => path };
  const config = parsePoolConfig({ dataFolder }, sources);
  return openPoolRecording(config, {
    onEvent: () => {},
    onNews: () => {},
    storeModule: clockedStore(offsetMs),
  });
}

for (const [offsetMs, words] of [
  [3_000, /3\.\d s ahead of this machine's/],
  [-3_000, /[23]\.\d s behind this machine's/],
] as const)
  test(`a store's clock that is off by ${offsetMs} ms is refused`, async (t) => {
    await assert.rejects(open(testFolder(t), offsetMs), (error) => {
      assert.ok(error instanceof ClockOffsetError);
      assert.match(error.message, words);
      return true;
    });
  });

test("a store's clock that is off by less is followed", async (t) => {
  const recording = await open(testFolder(t), 1_000);
  assert.ok(Math.abs(recording.clock.now() - Date.now() - 1_000) < 900);
  await recording.close(1_000);
});

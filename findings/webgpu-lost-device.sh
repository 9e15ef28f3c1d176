#!/usr/bin/env bash
# Guess:  on a lost device queue.submit() throws or onSubmittedWorkDone() rejects: work that cannot be done is told.
# Really: as the standard has it, both succeed, and so do new buffers and pipelines; mapAsync() alone rejects, with an
#         empty message. Nothing that was submitted was done.
# Bites:  whoever counts submitted work as done work. Believe device.lost and mapped results alone.
# Seen:   webgpu 0.6.2 (Dawn for Node.js) on SwiftShader (Debian's chromium-common and libvulkan1). Without an adapter it
#         says so and proves nothing.
source "$(dirname "$0")/setup.sh"
install webgpu@0.6.2
manifest=/usr/lib/chromium/vk_swiftshader_icd.json
[ -e "$manifest" ] && export VK_ICD_FILENAMES="$manifest" VK_DRIVER_FILES="$manifest"
cat > look.js <<'JS'
import { writeFileSync } from 'node:fs';
import { create, globals } from 'webgpu';
Object.assign(globalThis, globals);
globalThis.gpu = create([]); // Reachable for as long as the process lives.
const adapter = await gpu.requestAdapter();
if (!adapter) {
  writeFileSync('told.json', '{}');
  process.exit(0);
}
const device = await adapter.requestDevice();
device.destroy();
await device.lost;
const outcome = async (attempt) => {
  try {
    await attempt();
    return 'succeeds';
  } catch (error) {
    return `rejects with "${error.message}"`;
  }
};
const buffer = device.createBuffer({ size: 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
const told = {
  submit: await outcome(() => device.queue.submit([device.createCommandEncoder().finish()])),
  done: await outcome(() => device.queue.onSubmittedWorkDone()),
  map: await outcome(() => buffer.mapAsync(GPUMapMode.READ)),
};
// Dawn warns on stdout.
writeFileSync('told.json', JSON.stringify(told));
process.exit(0);
JS
node look.js > /dev/null 2>&1 || true
told() { node -p "JSON.parse(require('fs').readFileSync('told.json', 'utf8')).$1"; }
[ "$(cat told.json)" != '{}' ] || { echo 'not run: no adapter here'; exit 0; }
expect 'submit()' succeeds "$(told submit)"
expect 'onSubmittedWorkDone()' succeeds "$(told done)"
expect 'mapAsync()' 'rejects with ""' "$(told map)"

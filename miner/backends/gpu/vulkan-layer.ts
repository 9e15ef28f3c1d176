/**
 * The Vulkan layer that shows a child process one card of several, as files: the addon of machine code that holds it, and the folder of
 * a manifest that names it. On Linux, where WebGPU goes through Vulkan's loader. Without it, cards that have one name are not told
 * apart; that is never a reason not to mine.
 * @module
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  COMPILED_FILE,
  compiledBinary,
  PREBUILT_FOLDER,
  prebuiltBinary,
} from '../../../shaders/cpu/native-binaries.js';

/** Its name in the manifests. */
export const LAYER_NAME = 'VK_LAYER_LESSWORK_one_device';

/** The layer's files. */
export interface VulkanLayer {
  /** Path of the addon. */
  readonly addon: string;
  /** Folder of its manifest, and of nothing else. */
  readonly folder: string;
}

/** Why there is none. */
export interface NoLayer {
  readonly reason: string;
  /** The variable that turns it off. */
  readonly offBy?: string;
}

/** Where they are looked for; tests bring their own. */
export interface FindLayerOptions {
  readonly platform?: NodeJS.Platform;
  readonly arch?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly compiled?: string;
  readonly prebuilt?: string;
}

const MANIFESTS = fileURLToPath(new URL('./layer', import.meta.url));

/**
 * The layer of this machine, if its addon is the one that was built; nothing of it runs here.
 * @returns undefined where none is made for the system: off Linux
 */
export function findVulkanLayer({
  platform = process.platform,
  arch = process.arch,
  env = process.env,
  compiled = COMPILED_FILE,
  prebuilt = PREBUILT_FOLDER,
}: FindLayerOptions = {}): VulkanLayer | NoLayer | undefined {
  if (platform !== 'linux') return undefined;
  for (const name of ['LESSWORK_VULKAN_LAYER', 'LESSWORK_NATIVE'])
    if (env[name] === 'off') return { reason: `${name}=off is set`, offBy: name };
  const system = `${platform}-${arch}`;
  let reason: string | undefined;
  for (const [binary, manifest] of [
    [env.LESSWORK_NATIVE === 'prebuilt' ? undefined : compiledBinary(compiled), 'compiled'],
    [prebuiltBinary(prebuilt, system), system],
  ] as const) {
    if (binary === undefined) continue;
    const folder = join(MANIFESTS, manifest);
    if ('reason' in binary) reason ??= binary.reason;
    else if (existsSync(folder)) return { addon: binary.file, folder };
  }
  return { reason: reason ?? 'there is no machine code in this package' };
}

/**
 * Variables with which Vulkan's loader puts the layer into a process, beside the layers that its environment names already. Old
 * loaders know one variable for folders alone, VK_LAYER_PATH, which takes the place of the folders of the system.
 */
export function layerEnvironment(
  { folder }: VulkanLayer,
  own: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const { VK_LAYER_PATH, VK_ADD_LAYER_PATH, VK_INSTANCE_LAYERS, VK_LOADER_LAYERS_ENABLE } = own;
  // Layers of the user's own are found through the folders of the system, unless others are named.
  const system = (VK_INSTANCE_LAYERS || VK_LOADER_LAYERS_ENABLE) && !VK_LAYER_PATH;
  return {
    VK_INSTANCE_LAYERS: joined(VK_INSTANCE_LAYERS, LAYER_NAME),
    ...(system
      ? { VK_ADD_LAYER_PATH: joined(VK_ADD_LAYER_PATH, folder) }
      : { VK_LAYER_PATH: joined(VK_LAYER_PATH, folder) }),
  };
}

function joined(before: string | undefined, one: string): string {
  return before ? `${before}${delimiter}${one}` : one;
}

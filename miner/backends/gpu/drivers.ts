/**
 * Software Vulkan drivers, found by their manifests, and the environment that makes a child process use one of them.
 * A driver is chosen for a whole process, before Vulkan is loaded: this process's own environment is never changed.
 * @module
 */
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** A Vulkan driver that computes on the CPU. */
export interface SoftwareDriver {
  readonly name: 'swiftshader' | 'lavapipe';
  /** Path of its manifest. */
  readonly manifest: string;
}

const ARCHITECTURES: Partial<Record<NodeJS.Architecture, readonly string[]>> = {
  x64: ['x86_64'],
  arm64: ['aarch64'],
  ia32: ['i686', 'i386'],
  arm: ['armv7l', 'armv7hl'],
  riscv64: ['riscv64'],
  ppc64: ['powerpc64le', 'ppc64le'],
};

/** Folders of browsers that bring SwiftShader along: Debian, Arch and Alpine; Ubuntu; Fedora; vendors' packages. */
const BROWSER_FOLDERS = [
  '/usr/lib/chromium',
  '/usr/lib/chromium-browser',
  '/usr/lib64/chromium-browser',
  '/usr/lib64/chromium',
  '/opt/google/chrome',
  '/opt/chromium.org/chromium',
  '/opt/microsoft/msedge',
];

/** Where the Vulkan loader looks for manifests; the last is NixOS. */
export const MANIFEST_FOLDERS: readonly string[] = [
  '/usr/share/vulkan/icd.d',
  '/usr/local/share/vulkan/icd.d',
  '/etc/vulkan/icd.d',
  '/run/opengl-driver/share/vulkan/icd.d',
];

/**
 * The software drivers of this machine, at most one of each name; none where Vulkan is not what Dawn uses.
 * @param exists - tells whether a file is there
 */
export function findSoftwareDrivers(
  platform: NodeJS.Platform = process.platform,
  architecture: NodeJS.Architecture = process.arch,
  exists: (path: string) => boolean = existsSync,
): SoftwareDriver[] {
  if (platform !== 'linux') return [];
  const lavapipeFiles = ['lvp_icd.json'];
  for (const name of ARCHITECTURES[architecture] ?? []) lavapipeFiles.unshift(`lvp_icd.${name}.json`);
  const candidates: SoftwareDriver[] = [
    ...MANIFEST_FOLDERS.flatMap((folder) =>
      lavapipeFiles.map((file) => ({ name: 'lavapipe' as const, manifest: `${folder}/${file}` })),
    ),
    ...[...BROWSER_FOLDERS, ...MANIFEST_FOLDERS].map((folder) => ({
      name: 'swiftshader' as const,
      manifest: `${folder}/vk_swiftshader_icd.json`,
    })),
  ];
  const found = new Map<string, SoftwareDriver>();
  for (const driver of candidates) {
    if (!found.has(driver.name) && exists(driver.manifest)) found.set(driver.name, driver);
  }
  return [...found.values()];
}

/**
 * Variables to add to a child's environment.
 * @param manifest - driver that it shall see alone; without it the system's own
 */
export function driverEnvironment(
  manifest: string | undefined,
  own: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const environment: Record<string, string> = {};
  // Mesa and Wayland's Vulkan layers complain where it is not set, as in services and containers.
  if (own.XDG_RUNTIME_DIR === undefined) environment.XDG_RUNTIME_DIR = tmpdir();
  if (manifest !== undefined) {
    // The loader's new name and its old one, which loaders before 1.3.207 know alone.
    environment.VK_DRIVER_FILES = manifest;
    environment.VK_ICD_FILENAMES = manifest;
  }
  return environment;
}

// The packages that the program needs where it runs, as package-lock.json names them.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Packages of the lock file that are no development tools.
 * @param system - only those for this system: `{ os, cpu, libc }` as package.json has them; left out: for all
 * @returns path below the project, name, version, what the lock file says of it
 */
export function lockedPackages(root, system) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const allows = (list, value) => list === undefined || list.includes(value);
  return Object.entries(packages)
    .filter(([path, entry]) => path !== '' && !entry.dev && !entry.devOptional)
    .filter(
      ([, { os, cpu, libc }]) =>
        system === undefined ||
        (allows(os, system.os) && allows(cpu, system.cpu) && allows(libc, system.libc)),
    )
    .map(([path, entry]) => ({
      path,
      name: path.split('node_modules/').at(-1),
      version: entry.version,
      entry,
    }));
}

/** Those that are installed, of the versions that the lock file names. @throws Error naming one that is not */
export function installedPackages(root, system) {
  return lockedPackages(root, system).map((one) => {
    const file = join(root, one.path, 'package.json');
    if (!existsSync(file))
      throw new Error(`${one.path} is not installed: run "npm ci" on linux-x64 with glibc`);
    const manifest = JSON.parse(readFileSync(file, 'utf8'));
    if (manifest.version !== one.version)
      throw new Error(
        `${one.path} is ${manifest.version}, package-lock.json says ${one.version}: run "npm ci"`,
      );
    return { ...one, manifest };
  });
}

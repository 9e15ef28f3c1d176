/**
 * A program in the place of systemd-notify that writes down what it was told.
 * @module
 */
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @param folder - where it is made
 * @param script - what it does
 * @returns environment of a process that is to tell it, and the file that has a line of its arguments then
 */
export function notifyStandIn(
  folder: string,
  script = 'echo "$@" > "$TOLD"',
): { readonly env: NodeJS.ProcessEnv; readonly told: string } {
  const bin = mkdtempSync(join(folder, 'notify-'));
  writeFileSync(join(bin, 'systemd-notify'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, 'systemd-notify'), 0o755);
  const told = join(bin, 'told');
  return {
    told,
    env: { PATH: `${bin}:${process.env.PATH}`, NOTIFY_SOCKET: join(bin, 'socket'), TOLD: told },
  };
}

/**
 * Tells systemd that a service is ready (`Type=notify`).
 *
 * The message is a datagram to a Unix socket, which Node.js has none of: `systemd-notify` sends it, a program of systemd itself. It is
 * started once, where systemd asks for it (NOTIFY_SOCKET), and never elsewhere.
 * @module
 */
import { spawn } from 'node:child_process';

/** The message comes from a child: with `NotifyAccess=main` it would be thrown away. */
const PROGRAM = 'systemd-notify';

/** A service manager that does not take it in that time is not waited for, ms. */
const TIMEOUT_MS = 10_000;

/**
 * Says that this process is ready, where systemd wants to know. The process goes on at once, and whatever comes of it.
 * @param status - a few words for `systemctl status`, in one line
 * @param complain - takes a line where it could not be told
 */
export function tellReady(
  status: string,
  {
    env = process.env,
    complain = (line) => process.stderr.write(line),
  }: {
    readonly env?: NodeJS.ProcessEnv;
    readonly complain?: (line: string) => unknown;
  } = {},
): void {
  if (!env.NOTIFY_SOCKET) return;
  const child = spawn(PROGRAM, ['READY=1', `MAINPID=${process.pid}`, `STATUS=${status}`], {
    env,
    stdio: 'ignore',
    timeout: TIMEOUT_MS,
  });
  const failed = (why: string): unknown =>
    complain(`lesswork: systemd was not told that this is ready: ${PROGRAM}: ${why}\n`);
  child.once('error', (error) => failed(error.message));
  child.once('exit', (code, signal) => {
    if (code !== 0) failed(signal ?? `exit status ${code}`);
  });
  child.unref();
}

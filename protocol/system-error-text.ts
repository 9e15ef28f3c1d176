/**
 * What the operating system refuses, in words instead of codes: `there is no such file or folder` for `ENOENT: no such
 * file or directory, open '...'`. Which setting it was and what to do, the caller knows.
 * @module
 */

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is no folder',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not use it',
  EPERM: 'this user may not use it',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: "this user's part of the disk is full",
  EMFILE: 'this process has too many files and connections open',
  ENFILE: 'this machine has too many files and connections open',
  ENAMETOOLONG: 'the name is too long',
  EADDRINUSE: 'another program listens there',
  EADDRNOTAVAIL: 'that is no address of this machine',
  EAFNOSUPPORT: 'this machine has no addresses of that kind',
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the other side cut the connection',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no way to that network',
  ENOTFOUND: 'that name has no address',
  EAI_AGAIN: 'the name server does not answer',
  ETIMEDOUT: 'there was no answer in time',
};

/** One line, without codes where the code is known; the error's own words otherwise. Takes whatever was thrown. */
export function systemErrorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // One of the web's says its kind by its name, and has a number for a code.
  if (error.name === 'TimeoutError') return WORDS.ETIMEDOUT!;
  const { message } = error;
  const { code: given } = error as { readonly code?: unknown };
  const code = typeof given === 'string' ? given : undefined;
  if (code?.startsWith('ERR_SSL_') || code === 'EPROTO')
    return `TLS: ${tlsReason(error) ?? oneLine(message)}`;
  const words = code === undefined || !Object.hasOwn(WORDS, code) ? undefined : WORDS[code];
  // A failure of all addresses of a name has no message of its own.
  return words ?? (message === '' ? (code ?? error.name) : oneLine(message));
}

/**
 * What OpenSSL complains of, without its queue of errors: `tlsv1 alert access denied`; undefined if it does not say. Of what is
 * met while a socket is written to, only the message has it.
 */
export function tlsReason(error: Error & { readonly reason?: unknown }): string | undefined {
  if (typeof error.reason === 'string') return error.reason;
  return /:SSL routines:[^:]*:([^:]+):/.exec(error.message)?.[1];
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, ' ');
}

/**
 * A certificate and its key on disk, that change while the pool runs.
 * @module
 */
import { readFile, stat } from 'node:fs/promises';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { systemErrorText } from '../../protocol/system-error-text.js';

/** Where a certificate is. */
export interface CertificateFiles {
  /** PEM: the certificate, with those that it rests on. */
  readonly certFile: string;
  readonly keyFile: string;
  readonly passphrase?: string | undefined;
}

/** Reads a certificate. @throws Error if the files can't be read, or the key is not that of the certificate */
export async function readCertificate(files: CertificateFiles): Promise<SecureContextOptions> {
  const [cert, key] = await Promise.all([
    named(files.certFile, (path) => readFile(path)),
    named(files.keyFile, (path) => readFile(path)),
  ]);
  const options: SecureContextOptions = { cert, key, minVersion: 'TLSv1.2' };
  if (files.passphrase !== undefined) options.passphrase = files.passphrase;
  try {
    createSecureContext(options);
  } catch (error) {
    throw new Error(certificateFault(error, files), { cause: error });
  }
  return options;
}

/** Does something with a file, and names it where that fails. */
async function named<T>(path: string, act: (path: string) => Promise<T>): Promise<T> {
  try {
    return await act(path);
  } catch (error) {
    throw new Error(`${path}: ${systemErrorText(error)}`, { cause: error });
  }
}

/** What OpenSSL says of a certificate and its key, in words. */
function certificateFault(error: unknown, { certFile, keyFile, passphrase }: CertificateFiles): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const both = `${certFile} and ${keyFile}`;
  if (/KEY_VALUES_MISMATCH|KEY_TYPE_MISMATCH/.test(code))
    return `${both}: the key is not that of the certificate`;
  if (
    /BAD_DECRYPT|MAYBE_WRONG_PASSWORD/.test(code) ||
    (passphrase !== undefined && /BAD_PASSWORD_READ/.test(code))
  )
    return `${keyFile}: the passphrase is not that of the key`;
  if (/BAD_PASSWORD_READ|INTERRUPTED_OR_CANCELLED|PASSPHRASE/.test(code))
    return `${keyFile}: the key has a passphrase, and none is set`;
  if (/NO_START_LINE|BAD_BASE64|BAD_END_LINE|UNSUPPORTED/.test(code))
    return `${both}: one of them is no PEM file of its kind`;
  return `${both}: ${message}`;
}

/** Looks at the files now and then, and reads them when they are others than before. */
export class CertificateWatch {
  readonly #files: CertificateFiles;
  readonly #everyMs: number;
  readonly #onChange: (certificate: SecureContextOptions) => void;
  readonly #onTrouble: (error: Error) => void;
  /** What the files looked like when they were last read well. */
  #seen: string;
  #lookedMs: number;
  #busy: Promise<void> | undefined;
  /** The trouble that was told last, until the files are good again: they are looked at every few seconds. */
  #told = '';

  /**
   * @param seen - of `fingerprint`, when the certificate in use was read
   * @param onTrouble - files changed and are no good: the old certificate stays, and they are tried again
   */
  constructor(
    files: CertificateFiles,
    seen: string,
    nowMs: number,
    everyMs: number,
    onChange: (certificate: SecureContextOptions) => void,
    onTrouble: (error: Error) => void,
  ) {
    this.#files = files;
    this.#seen = seen;
    this.#lookedMs = nowMs;
    this.#everyMs = everyMs;
    this.#onChange = onChange;
    this.#onTrouble = onTrouble;
  }

  /** Looks if it is time to. */
  sweep(nowMs: number): void {
    if (nowMs - this.#lookedMs < this.#everyMs) return;
    this.#lookedMs = nowMs;
    void this.look();
  }

  /** Looks now. Never rejects. */
  look(): Promise<void> {
    this.#busy ??= this.#read().finally(() => {
      this.#busy = undefined;
    });
    return this.#busy;
  }

  async #read(): Promise<void> {
    try {
      const seen = await fingerprint(this.#files);
      if (seen === this.#seen) {
        this.#told = '';
        return;
      }
      const certificate = await readCertificate(this.#files);
      this.#onChange(certificate);
      // Of before the reading: a change in between is seen the next time.
      this.#seen = seen;
      this.#told = '';
    } catch (error) {
      const { message } = error as Error;
      if (message === this.#told) return;
      this.#told = message;
      this.#onTrouble(error as Error);
    }
  }
}

/** What tells a changed file, also where a link now leads elsewhere. */
export async function fingerprint(files: CertificateFiles): Promise<string> {
  const stats = await Promise.all([
    named(files.certFile, (path) => stat(path)),
    named(files.keyFile, (path) => stat(path)),
  ]);
  return stats.map(({ dev, ino, size, mtimeMs }) => `${dev} ${ino} ${size} ${mtimeMs}`).join();
}

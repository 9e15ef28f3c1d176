/**
 * A certificate and its key on disk, that change while the pool runs.
 * @module
 */
import { readFile, stat } from 'node:fs/promises';
import { createSecureContext, type SecureContextOptions } from 'node:tls';

/** Where a certificate is. */
export interface CertificateFiles {
  /** PEM: the certificate, with those that it rests on. */
  readonly certFile: string;
  readonly keyFile: string;
  readonly passphrase?: string | undefined;
}

/** Reads a certificate. @throws Error if the files can't be read, or the key is not that of the certificate */
export async function readCertificate(files: CertificateFiles): Promise<SecureContextOptions> {
  const [cert, key] = await Promise.all([readFile(files.certFile), readFile(files.keyFile)]);
  const options: SecureContextOptions = { cert, key, minVersion: 'TLSv1.2' };
  if (files.passphrase !== undefined) options.passphrase = files.passphrase;
  // Throws what is wrong with it.
  createSecureContext(options);
  return options;
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
      if (seen === this.#seen) return;
      const certificate = await readCertificate(this.#files);
      this.#onChange(certificate);
      // Of before the reading: a change in between is seen the next time.
      this.#seen = seen;
    } catch (error) {
      this.#onTrouble(error as Error);
    }
  }
}

/** What tells a changed file, also where a link now leads elsewhere. */
export async function fingerprint(files: CertificateFiles): Promise<string> {
  const stats = await Promise.all([stat(files.certFile), stat(files.keyFile)]);
  return stats.map(({ dev, ino, size, mtimeMs }) => `${dev} ${ino} ${size} ${mtimeMs}`).join();
}

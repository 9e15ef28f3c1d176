/**
 * Certificates: those that listeners show, and those that Redis is checked by.
 * @module
 */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { openToOthers } from '../../files/open-to-others.js';
import { counted } from '../../protocol/quantity-text.js';
import { systemErrorText } from '../../protocol/system-error-text.js';
import type { ListenerConfig } from '../config/listener-schema.js';
import type { StoreConfig } from '../config/store-schema.js';
import { readCertificate } from '../stratum/certificate.js';
import { type Finding, failed, ok, warning } from './finding.js';

const DAY_MS = 86_400_000;

/** The rights of users outside the file's group. */
const EVERYBODY = 0o007;

/** A certificate that ends sooner than this is a warning, ms. */
const SOON_MS = 14 * DAY_MS;

/** The facts by which a certificate is judged. */
export interface CertificateFacts {
  readonly subject: string;
  /** ms since the epoch. */
  readonly fromMs: number;
  readonly toMs: number;
  /** `DNS:pool.example, IP Address:192.0.2.1`; undefined where it names no host. */
  readonly names: string | undefined;
}

/** The certificate of one listener. @param nowMs - ms since the epoch */
export async function checkCertificate(
  { tls }: ListenerConfig,
  index: number,
  nowMs: number,
): Promise<Finding[]> {
  if (tls === undefined) return [];
  const setting = `listeners[${index}].tls`;
  const { certFile, keyFile, passphrase } = tls;
  let chain: CertificateFacts[];
  try {
    await readCertificate({ certFile, keyFile, passphrase: passphrase?.reveal() });
    chain = readCertificates(certFile);
  } catch (error) {
    return [failed(setting, (error as Error).message, 'give a certificate and its own key, both PEM')];
  }
  return [judgeCertificate(`${setting}.certFile`, certFile, chain, nowMs), ...judgeKeyFile(setting, keyFile)];
}

/** The certificates that Redis is checked by. @param nowMs - ms since the epoch */
export function checkCaFile(store: StoreConfig, nowMs: number): Finding[] {
  if (store.type !== 'redis' || store.caFile === undefined) return [];
  const { caFile, tls, url } = store;
  const setting = 'store.caFile';
  let found: CertificateFacts[];
  try {
    found = readCertificates(caFile);
  } catch (error) {
    const met = `${caFile}: ${systemErrorText(error)}`;
    return [failed(setting, met, 'give a file of certificates, PEM, that this user may read')];
  }
  if (found.length === 0) return [failed(setting, `${caFile}: no certificate in it`, 'give a PEM file')];
  if (!tls && url?.reveal().startsWith('rediss:') !== true)
    return [
      warning(setting, `${caFile}: not used, since Redis is not spoken to over TLS`, 'set store.tls to true'),
    ];
  const good = found.filter(({ toMs }) => toMs > nowMs);
  if (good.length === 0) {
    const remedy = 'get the certificates that are in use now';
    return [failed(setting, `${caFile}: all ${found.length} certificates in it have expired`, remedy)];
  }
  return [ok(setting, `${caFile}: ${good.length} of ${found.length} certificates in force`)];
}

/**
 * Judges a certificate with those that it rests on.
 * @param chain - of the file, in its order: the listener's own first
 * @param nowMs - ms since the epoch
 */
export function judgeCertificate(
  setting: string,
  file: string,
  chain: readonly CertificateFacts[],
  nowMs: number,
): Finding {
  const [own] = chain;
  if (own === undefined) return failed(setting, `${file}: no certificate in it`, 'give a PEM file');
  for (const [i, { subject, fromMs, toMs }] of chain.entries()) {
    const which = i === 0 ? '' : `certificate ${i + 1} (${subject}) `;
    if (toMs <= nowMs)
      return failed(
        setting,
        `${file}: ${which}expired on ${day(toMs)}`,
        'renew it: miners that check it refuse it',
      );
    if (fromMs > nowMs)
      return failed(
        setting,
        `${file}: ${which}is in force from ${day(fromMs)} on only`,
        "wait until then, or set this machine's clock right",
      );
  }
  const firstEnd = Math.min(...chain.map(({ toMs }) => toMs));
  if (firstEnd - nowMs < SOON_MS)
    return warning(
      setting,
      `${file}: expires on ${day(firstEnd)}, in ${counted(Math.floor((firstEnd - nowMs) / DAY_MS), 'day')}`,
      'renew it: a running pool takes the new file by itself',
    );
  if (own.names === undefined)
    return warning(
      setting,
      `${file}: names no host, until ${day(firstEnd)}`,
      'have it name the host that miners connect to (subjectAltName): those that check it refuse it',
    );
  return ok(setting, `${file}: for ${own.names}, until ${day(firstEnd)}, with its key`);
}

function judgeKeyFile(setting: string, keyFile: string): Finding[] {
  const mode = openToOthers(keyFile, EVERYBODY);
  if (mode === undefined) return [];
  const met = `${keyFile}: every user of this machine may read it (mode ${mode})`;
  return [warning(`${setting}.keyFile`, met, `chmod 600 ${keyFile}`)];
}

/** @throws Error if the file can't be read, or one of its certificates makes no sense */
function readCertificates(path: string): CertificateFacts[] {
  const blocks =
    readFileSync(path, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => {
    const { subject, validFrom, validTo, subjectAltName } = new X509Certificate(block);
    return {
      // Of several lines.
      subject: (subject ?? '').replaceAll('\n', ', '),
      fromMs: Date.parse(validFrom),
      toMs: Date.parse(validTo),
      names: subjectAltName,
    };
  });
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkCaFile, checkCertificate, judgeCertificate } from '../../../pool/check/check-certificates.js';
import { parsePoolConfig } from '../../../pool/config/pool-config.js';
import { systemSources } from '../../../settings/sources.js';
import { CERTIFICATE, vector } from '../../support/acceptor-lab.js';
import { testFolder } from '../../support/journal-writing.js';

const DAY_MS = 86_400_000;

const LIFE = new X509Certificate(readFileSync(CERTIFICATE.certFile));
const FROM_MS = Date.parse(LIFE.validFrom);
const TO_MS = Date.parse(LIFE.validTo);

const configOf = (settings: object) => parsePoolConfig(settings, systemSources({ HOME: '/nowhere' }));

/** What is found of a listener's certificate at a time. */
function found(tls: object, nowMs: number) {
  const { listeners } = configOf({ listeners: [{ name: 'a', protocol: 'tls', tls }] });
  return checkCertificate(listeners[0]!, 0, nowMs);
}

/** A certificate with a key that only its owner may read. */
function ownFiles(t: Parameters<typeof testFolder>[0]) {
  const keyFile = join(testFolder(t), 'key.pem');
  copyFileSync(CERTIFICATE.keyFile, keyFile);
  chmodSync(keyFile, 0o600);
  return { certFile: CERTIFICATE.certFile, keyFile };
}

test('a certificate in force, soon to expire, expired, and not in force yet', async (t) => {
  const files = ownFiles(t);
  const outcomeAt = async (nowMs: number) => {
    const [finding, ...rest] = await found(files, nowMs);
    assert.deepEqual(rest, []);
    assert.equal(finding!.setting, 'listeners[0].tls.certFile');
    return `${finding!.outcome} ${finding!.met.slice(files.certFile.length + 2)}`;
  };
  const end = new Date(TO_MS).toISOString().slice(0, 10);
  assert.equal(
    await outcomeAt(TO_MS - 15 * DAY_MS),
    `ok for DNS:localhost, IP Address:127.0.0.1, until ${end}, with its key`,
  );
  assert.equal(await outcomeAt(TO_MS - 13.5 * DAY_MS), `warning expires on ${end}, in 13 days`);
  assert.equal(await outcomeAt(TO_MS), `failed expired on ${end}`);
  assert.match(await outcomeAt(FROM_MS - 1), /^failed is in force from .* on only$/);
});

test('those that it rests on count, too; one that names no host is said', () => {
  const own = { subject: 'CN=a', fromMs: 0, toMs: 100 * DAY_MS, names: 'DNS:a' };
  const judge = (...chain: (typeof own | (Omit<typeof own, 'names'> & { names: undefined }))[]) =>
    judgeCertificate('s', 'f', chain, 50 * DAY_MS);
  assert.match(
    judge(own, { ...own, subject: 'CN=b', toMs: 1 }).met,
    /certificate 2 \(CN=b\) expired on 1970/,
  );
  assert.equal(judge(own, own).outcome, 'ok');
  assert.equal(judge({ ...own, names: undefined }).outcome, 'warning');
  assert.equal(judge().outcome, 'failed');
});

test("another certificate's key, and a file that is no PEM", async (t) => {
  const files = ownFiles(t);
  const [other] = await found({ ...files, certFile: vector('tls-b-cert.pem') }, FROM_MS + DAY_MS);
  assert.match(other!.met, /the key is not that of the certificate/);
  const [none] = await found({ ...files, certFile: vector('pow.json') }, FROM_MS + DAY_MS);
  assert.match(none!.met, /no PEM file of its kind/);
  assert.deepEqual([other!.outcome, none!.outcome], ['failed', 'failed']);
});

test('a key that everybody may read', { skip: process.platform === 'win32' }, async (t) => {
  const files = ownFiles(t);
  chmodSync(files.keyFile, 0o644);
  const [, key] = await found(files, FROM_MS + DAY_MS);
  assert.deepEqual([key?.setting, key?.outcome], ['listeners[0].tls.keyFile', 'warning']);
  assert.equal(key?.remedy, `chmod 600 ${files.keyFile}`);
});

test('certificates that Redis is checked by', (t) => {
  const caFile = CERTIFICATE.certFile;
  const judge = (store: object, nowMs: number) =>
    checkCaFile(configOf({ store: { type: 'redis', ...store } }).store, nowMs).map(({ outcome }) => outcome);
  const url = 'rediss://127.0.0.1:1';
  assert.deepEqual(judge({ url, caFile }, FROM_MS + DAY_MS), ['ok']);
  assert.deepEqual(judge({ url, caFile }, TO_MS + DAY_MS), ['failed']);
  assert.deepEqual(judge({ url: 'redis://127.0.0.1:1', caFile }, FROM_MS + DAY_MS), ['warning']);
  assert.deepEqual(judge({ url }, FROM_MS + DAY_MS), []);
  const empty = join(testFolder(t), 'empty.pem');
  assert.deepEqual(judge({ url, caFile: empty }, FROM_MS + DAY_MS), ['failed']);
  writeFileSync(empty, 'nothing');
  assert.deepEqual(judge({ url, caFile: empty }, FROM_MS + DAY_MS), ['failed']);
});

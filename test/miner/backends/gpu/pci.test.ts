import { strictEqual } from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { pciAddressOf } from '../../../../miner/backends/gpu/pci.js';

test('a PCI address is given only where it is certain', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'lesswork-pci-'));
  t.after(() => rmSync(root, { recursive: true }));
  const add = (address: string, vendor: string, deviceClass: string): void => {
    mkdirSync(join(root, address));
    writeFileSync(join(root, address, 'vendor'), `${vendor}\n`);
    writeFileSync(join(root, address, 'class'), `${deviceClass}\n`);
  };
  add('0000:01:00.0', '0x10de', '0x030000');
  add('0000:01:00.1', '0x10de', '0x040300');
  add('0000:02:00.0', '0x1002', '0x030000');
  add('0000:03:00.0', '0x1002', '0x038000');
  strictEqual(pciAddressOf('nvidia', root), '0000:01:00.0');
  strictEqual(pciAddressOf('amd', root), undefined);
  strictEqual(pciAddressOf('intel', root), undefined);
  strictEqual(pciAddressOf('google', root), undefined);
  strictEqual(pciAddressOf('nvidia', join(root, 'nowhere')), undefined);
});

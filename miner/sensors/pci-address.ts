/**
 * PCI addresses as tools write them. Pure.
 * @module
 */

/**
 * An address in the form of Linux's sysfs, `0000:01:00.0`. `nvidia-smi` writes eight digits for the domain, and capitals;
 * others leave the domain out.
 * @returns undefined if the text is none
 */
export function pciAddress(text: string): string | undefined {
  const [, domain = '0', place] =
    /^(?:([0-9a-f]{1,8}):)?([0-9a-f]{2}:[0-1][0-9a-f]\.[0-7])$/.exec(text.trim().toLowerCase()) ?? [];
  if (place === undefined) return undefined;
  return `${domain.replace(/^0+(?=.{4})/, '').padStart(4, '0')}:${place}`;
}

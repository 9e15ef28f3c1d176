/**
 * Which devices shall mine, in the words of the command line.
 * @module
 */

/** One device that was asked for. */
export type DeviceWish =
  | { readonly kind: 'cpu' }
  /** All cards of this machine; software adapters are none. */
  | { readonly kind: 'gpu' }
  /** An adapter by its place in the list of `lesswork devices` or on the PCI bus, or by a part of its name; software adapters, too. */
  | { readonly kind: 'adapter'; readonly which: string };

/** `auto`: the cards if there are any, else the CPU. */
export type DeviceChoice = 'auto' | readonly DeviceWish[];

/**
 * A choice from `auto`, or from one or more of `cpu`, `gpu`, an index, a name, separated by commas.
 * @throws RangeError that says what is right
 */
export function parseDeviceChoice(text: string): DeviceChoice {
  const words = text.split(',').map((word) => word.trim());
  if (words.length === 1 && words[0] === 'auto') return 'auto';
  const wrong = words.find((word) => word === '' || word === 'auto');
  if (wrong !== undefined) {
    throw new RangeError(
      `"device" expected auto, or some of cpu, gpu, an index or a name, separated by commas; got ${JSON.stringify(text)}`,
    );
  }
  return words.map((word) =>
    word === 'cpu' || word === 'gpu' ? { kind: word } : { kind: 'adapter', which: word },
  );
}

/** A device was asked for that is not there, or that can't be told from another. */
export class UnknownDeviceError extends Error {
  override readonly name: string = 'UnknownDeviceError';
  readonly code: string = 'ERR_UNKNOWN_DEVICE';
}

/**
 * No word is wrong, but the card is not there: its driver may be loaded a moment later than a service is started, and one that has left
 * the bus is back after a reboot. Whoever is started again may find it.
 */
export class MissingCardError extends UnknownDeviceError {
  override readonly name = 'MissingCardError';
  override readonly code = 'ERR_MISSING_CARD';
}

/** Whether a word names one card of several: by its number, or by its place on the PCI bus. */
export function namesOneOfSeveral(which: string): boolean {
  return /#\d+$|^([\da-f]{4}:)?[\da-f]{2}:[\da-f]{2}\.[0-7]$/i.test(which);
}

/** What an adapter is chosen by. */
export interface ChoosableAdapter {
  readonly index: number;
  readonly name: string;
  /** As `0000:01:00.0`, where it is certain. */
  readonly pciAddress?: string | undefined;
}

/**
 * The adapter that a word means: an index, a PCI address (`01:00.0` is in domain 0000), a whole name, or a part of one name only; case
 * does not matter.
 * @throws UnknownDeviceError that lists what there is; MissingCardError where an index, a number or a place is not there
 */
export function findAdapter<T extends ChoosableAdapter>(which: string, adapters: readonly T[]): T {
  const wanted = which.toLowerCase();
  const byIndex = /^\d+$/.test(which) ? adapters.filter((adapter) => adapter.index === Number(which)) : [];
  const byPlace = adapters.filter(
    ({ pciAddress }) =>
      pciAddress !== undefined && [pciAddress, pciAddress.replace(/^0000:/, '')].includes(wanted),
  );
  const byName = adapters.filter((adapter) => adapter.name.toLowerCase() === wanted);
  const byPart = adapters.filter((adapter) => adapter.name.toLowerCase().includes(wanted));
  const found = [byIndex, byPlace, byName, byPart].find((candidates) => candidates.length > 0) ?? [];
  if (found.length === 1) return found[0]!;
  const there = adapters.map((adapter) => `${adapter.index} (${adapter.name})`).join(', ') || 'none';
  const quoted = JSON.stringify(which);
  if (found.length > 0)
    throw new UnknownDeviceError(`"device" ${quoted} fits ${found.length} adapters; adapters here: ${there}`);
  const message = `"device" expected cpu, gpu, or an adapter of this machine, got ${quoted}; adapters here: ${there}`;
  throw /^\d+$/.test(which) || namesOneOfSeveral(which)
    ? new MissingCardError(message)
    : new UnknownDeviceError(message);
}

/**
 * The adapters that were asked for, each once, in the order of the wishes.
 * @param wishes - wishes for the CPU are skipped
 * @param adapters - all adapters of this machine
 * @throws UnknownDeviceError if an adapter is not there; MissingCardError if cards were asked for and there is none, as well
 */
export function findAdapters<T extends ChoosableAdapter & { readonly software: boolean }>(
  wishes: readonly DeviceWish[],
  adapters: readonly T[],
): T[] {
  const cards = adapters.filter((adapter) => !adapter.software);
  const wished = new Set<T>();
  for (const wish of wishes) {
    if (wish.kind === 'gpu') {
      if (cards.length === 0)
        throw new MissingCardError('"device" gpu: no GPU found (lesswork doctor tells more)');
      for (const card of cards) wished.add(card);
    } else if (wish.kind === 'adapter') wished.add(findAdapter(wish.which, adapters));
  }
  return [...wished];
}

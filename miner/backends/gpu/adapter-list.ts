/**
 * Dawn's list of adapters. It can be had in one way only: out of the error text for an adapter name that does not exist.
 *
 * ```
 * no adapter with backend 'vulkan' and name 'x' found
 * Available adapters:
 *  * backend: 'vulkan', name: 'SwiftShader Device (Subzero)'
 * ```
 * @module
 */

/** An adapter as Dawn lists it; two identical cards have the same. */
export interface ListedAdapter {
  readonly backend: string;
  readonly name: string;
}

/** A name that no adapter has. */
export const UNKNOWN_ADAPTER = 'lesswork asks for the list';

/** The adapters in the text of the error, in Dawn's order; none if it lists none. */
export function parseAdapterList(message: string): ListedAdapter[] {
  return Array.from(message.matchAll(/^ \* backend: '([^']*)', name: '(.*)'\r?$/gm), (match) => ({
    backend: match[1]!,
    name: match[2]!,
  }));
}

/**
 * Whether the adapter that Dawn opened is another one than it was asked for. It says the name of the one it opened in
 * lower case, with hyphens for what is neither letter nor digit.
 * @param asked - name in the list
 * @param opened - `device` of the adapter's info, possibly empty: then nothing can be told
 */
export function isOtherAdapter(asked: string, opened: string): boolean {
  const [wanted, got] = [asked, opened].map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, ''));
  // What Dawn opens contains what it was asked for. A name that does not is in a form that is not known here.
  return got !== wanted && got!.includes(wanted!);
}

/**
 * Why an adapter can't be told apart from others, or undefined if it can. Dawn takes the first adapter whose name
 * contains the one that is asked for, so equal names are not the only trap.
 * @param all - the whole list, the adapter included
 */
export function ambiguityOf(adapter: ListedAdapter, all: readonly ListedAdapter[]): string | undefined {
  const matching = all.filter(
    (other) => other.backend === adapter.backend && other.name.includes(adapter.name),
  );
  return matching.length > 1
    ? `${matching.length} adapters answer to the name "${adapter.name}", and WebGPU can't choose between them`
    : undefined;
}

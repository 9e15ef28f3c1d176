/**
 * The card that the browser offers by WebGPU.
 * @module
 */

/** The browser's best adapter, or undefined where there is none. */
export async function requestCard(): Promise<GPUAdapter | undefined> {
  // Missing in the types of those browsers that have none.
  const gpu: GPU | undefined = (navigator as { readonly gpu?: GPU }).gpu;
  return (await gpu?.requestAdapter({ powerPreference: 'high-performance' })) ?? undefined;
}

/** Why there is no card, in words. */
export function noCardReason(): string {
  return 'gpu' in navigator
    ? 'this browser finds no graphics card that it may use for WebGPU'
    : 'this browser has no WebGPU';
}

/** An adapter's name, for people: browsers tell little of it. */
export function cardName({ info }: GPUAdapter): string {
  const words = [info.description || info.device || info.vendor, info.architecture];
  return ['gpu', ...words.filter((word, i) => word !== '' && words.indexOf(word) === i)].join(' ');
}

/**
 * Which source imports which, read from the text of the sources, and what is wrong with it by a table of layers.
 * @module
 */
import { posix } from 'node:path';
import { withoutComments } from './sources.js';

/** One import, or another way to name a file that is loaded: `import()`, or `new URL(..., import.meta.url)`. */
export interface Import {
  readonly specifier: string;
  /** Gone at run time. */
  readonly typeOnly: boolean;
}

/** What some files may import. */
export interface Layer {
  /** Path of a file, or of a folder with a `/` at its end. */
  readonly of: string;
  /** Such paths again; '' stands for every one. */
  readonly may: readonly string[];
  /** Names of packages, or `node:` for all of Node.js; left out, any may be imported. */
  readonly packages?: readonly string[];
}

/** At the beginning of a statement, so that words in a string are not taken for one. */
const STATIC =
  /(?:^|;)[ \t]*(?:import|export)\b\s*(type\s)?\s*(?:[\w*${}\s,]*?\bfrom\s*)?(['"])([^'"\n]+)\2/gm;
const DYNAMIC = /\bimport\s*\(\s*(['"`])([^'"`\n]+)\1/g;
const URL_OF_MODULE = /\bnew\s+URL\s*\(\s*(['"`])([^'"`\n]+)\1\s*,\s*import\.meta\.url\s*,?\s*\)/g;

/** Everything that a source imports or names as a file beside itself. */
export function readImports(text: string): Import[] {
  const code = withoutComments(text);
  return [
    ...[...code.matchAll(STATIC)].map((match) => ({
      specifier: match[3]!,
      typeOnly: match[1] !== undefined,
    })),
    ...[...code.matchAll(DYNAMIC)].map((match) => ({ specifier: match[2]!, typeOnly: false })),
    ...[...code.matchAll(URL_OF_MODULE)].map((match) => ({
      specifier: asRelative(match[2]!),
      typeOnly: false,
    })),
  ];
}

/** What is wrong with the imports of some sources, in words; nothing if all is well. */
export function violations(sources: ReadonlyMap<string, string>, layers: readonly Layer[]): string[] {
  const found: string[] = [];
  for (const [path, text] of sources) {
    const layer = layerOf(path, layers);
    if (layer === undefined) {
      found.push(`${path} is in no layer`);
      continue;
    }
    for (const { specifier } of readImports(text)) {
      const target = resolve(path, specifier, sources);
      if (target === undefined) {
        const allowed = layer.packages?.some((name) => isOfPackage(specifier, name)) ?? true;
        if (!allowed) found.push(`${path} must not import the package ${specifier}`);
      } else if (!layer.may.some((place) => isWithin(target, place))) {
        found.push(`${path} must not import ${target}`);
      } else if (target.endsWith('.ts') && !sources.has(target)) {
        found.push(`${path} imports ${target}, which is not there`);
      }
    }
  }
  for (const cycle of cycles(sources)) found.push(`cycle: ${cycle.join(' -> ')}`);
  return found;
}

/**
 * All sources and packages that are loaded with a source, itself included.
 * @param without - sources that are loaded only if they are asked for, and are not
 */
export function loadedWith(
  path: string,
  sources: ReadonlyMap<string, string>,
  without: readonly string[] = [],
): Set<string> {
  const loaded = new Set<string>();
  const visit = (name: string): void => {
    if (loaded.has(name) || without.includes(name)) return;
    loaded.add(name);
    for (const { specifier, typeOnly } of readImports(sources.get(name) ?? '')) {
      if (!typeOnly) visit(resolve(name, specifier, sources) ?? specifier);
    }
  };
  visit(path);
  return loaded;
}

/** Cycles of imports, those of types included, each begun and ended by the same source. */
function cycles(sources: ReadonlyMap<string, string>): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) found.push([...trail.slice(trail.indexOf(path)), path]);
    if (done.has(path)) return;
    done.add(path);
    for (const { specifier } of readImports(sources.get(path) ?? '')) {
      const target = resolve(path, specifier, sources);
      if (target !== undefined) visit(target, [...trail, path]);
    }
  };
  for (const path of sources.keys()) visit(path, []);
  return found;
}

/** The layer with the longest path that holds a source. */
function layerOf(path: string, layers: readonly Layer[]): Layer | undefined {
  return layers
    .filter((layer) => isWithin(path, layer.of))
    .toSorted((a, b) => b.of.length - a.of.length)
    .at(0);
}

/** Path of the source or file that a relative import means, or undefined if it means a package. */
function resolve(from: string, specifier: string, sources: ReadonlyMap<string, string>): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const path = posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts');
  return sources.has(`${path}x`) ? `${path}x` : path;
}

/** A URL beside a module as a relative import. One that is put together at run time stands for its folder. */
function asRelative(url: string): string {
  const known = url.replace(/[^/]*\$\{.*$/, '');
  return known.startsWith('.') ? known : `./${known}`;
}

function isWithin(path: string, place: string): boolean {
  return place === '' || place === path || (place.endsWith('/') && path.startsWith(place));
}

function isOfPackage(specifier: string, name: string): boolean {
  return specifier === name || specifier.startsWith(name.endsWith(':') ? name : `${name}/`);
}

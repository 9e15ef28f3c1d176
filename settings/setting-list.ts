/**
 * The settings as a JSON schema tells them: by it the documents are made, and unknown names are answered.
 * @module
 */

/** The parts of a JSON schema that are looked at. */
export interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly required?: readonly string[];
  readonly description?: string;
  readonly default?: unknown;
}

/** One setting. */
export interface Setting {
  /** As problems name it, `[]` for each of a list. */
  readonly path: string;
  /** JSON; undefined if there is none. */
  readonly default: string | undefined;
  /** Whether it must be given where its section is. */
  readonly required: boolean;
  readonly meaning: string;
}

/** Names that can be set at a path. */
export function settingNames(schema: JsonSchema, path: readonly PropertyKey[]): string[] {
  let at = kindsOf(schema);
  for (const part of path) {
    at = at
      .map((kind) => (typeof part === 'number' ? kind.items : kind.properties?.[String(part)]))
      .filter((next) => next !== undefined)
      .flatMap(kindsOf);
  }
  return [...new Set(at.flatMap((kind) => Object.keys(kind.properties ?? {})))];
}

/** All settings, in their order; sections before what is in them. A reference to a secret is one setting. */
export function listSettings(schema: JsonSchema, path = ''): Setting[] {
  const found = new Map<string, Setting>();
  for (const kind of kindsOf(schema)) {
    for (const [name, inner] of Object.entries(kind.properties ?? {})) {
      const here = path === '' ? name : `${path}.${name}`;
      const required = kind.required?.includes(name) ?? false;
      const meaning = inner.description ?? '';
      const before = found.get(here);
      found.set(here, {
        path: here,
        default: inner.default === undefined ? undefined : JSON.stringify(inner.default),
        required,
        meaning: before && before.meaning !== meaning ? `${before.meaning} ${meaning}` : meaning,
      });
      if (isSecret(inner)) continue;
      for (const deeper of listSettings(inner, here)) found.set(deeper.path, deeper);
      for (const item of kindsOf(inner)) {
        if (item.items)
          for (const deeper of listSettings(item.items, `${here}[]`)) found.set(deeper.path, deeper);
      }
    }
  }
  return [...found.values()];
}

function kindsOf(schema: JsonSchema): JsonSchema[] {
  const inner = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return inner.length === 0 ? [schema] : inner.flatMap(kindsOf);
}

function isSecret(schema: JsonSchema): boolean {
  return kindsOf(schema).some((kind) => kind.properties?.env !== undefined);
}

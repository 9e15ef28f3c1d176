/**
 * JSON text as people write it by hand: what is wrong is told by line and column, and nothing of the text is repeated,
 * since it may hold what must not be printed. A name that stands twice in one object is refused.
 * @module
 */

/** Deepest nesting. */
const MAX_DEPTH = 32;

/** The value of a text. @throws SyntaxError `expected ... at line 3, column 7` */
export function parseJson(text: string): unknown {
  new Scanner(text.replace(/^\ufeff/, '')).whole();
  return JSON.parse(text.replace(/^\ufeff/, ''));
}

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const STRING_BEGINNING = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y;
const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): void {
    this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) this.#fail('expected nothing more');
  }

  #value(depth: number): void {
    if (depth > MAX_DEPTH) this.#fail(`expected at most ${MAX_DEPTH} levels`);
    this.#space();
    const next = this.#text[this.#at];
    if (next === '{') this.#object(depth);
    else if (next === '[') this.#list(depth);
    else if (next === '"') this.#string();
    else if (!this.#match(SCALAR)) this.#fail('expected a JSON value');
  }

  #object(depth: number): void {
    const names = new Set<string>();
    this.#at++;
    if (this.#taken('}')) return;
    do {
      this.#space();
      const start = this.#at;
      if (this.#text[start] !== '"') this.#fail('expected a name in quotes');
      this.#string();
      const name = JSON.parse(this.#text.slice(start, this.#at)) as string;
      if (names.has(name)) {
        this.#at = start;
        this.#fail('expected a name that did not stand in this object before');
      }
      names.add(name);
      if (!this.#taken(':')) this.#fail('expected ":"');
      this.#value(depth + 1);
    } while (this.#taken(','));
    if (!this.#taken('}')) this.#fail('expected "," or "}"');
  }

  #string(): void {
    if (this.#match(STRING)) return;
    this.#match(STRING_BEGINNING);
    const next = this.#text[this.#at];
    if (next === '\\')
      this.#fail('expected a second backslash (in JSON a backslash is written twice: "C:\\\\Users")');
    if (next === '\n' || next === '\r' || next === undefined)
      this.#fail('expected a quote where the text ends');
    this.#fail('expected no TAB or other control character in a text');
  }

  #list(depth: number): void {
    this.#at++;
    if (this.#taken(']')) return;
    do this.#value(depth + 1);
    while (this.#taken(','));
    if (!this.#taken(']')) this.#fail('expected "," or "]"');
  }

  #taken(character: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #space(): void {
    this.#match(SPACE);
  }

  #match(form: RegExp): boolean {
    form.lastIndex = this.#at;
    const matches = form.test(this.#text);
    if (matches) this.#at = form.lastIndex;
    return matches;
  }

  #fail(expected: string): never {
    const before = this.#text.slice(0, this.#at);
    const line = before.split('\n').length;
    const column = this.#at - before.lastIndexOf('\n');
    const end = this.#at >= this.#text.length ? ', where the text ends' : '';
    throw new SyntaxError(`${expected} at line ${line}, column ${column}${end}`);
  }
}

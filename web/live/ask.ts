/**
 * One request to the pool's API, and what may come of it.
 * @module
 */

/** Why there is no answer. */
export type Trouble =
  /** The pool can't be reached, or what answers in its place is none. */
  | { readonly kind: 'away' }
  /** The pool mines, and can't read what it has stored. */
  | { readonly kind: 'storeAway' }
  /** It has just started, and reads. */
  | { readonly kind: 'starting' }
  /** Too much is asked of it. */
  | { readonly kind: 'busy'; readonly waitMs: number }
  /** It says no, and will do so again. */
  | { readonly kind: 'refused'; readonly code: string; readonly words: string };

export type Answer<T> =
  | {
      readonly value: T;
      readonly trouble?: undefined;
      /** What the pool's clock says, ms since the epoch. */
      readonly clockMs: number | undefined;
    }
  | { readonly value?: undefined; readonly trouble: Trouble };

/** An answer is waited for so long, ms. */
const ANSWER_MS = 10_000;

/** Asks again after this time where the pool is busy and does not say when, ms. */
const BUSY_MS = 2_000;

const AWAY = { trouble: { kind: 'away' } } as const;

/** Never rejects. */
export async function ask<T>(url: URL): Promise<Answer<T>> {
  try {
    const response = await fetch(url, {
      signal: AbortSignal.timeout(ANSWER_MS),
      headers: { Accept: 'application/json' },
    });
    const body: unknown = await response.json();
    // A proxy whose pool is gone may answer anything.
    if (typeof body !== 'object' || body === null) return AWAY;
    if (!response.ok) return { trouble: troubleOf(response, body) };
    const clockMs = Date.parse(response.headers.get('date') ?? '');
    return { value: body as T, clockMs: Number.isNaN(clockMs) ? undefined : clockMs };
  } catch {
    return AWAY;
  }
}

function troubleOf({ status, headers }: Response, body: object): Trouble {
  const { code, error } = body as { readonly code?: unknown; readonly error?: unknown };
  if (typeof code !== 'string') return { kind: 'away' };
  const waitMs = Number(headers.get('retry-after') ?? Number.NaN) * 1000 || BUSY_MS;
  if (code === 'storeAway') return { kind: 'storeAway' };
  if (code === 'starting') return { kind: 'starting' };
  if (status === 429 || code === 'busy') return { kind: 'busy', waitMs };
  return { kind: 'refused', code, words: String(error) };
}

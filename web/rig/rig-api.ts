/**
 * Asking a rig's API, with its token where it wants one.
 * @module
 */

/** Longest time for an answer, ms. */
const ANSWER_MS = 5_000;

/** Where the token is kept: for this tab, and as long as it is open. */
const TOKEN_KEY = 'token';

/** An answer that was none of what was asked for. */
export class RefusedError extends Error {
  /** Of HTTP. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }

  /** Whether another token is wanted. */
  get wantsToken(): boolean {
    return this.status === 401 || this.status === 403;
  }
}

export class RigApi {
  #token = sessionStorage.getItem(TOKEN_KEY);

  get hasToken(): boolean {
    return this.#token !== null;
  }

  /** @param token - null forgets the one there was */
  setToken(token: string | null): void {
    this.#token = token;
    if (token === null) sessionStorage.removeItem(TOKEN_KEY);
    else sessionStorage.setItem(TOKEN_KEY, token);
  }

  /**
   * @param body - sent by POST; without it the path is got
   * @throws RefusedError where the rig answers otherwise; another error where it does not answer
   */
  async ask<T>(path: string, body?: object): Promise<T> {
    const response = await fetch(path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...(this.#token === null ? {} : { Authorization: `Bearer ${this.#token}` }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (response.ok) return (await response.json()) as T;
    const told = (await response.json().catch(() => ({}))) as { readonly error?: string };
    throw new RefusedError(response.status, told.error ?? `HTTP ${response.status}`);
  }
}

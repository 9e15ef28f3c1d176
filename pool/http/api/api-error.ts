/**
 * Why a request is not answered as it asks.
 * @module
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: 400 | 403 | 404 | 409 | 411 | 413 | 429 | 503;
  readonly code: string;

  /** @param code - for programs @param message - for people */
  constructor(status: ApiError['status'], code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** stub */
import { type Account, parseAccount } from './account.js';
export type Login =
  | { readonly kind: 'login'; readonly account: Account; readonly worker: string }
  | { readonly kind: 'refused'; readonly reason: string };
export function parseLogin(text: string): Login {
  const [address, worker] = text.split('.');
  const account = parseAccount(address ?? '');
  return account === undefined
    ? { kind: 'refused', reason: 'no address' }
    : { kind: 'login', account, worker: worker ?? '' };
}
export function parsePassword(text: string): { readonly difficulty: number | undefined } {
  const m = /d=([0-9.]+)/.exec(text);
  return { difficulty: m === null ? undefined : Number(m[1]) };
}
export function cleanText(text: string, max: number): string {
  return text.replace(/[^ -~]/g, '').slice(0, max);
}

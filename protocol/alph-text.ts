/**
 * Amounts in ALPH as people read and write them.
 * @module
 */

/** Of an amount in ALPH. */
export const ALPH_DECIMALS = 18;

/** attoALPH of an amount in ALPH, `12` or `12.5`; undefined if the text is none, or has over 12 digits before the point. */
export function parseAlph(text: string): bigint | undefined {
  const [, whole, fraction = ''] = /^(\d{1,12})(?:\.(\d{1,18}))?$/.exec(text) ?? [];
  return whole === undefined ? undefined : BigInt(whole + fraction.padEnd(ALPH_DECIMALS, '0'));
}

/** An amount without rounding: `3.5`, `0.000000000000000001`. @param amount - attoALPH */
export function alphText(amount: bigint): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(ALPH_DECIMALS + 1, '0');
  const fraction = digits.slice(-ALPH_DECIMALS).replace(/0+$/, '');
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -ALPH_DECIMALS)}${fraction === '' ? '' : `.${fraction}`}`;
}

/**
 * An amount, rounded to three significant digits or to a whole number: `0.0540`, `162`, `1,734`. For show alone.
 * @param amount - attoALPH
 */
export function shortAlphText(amount: bigint): string {
  const value = Number(amount) / 10 ** ALPH_DECIMALS;
  if (value === 0) return '0';
  if (Math.abs(value) >= 99.95) return Math.round(value).toLocaleString('en-US');
  const fraction = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(fraction, ALPH_DECIMALS));
}

/**
 * An amount, rounded down: `15,999.4563`. For show alone.
 * @param amount - attoALPH, at least 0
 * @param decimals - 1 to 18
 */
export function alphToDecimals(amount: bigint, decimals: number): string {
  const digits = (amount / 10n ** BigInt(ALPH_DECIMALS - decimals)).toString().padStart(decimals + 1, '0');
  return `${BigInt(digits.slice(0, -decimals)).toLocaleString('en-US')}.${digits.slice(-decimals)}`;
}

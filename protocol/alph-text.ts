/**
 * Amounts in ALPH as people read them.
 * @module
 */

const DECIMALS = 18;

/** An amount without rounding: `3.5`, `0.000000000000000001`. @param amount - attoALPH */
export function alphText(amount: bigint): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(DECIMALS + 1, '0');
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, '');
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -DECIMALS)}${fraction === '' ? '' : `.${fraction}`}`;
}

/**
 * An amount, rounded to three significant digits or to a whole number: `0.0540`, `162`, `1,734`. For show alone.
 * @param amount - attoALPH
 */
export function shortAlphText(amount: bigint): string {
  const value = Number(amount) / 10 ** DECIMALS;
  if (value === 0) return '0';
  if (Math.abs(value) >= 99.95) return Math.round(value).toLocaleString('en-US');
  const fraction = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(fraction, DECIMALS));
}

/**
 * An amount, rounded down: `15,999.4563`. For show alone.
 * @param amount - attoALPH, at least 0
 * @param decimals - 1 to 18
 */
export function alphToDecimals(amount: bigint, decimals: number): string {
  const digits = (amount / 10n ** BigInt(DECIMALS - decimals)).toString().padStart(decimals + 1, '0');
  return `${BigInt(digits.slice(0, -decimals)).toLocaleString('en-US')}.${digits.slice(-decimals)}`;
}

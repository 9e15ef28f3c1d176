/**
 * Numbers as the page shows them.
 * @module
 */
import { ALPH_DECIMALS, alphText } from '../../protocol/alph-text.js';

const HASH_UNITS = ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Z'];

/** A whole number with commas. */
export function countText(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** A part as percent: `0.00089 %`, `0.42 %`, `9.3 %`, `104 %`. @param part - 1 is 100 % */
export function percentText(part: number): string {
  const percent = part * 100;
  if (percent === 0 || percent >= 9.95) return `${percent.toFixed(0)} %`;
  if (percent < 1e-6) return '< 0.000001 %';
  // Two digits that say something, one behind the point from 1 % on.
  const digits = percent >= 0.995 ? 1 : Math.max(2, 1 - Math.floor(Math.log10(percent)));
  return `${percent.toFixed(digits)} %`;
}

/** Expected hashes, as a difficulty: `64.0 TH`. @param hashes - at least 0 */
export function workText(hashes: number): string {
  let value = hashes;
  let unit = 0;
  while (value >= 999.5 && unit < HASH_UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value >= 99.5 || unit === 0 ? value.toFixed(0) : value.toPrecision(3)} ${HASH_UNITS[unit]}H`;
}

/** Hashes of difficulty 1. */
const HASHES_PER_DIFFICULTY = 2 ** 34;

/** A difficulty of the API as expected hashes. @param difficulty - in units of 2^34 hashes */
export function difficultyText(difficulty: number): string {
  return workText(difficulty * HASHES_PER_DIFFICULTY);
}

/** An amount with four digits behind the point, rounded down as what one owns is: `1,734.2051`. @param amount - attoALPH */
export function amountText(amount: bigint): string {
  if (amount === 0n) return '0';
  const shown = 4;
  const unit = 10n ** BigInt(ALPH_DECIMALS - shown);
  const size = (amount < 0n ? -amount : amount) / unit;
  if (size === 0n) return amount < 0n ? '> -0.0001' : '< 0.0001';
  const digits = size.toString().padStart(shown + 1, '0');
  const whole = BigInt(digits.slice(0, -shown)).toLocaleString('en-US');
  return `${amount < 0n ? '-' : ''}${whole}.${digits.slice(-shown)}`;
}

/** The same exactly, for who wants to know. */
export function exactAmountText(amount: bigint): string {
  return `${alphText(amount)} ALPH`;
}

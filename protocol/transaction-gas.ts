/**
 * What a transaction without a script costs in gas.
 * @module
 */
import { MIN_GAS_AMOUNT } from './transaction.js';

/** Gas of a transaction: a base, each output, each input, each signature. */
const BASE_GAS = 1000;
const OUTPUT_GAS = 4500;
const INPUT_GAS = 2000;
const SIGNATURE_GAS = 2060;

/** Least gas of a transaction. @param outputs - their number, change included @param keys - that its inputs share */
export function transferGas(inputs: number, outputs: number, keys = 1): number {
  const gas = BASE_GAS + OUTPUT_GAS * outputs + INPUT_GAS * inputs + SIGNATURE_GAS * keys;
  return Math.max(MIN_GAS_AMOUNT, gas);
}

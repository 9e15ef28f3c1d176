/**
 * What a metric is: its name, its meaning, and how it is read.
 * @module
 */

/** A value under the name of its label, or without one. */
export type MetricValues = number | Readonly<Record<string, number | undefined>>;

/** @typeParam F - what metrics are read from */
export interface MetricDefinition<F> {
  readonly name: string;
  readonly kind: 'counter' | 'gauge';
  /** Unit and meaning. */
  readonly help: string;
  readonly label?: string;
  /** undefined: nothing is known now. */
  read(facts: F): MetricValues | undefined;
}

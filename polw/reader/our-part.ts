/**
 * What a fund needs of a node's answer with blocks: transactions that do not touch its addresses are cut down to their places, so that
 * the answer is small on its way to another thread. What is of another form than a node's is left as it is, for whoever reads it.
 * @module
 */

type Fields = Readonly<Record<string, unknown>>;

/** The place of a transaction that touches nothing of ours. */
const OTHERS = { unsigned: { inputs: [], fixedOutputs: [] }, generatedOutputs: [] };

/** A block without what is nothing to us. @param hints - of our addresses */
export function ourPartOf(value: unknown, hints: ReadonlySet<number>): unknown {
  const { transactions } = fieldsOf(value);
  if (!Array.isArray(transactions)) return value;
  return {
    ...fieldsOf(value),
    transactions: transactions.map((transaction) => (isOthers(transaction, hints) ? OTHERS : transaction)),
  };
}

/** The same of lists of blocks, one a chain. */
export function ourPartsOf(value: unknown, hints: ReadonlySet<number>): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((list: unknown) =>
    Array.isArray(list) ? list.map((block: unknown) => ourPartOf(block, hints)) : list,
  );
}

function isOthers(transaction: unknown, hints: ReadonlySet<number>): boolean {
  const { unsigned, generatedOutputs } = fieldsOf(transaction);
  const { inputs, fixedOutputs } = fieldsOf(unsigned);
  if (!Array.isArray(inputs) || !Array.isArray(fixedOutputs) || !Array.isArray(generatedOutputs))
    return false;
  const isOthersHint = (hint: unknown): boolean => typeof hint === 'number' && !hints.has(hint);
  return (
    inputs.every((input: unknown) => isOthersHint(fieldsOf(fieldsOf(input).outputRef).hint)) &&
    fixedOutputs.every((output: unknown) => isOthersHint(fieldsOf(output).hint)) &&
    generatedOutputs.every((output: unknown) => isOthersHint(fieldsOf(output).hint))
  );
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

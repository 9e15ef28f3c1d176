/**
 * What somebody may have meant by a name that is unknown.
 * @module
 */

/** What to do about a name: `did you mean "x"?` where one that is known is near, or else all of them. */
export function nearestName(name: string, known: readonly string[]): string {
  if (known.includes(name)) return 'it does not go with what else is set here';
  let best: string | undefined;
  // A third of its letters may be wrong, and one always.
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of name.length > 60 ? [] : known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      best = candidate;
      least = distance;
    }
  }
  if (best !== undefined) return `did you mean "${best}"?`;
  return known.length === 0 ? 'nothing can be set here' : `known are ${known.join(', ')}`;
}

/** Letters to add, remove or replace, two that changed places counted as one. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next[j] = Math.min(
        replaced,
        row[j]! + 1,
        next[j - 1]! + 1,
        swapped ? before[j - 2]! + 1 : Number.POSITIVE_INFINITY,
      );
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
}

/**
 * Chance that is the same in every run: what simulations in tests are played with.
 * @module
 */

/** Numbers from 0 to below 1, with 32 random bits; the same for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) | 0;
  return () => {
    // A counter through the finalizer of MurmurHash3: quick, and even enough for simulations.
    state = (state + 0x9e3779b9) | 0;
    let word = state;
    word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    return ((word ^ (word >>> 16)) >>> 0) / 2 ** 32;
  };
}

/** Time until the next of events that come at random. @param mean - in any unit, which is that of the result */
export function exponential(mean: number, random: () => number): number {
  return -mean * Math.log(1 - random());
}

/** How many of events that come at random fall into a time in which `mean` are expected. */
export function poisson(mean: number, random: () => number): number {
  // Near enough to normal from here on.
  if (mean > 200) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal));
  }
  const end = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > end; product *= random()) count++;
  return count;
}

// What makes a hash a find: its chain, and a target that it must not be above. Needs blake3.wgsl.

// Words of a hash are little-endian and a target is compared as a big-endian integer.
fn swap_bytes(x: u32) -> u32 {
  return (x << 24u) | ((x & 0xFF00u) << 8u) | ((x >> 8u) & 0xFF00u) | (x >> 24u);
}

// The chain that a hash belongs to, from its word 7: the low 4 bits of byte 31.
fn chain_of_word_7(word: u32) -> u32 {
  return (word >> 24u) & 15u;
}

// Whether a hash is at most the target, both as integers of 256 bits; the target in big-endian words, the first on top.
fn meets_target(hash: Words, target_words: Words) -> bool {
  for (var i = 0u; i < 8u; i++) {
    let word = swap_bytes(select(hash.lo[i & 3u], hash.hi[i & 3u], i > 3u));
    let limit = select(target_words.lo[i & 3u], target_words.hi[i & 3u], i > 3u);
    if (word != limit) { return word < limit; }
  }
  return true;
}

// What makes a hash a find: its chain, and a target that it must not be above. Needs blake3.wgsl.

// Words of a hash are little-endian and a target is compared as a big-endian integer.
fn swap_bytes(x: u32) -> u32 {
  return (x << 24u) | ((x & 0xFF00u) << 8u) | ((x >> 8u) & 0xFF00u) | (x >> 24u);
}

// The chain that a hash belongs to, from its word 7: the low 4 bits of byte 31.
fn chain_of_word_7(word: u32) -> u32 {
  return (word >> 24u) & 15u;
}

// Whether four words of a hash are below those of a target, or equal and `rest` holds, which says it of lower words.
fn not_above(hash: vec4u, limit: vec4u, rest: bool) -> bool {
  let w = select(swap_bytes(hash.w) < limit.w, rest, swap_bytes(hash.w) == limit.w);
  let z = select(swap_bytes(hash.z) < limit.z, w, swap_bytes(hash.z) == limit.z);
  let y = select(swap_bytes(hash.y) < limit.y, z, swap_bytes(hash.y) == limit.y);
  return select(swap_bytes(hash.x) < limit.x, y, swap_bytes(hash.x) == limit.x);
}

// Whether a hash is at most the target, both as integers of 256 bits; the target in big-endian words, the first on top.
fn meets_target(hash: Words, target_words: Words) -> bool {
  return not_above(hash.lo, target_words.lo, not_above(hash.hi, target_words.hi, true));
}

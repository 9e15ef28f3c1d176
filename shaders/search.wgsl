// The search kernel: hashes a run of nonces, one after the other counter, and writes down every find.
// Needs blake3.wgsl, header-hash.wgsl and target.wgsl. Buffer offsets: layout.ts.

struct Work {
  header: Header,
  target_words: Words,
  chain: u32,
  // Nonces of this dispatch, at most 2^31; invocations beyond it do nothing.
  count: u32,
}

struct Find {
  // Counter less the dispatch's first one.
  offset: u32,
  // Word 0 of the hash, for whoever wants to know whether the device hashes right.
  word_0: u32,
}

struct Finds {
  // All of them, also those for which `list` has no room.
  count: atomic<u32>,
  list: array<Find>,
}

@group(0) @binding(0) var<uniform> work: Work;
@group(0) @binding(1) var<storage, read_write> finds: Finds;

override workgroup_size: u32 = 64u;
override nonces_per_invocation: u32 = 1u;

fn try_nonce(offset: u32) {
  let low = work.header.words[1].x + offset;
  let carry = select(0u, 1u, low < offset);
  let almost = almost_hash(header_hash(&work.header, vec2u(low, work.header.words[1].y + carry)));
  // 15 of 16 nonces, and nearly all others, end here: the rest of the hash is made for candidates only.
  let outer = outer_words(almost);
  if (chain_of_word_7(outer.y) != work.chain || swap_bytes(outer.x) > work.target_words.lo.x) { return; }
  if (!meets_target(whole_hash(almost), work.target_words)) { return; }
  let index = atomicAdd(&finds.count, 1u);
  if (index < arrayLength(&finds.list)) {
    finds.list[index] = Find(offset, outer.x);
  }
}

@compute @workgroup_size(workgroup_size)
fn search(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let invocations = groups.x * workgroup_size;
  for (var i = 0u; i < nonces_per_invocation; i++) {
    let offset = i * invocations + id.x;
    if (offset >= work.count) { return; }
    try_nonce(offset);
  }
}

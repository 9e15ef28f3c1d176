// The hash of a block, BLAKE3(BLAKE3(header)), up to the last round of its last compression. Needs blake3.wgsl.
//
// The header's 326 bytes are six blocks: the first holds the nonce, the last only 6 bytes. Its words are read from
// uniform memory where they are used, so that they can be constant operands and take no register.

struct Header {
  // 82 words and two zeros. Words 4 and 5 are the counter of the nonce, which callers pass apart.
  words: array<vec4u, 21>,
  // The first round of the first block after its column step, but for column 2, which mixes the counter in.
  first_columns: State,
}

fn header_block(header: ptr<uniform, Header>, index: u32) -> Block {
  let i = index * 4u;
  return Block(header.words[i], header.words[i + 1u], header.words[i + 2u], header.words[i + 3u]);
}

// Chaining value of the first block with a counter (low word, high word).
fn nonce_block(header: ptr<uniform, Header>, counter: vec2u) -> Words {
  var m = header_block(header, 0u);
  m.w1 = vec4u(counter, m.w1.zw);
  // Column 2 is mixed in the first lane of a vector; nobody reads the other lanes, so they cost nothing.
  let start = State(vec4u(IV.lo.z), vec4u(IV.hi.z), vec4u(IV.lo.z), vec4u(64u));
  let column = mix(start, vec4u(counter.x), vec4u(counter.y));
  let columns = header.first_columns;
  let s = State(
    vec4u(columns.a.xy, column.a.x, columns.a.w),
    vec4u(columns.b.xy, column.b.x, columns.b.w),
    vec4u(columns.c.xy, column.c.x, columns.c.w),
    vec4u(columns.d.xy, column.d.x, columns.d.w),
  );
  return feed_forward(six_rounds(mix_diagonals(s, m), permute(m)));
}

// BLAKE3 of the header with this counter.
fn header_hash(header: ptr<uniform, Header>, counter: vec2u) -> Words {
  let h0 = nonce_block(header, counter);
  let h1 = compress(h0, header_block(header, 1u), 64u, 0u);
  let h2 = compress(h1, header_block(header, 2u), 64u, 0u);
  let h3 = compress(h2, header_block(header, 3u), 64u, 0u);
  let h4 = compress(h3, header_block(header, 4u), 64u, 0u);
  // Zeros in the source, not from the buffer: what adds them vanishes in compilation.
  let last = Block(vec4u(header.words[20].xy, 0u, 0u), vec4u(), vec4u(), vec4u());
  return compress(h4, last, 6u, CHUNK_END | ROOT);
}

// The second hash as far as every nonce needs it: the state before its last round, and the message of that round.
struct AlmostHash { state: State, m: Block }

fn almost_hash(first: Words) -> AlmostHash {
  let m = Block(first.lo, first.hi, vec4u(), vec4u());
  let s = six_rounds(initial_state(IV, 32u, CHUNK_START | CHUNK_END | ROOT), m);
  return AlmostHash(s, permute_six(m));
}

fn whole_hash(almost: AlmostHash) -> Words {
  return feed_forward(one_round(almost.state, almost.m));
}

// Words 0 and 7 of the hash. The compiler drops the two diagonals and the halves of columns that only other words read.
fn outer_words(almost: AlmostHash) -> vec2u {
  let hash = whole_hash(almost);
  return vec2u(hash.lo.x, hash.hi.w);
}

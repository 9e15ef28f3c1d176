// BLAKE3 within one chunk: mixing, rounds and compression. Functions only, no bindings.
//
// A state is four rows of four words, so that a step mixes four columns side by side: a compiler for scalar lanes
// takes the vectors apart at no cost, and the source stays a quarter as long. Everything is unrolled and no array is
// indexed, so that the words stay in registers and a message word that is uniform or zero is seen as such.

struct State { a: vec4u, b: vec4u, c: vec4u, d: vec4u }

// The 16 words of a message block, in order.
struct Block { w0: vec4u, w1: vec4u, w2: vec4u, w3: vec4u }

// A chaining value, or a hash: 8 words.
struct Words { lo: vec4u, hi: vec4u }

const IV = Words(
  vec4u(0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A),
  vec4u(0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19),
);

const CHUNK_START = 1u;
const CHUNK_END = 2u;
const ROOT = 8u;

// SwiftShader shifts vectors lane by lane, in scalars, but multiplies them whole: 1.5 times the hash rate there.
override rotate_by_multiplication: bool = false;

// `bits` is 1 to 31.
fn rotate_right(x: vec4u, bits: u32) -> vec4u {
  if (rotate_by_multiplication) {
    return (x >> vec4u(bits)) | (x * (1u << (32u - bits)));
  }
  return (x >> vec4u(bits)) | (x << vec4u(32u - bits));
}

// Four Gs at once, one a column; x and y are their message words.
fn mix(s: State, x: vec4u, y: vec4u) -> State {
  let a1 = s.a + s.b + x;
  let d1 = rotate_right(s.d ^ a1, 16u);
  let c1 = s.c + d1;
  let b1 = rotate_right(s.b ^ c1, 12u);
  let a2 = a1 + b1 + y;
  let d2 = rotate_right(d1 ^ a2, 8u);
  let c2 = c1 + d2;
  let b2 = rotate_right(b1 ^ c2, 7u);
  return State(a2, b2, c2, d2);
}

// The first half of a round: mixes columns, with words 0 to 7.
fn mix_columns(s: State, m: Block) -> State {
  return mix(s, vec4u(m.w0.xz, m.w1.xz), vec4u(m.w0.yw, m.w1.yw));
}

// Diagonals turned into columns, and back.
fn diagonals_up(s: State) -> State {
  return State(s.a, s.b.yzwx, s.c.zwxy, s.d.wxyz);
}

fn diagonals_down(s: State) -> State {
  return State(s.a, s.b.wxyz, s.c.zwxy, s.d.yzwx);
}

// The second half of a round: mixes diagonals, with words 8 to 15.
fn mix_diagonals(s: State, m: Block) -> State {
  let mixed = mix(diagonals_up(s), vec4u(m.w2.xz, m.w3.xz), vec4u(m.w2.yw, m.w3.yw));
  return diagonals_down(mixed);
}

fn one_round(s: State, m: Block) -> State {
  return mix_diagonals(mix_columns(s, m), m);
}

// The order of the message words in the next round.
fn permute(m: Block) -> Block {
  return Block(
    vec4u(m.w0.z, m.w1.z, m.w0.w, m.w2.z),
    vec4u(m.w1.w, m.w0.x, m.w1.x, m.w3.y),
    vec4u(m.w0.y, m.w2.w, m.w3.x, m.w1.y),
    vec4u(m.w2.y, m.w3.z, m.w3.w, m.w2.x),
  );
}

// The order of the message words six rounds on: what costs instructions on paper only.
fn permute_six(m: Block) -> Block {
  return permute(permute(permute(permute(permute(permute(m))))));
}

// Six of the seven rounds. Which of them is left to the caller is where the search saves work.
fn six_rounds(s0: State, m0: Block) -> State {
  let m1 = permute(m0);
  let m2 = permute(m1);
  let m3 = permute(m2);
  let m4 = permute(m3);
  let m5 = permute(m4);
  let s1 = one_round(s0, m0);
  let s2 = one_round(s1, m1);
  let s3 = one_round(s2, m2);
  let s4 = one_round(s3, m3);
  let s5 = one_round(s4, m4);
  return one_round(s5, m5);
}

// The state before the first round. `length` counts the block's bytes; the chunk counter is 0 throughout.
fn initial_state(chaining: Words, length: u32, flags: u32) -> State {
  return State(chaining.lo, chaining.hi, IV.lo, vec4u(0u, 0u, length, flags));
}

fn feed_forward(s: State) -> Words {
  return Words(s.a ^ s.c, s.b ^ s.d);
}

fn compress(chaining: Words, m: Block, length: u32, flags: u32) -> Words {
  let s = one_round(initial_state(chaining, length, flags), m);
  return feed_forward(six_rounds(s, permute(m)));
}

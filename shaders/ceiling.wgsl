// How fast a device can mix at all: G by itself, in 1, 2, 4 or 8 chains that do not wait for each other, or in four that
// exchange words as the columns and diagonals of BLAKE3 do. What the search kernel reaches is judged against the best of
// them. Needs blake3.wgsl; the CPU twin is ceiling.ts.

struct Task {
  // Each is 8 Gs in every chain: twice as many take twice as long.
  iterations: u32,
  // Message words: uniform, as in the search.
  x: u32,
  y: u32,
}

@group(0) @binding(0) var<uniform> task: Task;
// Words a, b, c, d of each chain, the chains of an invocation side by side. Results in the same order.
@group(0) @binding(1) var<storage, read> seeds: array<vec4u>;
@group(0) @binding(2) var<storage, read_write> results: array<vec4u>;

override workgroup_size: u32 = 64u;

struct Chains2 { p: vec4u, q: vec4u }
struct Chains4 { p: Chains2, q: Chains2 }
struct Chains8 { p: Chains4, q: Chains4 }

// One G. The other lanes of the mix are read by nobody.
fn mix_1(s: vec4u) -> vec4u {
  let mixed = mix(State(s.xxxx, s.yyyy, s.zzzz, s.wwww), vec4u(task.x), vec4u(task.y));
  return vec4u(mixed.a.x, mixed.b.x, mixed.c.x, mixed.d.x);
}

fn mix_2(s: Chains2) -> Chains2 {
  return Chains2(mix_1(s.p), mix_1(s.q));
}

fn mix_4(s: Chains4) -> Chains4 {
  return Chains4(mix_2(s.p), mix_2(s.q));
}

fn mix_8(s: Chains8) -> Chains8 {
  return Chains8(mix_4(s.p), mix_4(s.q));
}

fn load_2(at: u32) -> Chains2 {
  return Chains2(seeds[at], seeds[at + 1u]);
}

fn load_4(at: u32) -> Chains4 {
  return Chains4(load_2(at), load_2(at + 2u));
}

fn store_2(at: u32, s: Chains2) {
  results[at] = s.p;
  results[at + 1u] = s.q;
}

fn store_4(at: u32, s: Chains4) {
  store_2(at, s.p);
  store_2(at + 2u, s.q);
}

@compute @workgroup_size(workgroup_size)
fn chains_1(@builtin(global_invocation_id) id: vec3u) {
  var s = seeds[id.x];
  for (var i = 0u; i < task.iterations; i++) {
    s = mix_1(mix_1(mix_1(mix_1(mix_1(mix_1(mix_1(mix_1(s))))))));
  }
  results[id.x] = s;
}

@compute @workgroup_size(workgroup_size)
fn chains_2(@builtin(global_invocation_id) id: vec3u) {
  var s = load_2(id.x * 2u);
  for (var i = 0u; i < task.iterations; i++) {
    s = mix_2(mix_2(mix_2(mix_2(mix_2(mix_2(mix_2(mix_2(s))))))));
  }
  store_2(id.x * 2u, s);
}

@compute @workgroup_size(workgroup_size)
fn chains_4(@builtin(global_invocation_id) id: vec3u) {
  var s = load_4(id.x * 4u);
  for (var i = 0u; i < task.iterations; i++) {
    s = mix_4(mix_4(mix_4(mix_4(mix_4(mix_4(mix_4(mix_4(s))))))));
  }
  store_4(id.x * 4u, s);
}

@compute @workgroup_size(workgroup_size)
fn chains_8(@builtin(global_invocation_id) id: vec3u) {
  var s = Chains8(load_4(id.x * 8u), load_4(id.x * 8u + 4u));
  for (var i = 0u; i < task.iterations; i++) {
    s = mix_8(mix_8(mix_8(mix_8(mix_8(mix_8(mix_8(mix_8(s))))))));
  }
  store_4(id.x * 8u, s.p);
  store_4(id.x * 8u + 4u, s.q);
}

// The words of four chains as rows of a state, and back.
fn transposed(s: State) -> State {
  return State(
    vec4u(s.a.x, s.b.x, s.c.x, s.d.x),
    vec4u(s.a.y, s.b.y, s.c.y, s.d.y),
    vec4u(s.a.z, s.b.z, s.c.z, s.d.z),
    vec4u(s.a.w, s.b.w, s.c.w, s.d.w),
  );
}

// A G of each of four chains, then another one after words have changed places.
fn mix_crossed(s: State) -> State {
  let x = vec4u(task.x);
  let y = vec4u(task.y);
  return diagonals_down(mix(diagonals_up(mix(s, x, y)), x, y));
}

@compute @workgroup_size(workgroup_size)
fn crossed_4(@builtin(global_invocation_id) id: vec3u) {
  let at = id.x * 4u;
  var s = transposed(State(seeds[at], seeds[at + 1u], seeds[at + 2u], seeds[at + 3u]));
  for (var i = 0u; i < task.iterations; i++) {
    s = mix_crossed(mix_crossed(mix_crossed(mix_crossed(s))));
  }
  let end = transposed(s);
  results[at] = end.a;
  results[at + 1u] = end.b;
  results[at + 2u] = end.c;
  results[at + 3u] = end.d;
}

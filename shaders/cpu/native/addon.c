/*
 * The kernels for Node.js: an addon of Node-API. It keeps nothing but what the Vulkan layer has seen, so that every thread that loads
 * it shares its code.
 *
 *   variants, lanes                              names of the variants that this machine runs, the fastest first; their lanes
 *   search(variant, memory, start, count, chain) how many finds; variant: index of the name
 *   hash(memory)
 *   mix(variant, memory, chains, turns, x, y)
 *   pin(cpu)                                     binds the calling thread to a CPU; 0, or the system's number of what is wrong;
 *                                                missing where the system can't
 *   HEADER, TARGET, HASH, FINDS, BYTES           places in the memory of search and hash, its length; bytes
 *   MAX_FINDS                                    finds that there is room for
 *   SEEDS, RESULTS, MIX_BYTES                    places in the memory of mix, its length; bytes
 *   showDevice(memory), showAllDevices(), seenDevices(memory), DEVICE_BYTES, SEEN_BYTES
 *                                                the Vulkan layer of this process, layer.h; missing where there is none
 */
#include <stddef.h>
#include "affinity.h"
#include "cpu.h"
#include "kernel.h"
#include "layer.h"
#include "node-api.h"

#define MOST_VARIANTS 3
#if defined(_WIN32)
#define EXPORTED __declspec(dllexport)
#else
#define EXPORTED __attribute__((visibility("default")))
#endif

#if defined(__x86_64__)
extern const kernel_variant kernel_sse41, kernel_avx2, kernel_avx512;
#elif defined(__aarch64__)
extern const kernel_variant kernel_neon;
#endif

static uint32_t usable_variants(const kernel_variant *usable[MOST_VARIANTS]) {
  uint32_t count = 0;
#if defined(__x86_64__)
  if (runs_avx512()) usable[count++] = &kernel_avx512;
  if (runs_avx2()) usable[count++] = &kernel_avx2;
  if (runs_sse41()) usable[count++] = &kernel_sse41;
#elif defined(__aarch64__)
  usable[count++] = &kernel_neon;
#endif
  return count;
}

static napi_value refuse(napi_env env, const char *message) {
  napi_throw_range_error(env, NULL, message);
  return NULL;
}

static const kernel_variant *variant_of(napi_env env, napi_value value) {
  const kernel_variant *usable[MOST_VARIANTS];
  uint32_t index;
  if (napi_get_value_uint32(env, value, &index) != 0 || index >= usable_variants(usable)) return NULL;
  return usable[index];
}

static void *memory_of(napi_env env, napi_value value, size_t bytes) {
  napi_typedarray_type type;
  size_t length;
  void *data;
  if (napi_get_typedarray_info(env, value, &type, &length, &data, NULL, NULL) != 0) return NULL;
  if (type != 1 || length != bytes || (uintptr_t)data % sizeof(uint64_t) != 0) return NULL;
  return data;
}

static napi_value number(napi_env env, uint32_t value) {
  napi_value result;
  return napi_create_uint32(env, value, &result) == 0 ? result : NULL;
}

static napi_value js_search(napi_env env, napi_callback_info info) {
  size_t argc = 5;
  napi_value argv[5];
  uint64_t start;
  uint32_t count, chain;
  bool lossless;
  if (napi_get_cb_info(env, info, &argc, argv, NULL, NULL) != 0 || argc != 5)
    return refuse(env, "expected (variant, memory, start, count, chain)");
  const kernel_variant *variant = variant_of(env, argv[0]);
  kernel_memory *memory = memory_of(env, argv[1], sizeof(kernel_memory));
  if (variant == NULL || memory == NULL) return refuse(env, "expected a variant of this machine, and a memory of BYTES");
  if (napi_get_value_bigint_uint64(env, argv[2], &start, &lossless) != 0 || !lossless ||
      napi_get_value_uint32(env, argv[3], &count) != 0 || napi_get_value_uint32(env, argv[4], &chain) != 0 || chain > 15)
    return refuse(env, "expected a start of 64 bits, a count of 32, a chain from 0 to 15");
  return number(env, variant->search(memory, start, count, chain));
}

static napi_value js_hash(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value argv[1];
  kernel_memory *memory = NULL;
  if (napi_get_cb_info(env, info, &argc, argv, NULL, NULL) == 0 && argc == 1) memory = memory_of(env, argv[0], sizeof(kernel_memory));
  if (memory == NULL) return refuse(env, "expected a memory of BYTES");
  kernel_hash(memory);
  return NULL;
}

static napi_value js_mix(napi_env env, napi_callback_info info) {
  size_t argc = 6;
  napi_value argv[6];
  uint32_t words[4];
  if (napi_get_cb_info(env, info, &argc, argv, NULL, NULL) != 0 || argc != 6)
    return refuse(env, "expected (variant, memory, chains, turns, x, y)");
  const kernel_variant *variant = variant_of(env, argv[0]);
  mix_memory *memory = memory_of(env, argv[1], sizeof(mix_memory));
  for (int i = 0; i < 4; i++)
    if (napi_get_value_uint32(env, argv[2 + i], &words[i]) != 0) variant = NULL;
  if (variant == NULL || memory == NULL || !variant->mix(memory, words[0], words[1], words[2], words[3]))
    return refuse(env, "expected a variant of this machine, a memory of MIX_BYTES, 2, 3, 4 or 6 chains");
  return NULL;
}

#ifdef CAN_PIN
static napi_value js_pin(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value argv[1];
  uint32_t cpu;
  if (napi_get_cb_info(env, info, &argc, argv, NULL, NULL) != 0 || argc != 1 ||
      napi_get_value_uint32(env, argv[0], &cpu) != 0 || cpu >= MOST_CPUS)
    return refuse(env, "expected the number of a CPU");
  return number(env, (uint32_t)pin_thread(cpu));
}
#endif

#ifdef HAS_LAYER
static void *only_memory(napi_env env, napi_callback_info info, size_t bytes) {
  size_t argc = 1;
  napi_value argv[1];
  if (napi_get_cb_info(env, info, &argc, argv, NULL, NULL) != 0 || argc != 1) return NULL;
  return memory_of(env, argv[0], bytes);
}

static napi_value js_show_device(napi_env env, napi_callback_info info) {
  const layer_device *device = only_memory(env, info, sizeof(layer_device));
  if (device == NULL) return refuse(env, "expected a memory of DEVICE_BYTES");
  layer_choose(device);
  return NULL;
}

static napi_value js_show_all_devices(napi_env env, napi_callback_info info) {
  (void)env;
  (void)info;
  layer_choose(NULL);
  return NULL;
}

static napi_value js_seen_devices(napi_env env, napi_callback_info info) {
  uint8_t *memory = only_memory(env, info, sizeof(layer_state));
  if (memory == NULL) return refuse(env, "expected a memory of SEEN_BYTES");
  layer_tell(memory);
  return NULL;
}
#endif

static bool add_function(napi_env env, napi_value exports, const char *name, napi_callback callback) {
  napi_value function;
  return napi_create_function(env, name, (size_t)-1, callback, NULL, &function) == 0 &&
         napi_set_named_property(env, exports, name, function) == 0;
}

static bool add_number(napi_env env, napi_value exports, const char *name, size_t value) {
  napi_value result = number(env, (uint32_t)value);
  return result != NULL && napi_set_named_property(env, exports, name, result) == 0;
}

static bool add_variants(napi_env env, napi_value exports) {
  const kernel_variant *usable[MOST_VARIANTS];
  const uint32_t count = usable_variants(usable);
  napi_value names, name, lanes;
  if (napi_create_array(env, &names) != 0 || napi_create_array(env, &lanes) != 0) return false;
  for (uint32_t i = 0; i < count; i++)
    if (napi_create_string_utf8(env, usable[i]->name, (size_t)-1, &name) != 0 || napi_set_element(env, names, i, name) != 0 ||
        napi_set_element(env, lanes, i, number(env, usable[i]->lanes)) != 0)
      return false;
  return napi_set_named_property(env, exports, "variants", names) == 0 &&
         napi_set_named_property(env, exports, "lanes", lanes) == 0;
}

#if defined(_WIN32)
/* Called by Windows with 1 when the process loads the addon; there is no C library that would call it. */
int __stdcall DllMainCRTStartup(void *module, uint32_t reason, void *reserved);
int __stdcall DllMainCRTStartup(void *module, uint32_t reason, void *reserved) {
  (void)module;
  (void)reserved;
  return reason != 1 || find_node_api();
}
#endif

EXPORTED int32_t node_api_module_get_api_version_v1(void) { return 8; }

/* Called by Node.js, once in each thread that loads it. */
EXPORTED napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  const bool whole = add_variants(env, exports) && add_function(env, exports, "search", js_search) &&
                     add_function(env, exports, "hash", js_hash) && add_function(env, exports, "mix", js_mix) &&
                     add_number(env, exports, "HEADER", offsetof(kernel_memory, header)) &&
                     add_number(env, exports, "TARGET", offsetof(kernel_memory, target)) &&
                     add_number(env, exports, "HASH", offsetof(kernel_memory, hash)) &&
                     add_number(env, exports, "FINDS", offsetof(kernel_memory, finds)) &&
                     add_number(env, exports, "MAX_FINDS", MAX_FINDS) &&
                     add_number(env, exports, "BYTES", sizeof(kernel_memory)) &&
                     add_number(env, exports, "SEEDS", offsetof(mix_memory, seeds)) &&
                     add_number(env, exports, "RESULTS", offsetof(mix_memory, results)) &&
                     add_number(env, exports, "MIX_BYTES", sizeof(mix_memory));
#ifdef CAN_PIN
  if (!add_function(env, exports, "pin", js_pin)) return NULL;
#endif
#ifdef HAS_LAYER
  if (!add_function(env, exports, "showDevice", js_show_device) ||
      !add_function(env, exports, "showAllDevices", js_show_all_devices) ||
      !add_function(env, exports, "seenDevices", js_seen_devices) ||
      !add_number(env, exports, "DEVICE_BYTES", sizeof(layer_device)) ||
      !add_number(env, exports, "SEEN_BYTES", sizeof(layer_state)))
    return NULL;
#endif
  return whole ? exports : NULL;
}

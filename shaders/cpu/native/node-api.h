/*
 * What the addon uses of Node-API: types and functions as Node.js documents them, which every version from 20 on has. Node.js itself
 * brings the functions when it loads the addon; its headers are not installed everywhere.
 */
#ifndef NODE_API_H
#define NODE_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct napi_env__ *napi_env;
typedef struct napi_value__ *napi_value;
typedef struct napi_callback_info__ *napi_callback_info;
typedef napi_value (*napi_callback)(napi_env env, napi_callback_info info);
/* An enumeration: 0 is success. */
typedef int napi_status;
/* An enumeration: 1 is Uint8Array. */
typedef int napi_typedarray_type;

/* Name without its prefix, and parameters. */
#define NODE_API_FUNCTIONS(X) \
  X(create_uint32, (napi_env env, uint32_t value, napi_value *result)) \
  X(create_string_utf8, (napi_env env, const char *text, size_t length, napi_value *result)) \
  X(create_array, (napi_env env, napi_value *result)) \
  X(create_function, (napi_env env, const char *name, size_t length, napi_callback callback, void *data, napi_value *result)) \
  X(set_element, (napi_env env, napi_value object, uint32_t index, napi_value value)) \
  X(set_named_property, (napi_env env, napi_value object, const char *name, napi_value value)) \
  X(get_cb_info, (napi_env env, napi_callback_info info, size_t *argc, napi_value *argv, napi_value *self, void **data)) \
  X(get_value_uint32, (napi_env env, napi_value value, uint32_t *result)) \
  X(get_value_bigint_uint64, (napi_env env, napi_value value, uint64_t *result, bool *lossless)) \
  X(get_typedarray_info, (napi_env env, napi_value value, napi_typedarray_type *type, size_t *length, void **data, \
                          napi_value *buffer, size_t *offset)) \
  X(throw_range_error, (napi_env env, const char *code, const char *message))

#if defined(_WIN32)
/*
 * Windows wants to know of each function which file it is in: the program that loads the addon, whatever its name. They are looked up
 * once, when the addon is loaded into the process and before anything of it runs.
 */
__declspec(dllimport) void *__stdcall GetModuleHandleW(const void *name);
__declspec(dllimport) void *__stdcall GetProcAddress(void *module, const char *name);

#define POINTER(name, parameters) static napi_status(*napi_##name) parameters;
NODE_API_FUNCTIONS(POINTER)

/* Returns 0 where the program lacks one: then Windows does not load the addon. */
static int find_node_api(void) {
  void *program = GetModuleHandleW(NULL);
#define FIND(name, parameters) &&(napi_##name = (napi_status(*) parameters)GetProcAddress(program, "napi_" #name)) != NULL
  return program != NULL NODE_API_FUNCTIONS(FIND);
}
#else
#define FUNCTION(name, parameters) napi_status napi_##name parameters;
NODE_API_FUNCTIONS(FUNCTION)
#endif

#endif

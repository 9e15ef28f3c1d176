/*
 * Calls the Vulkan layer as Vulkan's loader does, over a driver of three cards that asks the layer, and waits for another thread, while
 * it is asked itself. Ends with 0 if all is as it should be; prints the first line that is not.
 */
#include "layer.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXPECT(what) ((what) ? (void)0 : (printf("line %d: expected %s\n", __LINE__, #what), exit(1)))

/* Two copies of a driver for software have the same UUID. */
enum { CARDS = 3, THREADS = 4, ROUNDS = 100, LIMIT_S = 30 };

VkResult vkNegotiateLoaderLayerInterfaceVersion(vk_negotiation *negotiation);

typedef struct {
  void *key;
} object;

struct card {
  void *key;
  uint8_t number;
};

struct VkInstance_ {
  void *key;
  /* What the key points to, and tells instances apart by: the loader's table. */
  int table;
  struct card cards[CARDS];
};

static vk_negotiation layer;
static bool asks_back;

static void *look(void *memory) {
  layer_tell(memory);
  return NULL;
}

static void get_properties(VkPhysicalDevice physical, vk_properties *properties) {
  const uint8_t number = ((struct card *)physical)->number;
  if (asks_back) {
    layer_state *seen = malloc(sizeof *seen);
    EXPECT(seen != NULL);
    look(seen);
    pthread_t other;
    EXPECT(pthread_create(&other, NULL, look, seen) == 0);
    EXPECT(pthread_join(other, NULL) == 0);
    free(seen);
  }
  properties->device_type = 2;
  /* As long as a name may be, and without an end. */
  memset(properties->name, 'a' + (number == 2), VK_NAME_BYTES);
  for (vk_structure *one = properties->next; one != NULL; one = one->next)
    if (one->type == VK_PHYSICAL_DEVICE_ID_PROPERTIES)
      memset(((vk_id_properties *)one)->device_uuid, number == 2 ? 9 : 7, VK_UUID_BYTES);
}

static VkResult enumerate(VkInstance instance, uint32_t *count, VkPhysicalDevice *physical) {
  if (physical == NULL) {
    *count = CARDS;
    return VK_SUCCESS;
  }
  const uint32_t room = *count < CARDS ? *count : CARDS;
  for (uint32_t i = 0; i < room; i++) physical[i] = (VkPhysicalDevice)&instance->cards[i];
  *count = room;
  return room < CARDS ? VK_INCOMPLETE : VK_SUCCESS;
}

static VkResult create_instance(const void *info, const void *allocator, VkInstance *instance) {
  (void)info, (void)allocator;
  *instance = malloc(sizeof **instance);
  EXPECT(*instance != NULL);
  (*instance)->key = &(*instance)->table;
  for (uint8_t i = 0; i < CARDS; i++) (*instance)->cards[i] = (struct card){(*instance)->key, i};
  return VK_SUCCESS;
}

static void destroy_instance(VkInstance instance, const void *allocator) {
  (void)allocator;
  free(instance);
}

static VkResult create_device(VkPhysicalDevice physical, const void *info, const void *allocator, VkDevice *device) {
  (void)physical, (void)info, (void)allocator;
  object *made = malloc(sizeof *made);
  EXPECT(made != NULL);
  made->key = made;
  *device = (VkDevice)made;
  return VK_SUCCESS;
}

static void destroy_device(VkDevice device, const void *allocator) {
  (void)allocator;
  free(device);
}

static vk_function next_of_device(VkDevice device, const char *name) {
  (void)device;
  return strcmp(name, "vkDestroyDevice") == 0 ? (vk_function)destroy_device : NULL;
}

static vk_function next_of_instance(VkInstance instance, const char *name) {
  (void)instance;
  if (strcmp(name, "vkCreateInstance") == 0) return (vk_function)create_instance;
  if (strcmp(name, "vkDestroyInstance") == 0) return (vk_function)destroy_instance;
  if (strcmp(name, "vkEnumeratePhysicalDevices") == 0) return (vk_function)enumerate;
  if (strcmp(name, "vkGetPhysicalDeviceProperties2") == 0) return (vk_function)get_properties;
  if (strcmp(name, "vkCreateDevice") == 0) return (vk_function)create_device;
  return NULL;
}

static vk_function function_of(VkInstance instance, const char *name) {
  const vk_function function = layer.instance_function(instance, name);
  EXPECT(function != NULL);
  return function;
}

static VkInstance open_instance(void) {
  vk_instance_link link = {NULL, next_of_instance, NULL};
  vk_layer_info chain = {VK_LOADER_INSTANCE_CREATE_INFO, NULL, 0, {&link}};
  vk_structure info = {1, (vk_structure *)&chain};
  VkInstance instance;
  EXPECT(((vk_create_instance)function_of(NULL, "vkCreateInstance"))(&info, NULL, &instance) == VK_SUCCESS);
  EXPECT(chain.link.instance == NULL);
  return instance;
}

static void close_instance(VkInstance instance) {
  ((vk_destroy_instance)function_of(instance, "vkDestroyInstance"))(instance, NULL);
}

static uint32_t count_of(VkInstance instance, VkPhysicalDevice *cards, uint32_t room, VkResult expected) {
  uint32_t count = room;
  EXPECT(((vk_enumerate)function_of(instance, "vkEnumeratePhysicalDevices"))(instance, &count, cards) == expected);
  return count;
}

static void open_device(VkPhysicalDevice card) {
  vk_device_link link = {NULL, next_of_instance, next_of_device};
  vk_layer_info chain = {VK_LOADER_DEVICE_CREATE_INFO, NULL, 0, {.device = &link}};
  vk_structure info = {3, (vk_structure *)&chain};
  VkDevice device;
  EXPECT(((vk_create_device)function_of(NULL, "vkCreateDevice"))(card, &info, NULL, &device) == VK_SUCCESS);
  const vk_function destroy = layer.device_function(device, "vkDestroyDevice");
  EXPECT(destroy != NULL && layer.device_function(device, "vkNothing") == NULL);
  ((vk_destroy_device)destroy)(device, NULL);
}

/* One instance, from its start to its end. @param shown - number of the card that is shown; CARDS: all of them */
static void play(uint8_t shown) {
  const VkInstance instance = open_instance();
  VkPhysicalDevice cards[CARDS];
  if (shown == CARDS) {
    EXPECT(count_of(instance, NULL, 0, VK_SUCCESS) == CARDS);
    EXPECT(count_of(instance, cards, 2, VK_INCOMPLETE) == 2);
    EXPECT(count_of(instance, cards, CARDS, VK_SUCCESS) == CARDS);
  } else {
    EXPECT(count_of(instance, NULL, 0, VK_SUCCESS) == 1);
    EXPECT(count_of(instance, cards, 0, VK_INCOMPLETE) == 0);
    EXPECT(count_of(instance, cards, CARDS, VK_SUCCESS) == 1);
    EXPECT(((struct card *)cards[0])->number == shown);
  }
  open_device(cards[0]);
  close_instance(instance);
}

static void *play_often(void *unused) {
  for (int i = 0; i < ROUNDS; i++) play(1);
  return unused;
}

int main(void) {
  alarm(LIMIT_S);
  layer.version = 2;
  EXPECT(vkNegotiateLoaderLayerInterfaceVersion(&layer) == VK_SUCCESS);
  static layer_state seen;
  asks_back = true;
  play(CARDS);
  layer_tell(&seen);
  EXPECT(seen.instances == 1 && seen.shown == CARDS && seen.count == CARDS);
  EXPECT(seen.devices[0].which == 0 && seen.devices[1].which == 1 && seen.devices[2].which == 0);
  EXPECT(strlen(seen.devices[0].name) == VK_NAME_BYTES - 1 && seen.devices[0].has_pci == 0);
  for (uint8_t i = 0; i < CARDS; i++) {
    layer_choose(&seen.devices[i]);
    play(i);
    static layer_state alone;
    layer_tell(&alone);
    EXPECT(alone.shown == 1 && alone.count == CARDS && alone.instances == 2u + i);
  }
  layer_device nowhere = seen.devices[2];
  nowhere.which = 1;
  layer_choose(&nowhere);
  const VkInstance none = open_instance();
  VkPhysicalDevice cards[CARDS];
  EXPECT(count_of(none, cards, CARDS, VK_SUCCESS) == 0);
  close_instance(none);
  layer_tell(&seen);
  EXPECT(seen.shown == 0 && seen.count == CARDS);
  /* Several at a time. */
  asks_back = false;
  layer_choose(&seen.devices[1]);
  pthread_t threads[THREADS];
  for (int i = 0; i < THREADS; i++) EXPECT(pthread_create(&threads[i], NULL, play_often, NULL) == 0);
  for (int i = 0; i < THREADS; i++) EXPECT(pthread_join(threads[i], NULL) == 0);
  layer_choose(NULL);
  play(CARDS);
  return 0;
}

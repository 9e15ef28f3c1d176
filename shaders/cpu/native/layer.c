/*
 * The layer, as the Vulkan loader calls it: version 2 of its interface. Lists of physical devices are what it changes, and only once a
 * device was chosen; all else goes on to whoever comes next. It needs no C library.
 */
#include "layer.h"

#ifdef HAS_LAYER
#include <stdbool.h>

#define EXPORTED __attribute__((visibility("default")))

/* A process makes an instance for each time that it looks for cards, and a device for the one that it works. */
enum { MOST_INSTANCES = 256, MOST_OPEN = 64 };

/*
 * What comes next. Functions are asked for while an object is made: once it is there, the loader answers with those that come first, and
 * they would call themselves.
 */
typedef struct {
  /* The loader's word in the object; NULL: this place is free; &taken: it is about to be made. */
  void *key;
  VkInstance instance;
  vk_instance_function next;
  vk_destroy_instance destroy;
  vk_enumerate enumerate;
  vk_enumerate_groups enumerate_groups;
  vk_get_properties get_properties;
} known_instance;

typedef struct {
  void *key;
  vk_device_function next;
  vk_destroy_device destroy;
} known_device;

static known_instance instances[MOST_INSTANCES];
static known_device devices[MOST_OPEN];
static char taken;
static layer_device chosen;
static bool choosing;
static layer_state state;
/* Vulkan lets several threads make instances at a time. Who holds it calls nobody: a driver may wait for another thread, or ask the layer. */
static char held;

static void hold(void) {
  while (__atomic_test_and_set(&held, __ATOMIC_ACQUIRE)) {
  }
}

static void let_go(void) { __atomic_clear(&held, __ATOMIC_RELEASE); }

static void *key_of(const void *object) { return *(void *const *)object; }

static bool same_text(const char *a, const char *b) {
  while (*a != 0 && *a == *b) a++, b++;
  return *a == *b;
}

static void copy(void *to, const void *from, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) ((uint8_t *)to)[i] = ((const uint8_t *)from)[i];
}

static bool same_device(const layer_device *a, const layer_device *b) {
  for (int i = 0; i < VK_UUID_BYTES; i++)
    if (a->uuid[i] != b->uuid[i]) return false;
  return a->has_pci == b->has_pci && a->domain == b->domain && a->bus == b->bus && a->device == b->device &&
         a->function == b->function;
}

void layer_choose(const layer_device *device) {
  hold();
  choosing = device != NULL;
  if (device != NULL) copy(&chosen, device, sizeof chosen);
  let_go();
}

void layer_tell(void *memory) {
  hold();
  copy(memory, &state, sizeof state);
  let_go();
}

static bool find_instance(const void *object, known_instance *found) {
  bool known = false;
  hold();
  for (int i = 0; i < MOST_INSTANCES && !known; i++)
    if (instances[i].key == key_of(object)) {
      copy(found, &instances[i], sizeof *found);
      known = true;
    }
  let_go();
  return known;
}

/* Keeps a place for one that is about to be made. Returns MOST_INSTANCES where none is left. */
static int take_instance_place(void) {
  int place = 0;
  hold();
  while (place < MOST_INSTANCES && instances[place].key != NULL) place++;
  if (place < MOST_INSTANCES) instances[place].key = &taken;
  let_go();
  return place;
}

static void keep_instance(int place, const known_instance *instance) {
  hold();
  state.instances++;
  copy(&instances[place], instance, sizeof *instance);
  let_go();
}

static bool find_device(VkDevice device, known_device *found) {
  bool known = false;
  hold();
  for (int i = 0; i < MOST_OPEN && !known; i++)
    if (devices[i].key == key_of(device)) {
      copy(found, &devices[i], sizeof *found);
      known = true;
    }
  let_go();
  return known;
}

static int take_device_place(void) {
  int place = 0;
  hold();
  while (place < MOST_OPEN && devices[place].key != NULL) place++;
  if (place < MOST_OPEN) devices[place].key = &taken;
  let_go();
  return place;
}

static void keep_device(int place, const known_device *device) {
  hold();
  copy(&devices[place], device, sizeof *device);
  let_go();
}

/* Frees a place. */
static void leave(void **key) {
  hold();
  *key = NULL;
  let_go();
}

/* The loader's link in a chain. */
static vk_layer_info *link_in(const void *info, uint32_t type) {
  for (vk_structure *one = ((const vk_structure *)info)->next; one != NULL; one = one->next)
    if (one->type == type && ((vk_layer_info *)one)->kind == 0) return (vk_layer_info *)one;
  return NULL;
}

static VkResult create_instance(const void *info, const void *allocator, VkInstance *instance) {
  vk_layer_info *chain = link_in(info, VK_LOADER_INSTANCE_CREATE_INFO);
  if (chain == NULL || chain->link.instance == NULL) return VK_ERROR_INITIALIZATION_FAILED;
  const vk_instance_function next = chain->link.instance->instance_function;
  const vk_create_instance create = (vk_create_instance)next(NULL, "vkCreateInstance");
  if (create == NULL) return VK_ERROR_INITIALIZATION_FAILED;
  const int place = take_instance_place();
  if (place == MOST_INSTANCES) return VK_ERROR_OUT_OF_HOST_MEMORY;
  chain->link.instance = chain->link.instance->next;
  const VkResult result = create(info, allocator, instance);
  if (result != VK_SUCCESS) {
    leave(&instances[place].key);
    return result;
  }
  known_instance made;
  made.key = key_of(*instance);
  made.instance = *instance;
  made.next = next;
  made.destroy = (vk_destroy_instance)next(*instance, "vkDestroyInstance");
  made.enumerate = (vk_enumerate)next(*instance, "vkEnumeratePhysicalDevices");
  made.enumerate_groups = (vk_enumerate_groups)next(*instance, "vkEnumeratePhysicalDeviceGroups");
  if (made.enumerate_groups == NULL)
    made.enumerate_groups = (vk_enumerate_groups)next(*instance, "vkEnumeratePhysicalDeviceGroupsKHR");
  made.get_properties = (vk_get_properties)next(*instance, "vkGetPhysicalDeviceProperties2");
  if (made.get_properties == NULL)
    made.get_properties = (vk_get_properties)next(*instance, "vkGetPhysicalDeviceProperties2KHR");
  keep_instance(place, &made);
  return VK_SUCCESS;
}

static void destroy_instance(VkInstance instance, const void *allocator) {
  known_instance known;
  if (instance == NULL || !find_instance(instance, &known)) return;
  hold();
  for (int i = 0; i < MOST_INSTANCES; i++)
    if (instances[i].key == known.key) instances[i].key = NULL;
  let_go();
  if (known.destroy != NULL) known.destroy(instance, allocator);
}

static void describe(vk_get_properties get, VkPhysicalDevice physical, layer_device *device) {
  vk_properties properties;
  vk_id_properties id;
  vk_pci_properties pci;
  id.type = VK_PHYSICAL_DEVICE_ID_PROPERTIES;
  id.next = NULL;
  for (int i = 0; i < VK_UUID_BYTES; i++) id.device_uuid[i] = 0;
  properties.type = VK_PHYSICAL_DEVICE_PROPERTIES_2;
  properties.next = &id;
  properties.device_type = 0;
  properties.name[0] = 0;
  get(physical, &properties);
  /* A structure that a driver does not know it leaves alone: no bus has that number. Software complains of it, and is on no bus. */
  pci.type = VK_PHYSICAL_DEVICE_PCI_BUS_INFO_PROPERTIES;
  pci.next = NULL;
  pci.domain = pci.bus = pci.device = pci.function = UINT32_MAX;
  properties.next = &pci;
  if (properties.device_type != VK_TYPE_CPU) get(physical, &properties);
  copy(device->uuid, id.device_uuid, VK_UUID_BYTES);
  const bool has_pci = pci.bus <= 0xff && pci.device <= 0x1f && pci.function <= 7;
  device->has_pci = has_pci;
  device->domain = has_pci ? pci.domain : 0;
  device->bus = has_pci ? pci.bus : 0;
  device->device = has_pci ? pci.device : 0;
  device->function = has_pci ? pci.function : 0;
  device->type = properties.device_type;
  device->unused = 0;
  bool ended = false;
  for (int i = 0; i < VK_NAME_BYTES; i++) {
    ended = ended || properties.name[i] == 0 || i == VK_NAME_BYTES - 1;
    device->name[i] = ended ? 0 : properties.name[i];
  }
}

/* Whether one device alone is shown; then `device` is it. */
static bool get_chosen(layer_device *device) {
  hold();
  const bool one = choosing;
  if (one) copy(device, &chosen, sizeof chosen);
  let_go();
  return one;
}

/*
 * Writes down what some devices are, at most MOST_DEVICES, and how many are shown: `shown`, or the chosen one alone. Returns the index of
 * that; `count` if it is not there, or none is chosen.
 */
static uint32_t take_down(const known_instance *known, const VkPhysicalDevice *physical, uint32_t count, uint32_t shown,
                          const layer_device *one) {
  const vk_get_properties get = known->get_properties;
  const uint32_t described = get == NULL ? 0 : count;
  layer_device list[MOST_DEVICES];
  uint32_t found = count;
  for (uint32_t i = 0; i < described; i++) {
    layer_device *device = &list[i];
    describe(get, physical[i], device);
    device->which = 0;
    for (uint32_t j = 0; j < i; j++)
      if (same_device(&list[j], device)) device->which++;
    if (found == count && one != NULL && same_device(device, one) && device->which == one->which) found = i;
  }
  hold();
  state.shown = one == NULL ? shown : found < count;
  state.count = described;
  copy(state.devices, list, described * sizeof *list);
  let_go();
  return found;
}

/* The chosen device, in `one`. Returns how many there are of it: 1 or 0; less than that is an error. */
static int32_t list_chosen(const known_instance *known, const layer_device *device, VkPhysicalDevice *one) {
  VkPhysicalDevice all[MOST_DEVICES];
  uint32_t count = MOST_DEVICES;
  const VkResult result = known->enumerate(known->instance, &count, all);
  if (result < 0) return result;
  const uint32_t found = take_down(known, all, count, 0, device);
  if (found == count) return 0;
  *one = all[found];
  return 1;
}

static VkResult enumerate(VkInstance instance, uint32_t *count, VkPhysicalDevice *physical) {
  known_instance known;
  if (!find_instance(instance, &known) || known.enumerate == NULL) return VK_ERROR_INITIALIZATION_FAILED;
  layer_device device;
  if (!get_chosen(&device)) {
    const VkResult result = known.enumerate(instance, count, physical);
    if (result >= 0 && physical != NULL)
      take_down(&known, physical, *count < MOST_DEVICES ? *count : MOST_DEVICES, *count, NULL);
    return result;
  }
  VkPhysicalDevice one;
  const int32_t found = list_chosen(&known, &device, &one);
  if (found < 0) return found;
  if (physical != NULL && found == 1 && *count == 0) return VK_INCOMPLETE;
  if (physical != NULL && found == 1) physical[0] = one;
  *count = (uint32_t)found;
  return VK_SUCCESS;
}

/* Several cards of one group are worked as one: the chosen one is a group of its own. */
static VkResult enumerate_groups(VkInstance instance, uint32_t *count, vk_group *groups) {
  known_instance known;
  if (!find_instance(instance, &known) || known.enumerate == NULL) return VK_ERROR_INITIALIZATION_FAILED;
  layer_device device;
  if (!get_chosen(&device))
    return known.enumerate_groups == NULL ? VK_ERROR_INITIALIZATION_FAILED
                                          : known.enumerate_groups(instance, count, groups);
  VkPhysicalDevice one;
  const int32_t found = list_chosen(&known, &device, &one);
  if (found < 0) return found;
  if (groups != NULL && found == 1 && *count == 0) return VK_INCOMPLETE;
  if (groups != NULL && found == 1) {
    groups[0].count = 1;
    groups[0].devices[0] = one;
    groups[0].subset_allocation = 0;
  }
  *count = (uint32_t)found;
  return VK_SUCCESS;
}

static VkResult create_device(VkPhysicalDevice physical, const void *info, const void *allocator, VkDevice *device) {
  known_instance known;
  vk_layer_info *chain = link_in(info, VK_LOADER_DEVICE_CREATE_INFO);
  if (chain == NULL || chain->link.device == NULL || !find_instance(physical, &known))
    return VK_ERROR_INITIALIZATION_FAILED;
  const vk_device_function next = chain->link.device->device_function;
  const vk_create_device create =
      (vk_create_device)chain->link.device->instance_function(known.instance, "vkCreateDevice");
  if (create == NULL) return VK_ERROR_INITIALIZATION_FAILED;
  const int place = take_device_place();
  if (place == MOST_OPEN) return VK_ERROR_OUT_OF_HOST_MEMORY;
  chain->link.device = chain->link.device->next;
  const VkResult result = create(physical, info, allocator, device);
  if (result != VK_SUCCESS) {
    leave(&devices[place].key);
    return result;
  }
  known_device made;
  made.key = key_of(*device);
  made.next = next;
  made.destroy = (vk_destroy_device)next(*device, "vkDestroyDevice");
  keep_device(place, &made);
  return VK_SUCCESS;
}

static void destroy_device(VkDevice device, const void *allocator) {
  known_device known;
  if (device == NULL || !find_device(device, &known)) return;
  hold();
  for (int i = 0; i < MOST_OPEN; i++)
    if (devices[i].key == known.key) devices[i].key = NULL;
  let_go();
  if (known.destroy != NULL) known.destroy(device, allocator);
}

static vk_function device_function(VkDevice device, const char *name) {
  if (same_text(name, "vkGetDeviceProcAddr")) return (vk_function)device_function;
  if (same_text(name, "vkDestroyDevice")) return (vk_function)destroy_device;
  known_device known;
  if (device == NULL || !find_device(device, &known)) return NULL;
  return known.next(device, name);
}

static vk_function instance_function(VkInstance instance, const char *name) {
  if (same_text(name, "vkGetInstanceProcAddr")) return (vk_function)instance_function;
  if (same_text(name, "vkCreateInstance")) return (vk_function)create_instance;
  if (same_text(name, "vkDestroyInstance")) return (vk_function)destroy_instance;
  if (same_text(name, "vkEnumeratePhysicalDevices")) return (vk_function)enumerate;
  if (same_text(name, "vkCreateDevice")) return (vk_function)create_device;
  if (same_text(name, "vkGetDeviceProcAddr")) return (vk_function)device_function;
  if (same_text(name, "vkDestroyDevice")) return (vk_function)destroy_device;
  known_instance known;
  if (instance == NULL || !find_instance(instance, &known)) return NULL;
  const vk_function next = known.next(instance, name);
  const bool groups = same_text(name, "vkEnumeratePhysicalDeviceGroups") ||
                      same_text(name, "vkEnumeratePhysicalDeviceGroupsKHR");
  return next != NULL && groups ? (vk_function)enumerate_groups : next;
}

EXPORTED VkResult vkNegotiateLoaderLayerInterfaceVersion(vk_negotiation *negotiation);
EXPORTED VkResult vkNegotiateLoaderLayerInterfaceVersion(vk_negotiation *negotiation) {
  if (negotiation->version < 2) return VK_ERROR_INITIALIZATION_FAILED;
  negotiation->version = 2;
  negotiation->instance_function = instance_function;
  negotiation->device_function = device_function;
  negotiation->physical_device_function = NULL;
  return VK_SUCCESS;
}
#endif

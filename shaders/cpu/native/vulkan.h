/*
 * What the addon uses of Vulkan, and of how its loader and layers talk: types and numbers as the Vulkan registry and the loader's
 * documentation give them. Vulkan's headers are not installed everywhere.
 */
#ifndef VULKAN_H
#define VULKAN_H

#include <stddef.h>
#include <stdint.h>

/* Results. */
enum { VK_SUCCESS = 0, VK_INCOMPLETE = 5, VK_ERROR_OUT_OF_HOST_MEMORY = -1, VK_ERROR_INITIALIZATION_FAILED = -3 };

/* Types of structures. */
enum {
  VK_LOADER_INSTANCE_CREATE_INFO = 47,
  VK_LOADER_DEVICE_CREATE_INFO = 48,
  VK_PHYSICAL_DEVICE_PROPERTIES_2 = 1000059001,
  VK_PHYSICAL_DEVICE_ID_PROPERTIES = 1000071004,
  VK_PHYSICAL_DEVICE_PCI_BUS_INFO_PROPERTIES = 1000212000
};

/* Type of a physical device whose work the CPU does. */
enum { VK_TYPE_CPU = 4 };

/* Objects. The first word of each is the loader's, and the same for an instance and its physical devices. */
typedef struct VkInstance_ *VkInstance;
typedef struct VkPhysicalDevice_ *VkPhysicalDevice;
typedef struct VkDevice_ *VkDevice;

typedef int32_t VkResult;
typedef void (*vk_function)(void);
typedef vk_function (*vk_instance_function)(VkInstance instance, const char *name);
typedef vk_function (*vk_device_function)(VkDevice device, const char *name);

/* What every structure of a chain begins with. */
typedef struct vk_structure {
  uint32_t type;
  struct vk_structure *next;
} vk_structure;

/* The next layer, of an instance and of a device. */
typedef struct vk_instance_link {
  struct vk_instance_link *next;
  vk_instance_function instance_function, physical_device_function;
} vk_instance_link;

typedef struct vk_device_link {
  struct vk_device_link *next;
  vk_instance_function instance_function;
  vk_device_function device_function;
} vk_device_link;

/* What the loader puts into the chain of what an instance, or a device, is created from. Of several kinds, 0 is the link. */
typedef struct {
  uint32_t type;
  void *next;
  uint32_t kind;
  union {
    vk_instance_link *instance;
    vk_device_link *device;
  } link;
} vk_layer_info;

/* The two versions agree on what the layer is called through. */
typedef struct {
  uint32_t type;
  void *next;
  uint32_t version;
  vk_instance_function instance_function;
  vk_device_function device_function;
  vk_instance_function physical_device_function;
} vk_negotiation;

enum { VK_NAME_BYTES = 256, VK_UUID_BYTES = 16, VK_GROUP_DEVICES = 32 };

/* Limits and more follow the pipeline cache's UUID, which nobody here reads: 824 bytes in all, and room for some more. */
typedef struct {
  uint32_t type;
  void *next;
  uint32_t api_version, driver_version, vendor, device, device_type;
  char name[VK_NAME_BYTES];
  uint8_t cache[VK_UUID_BYTES];
  uint64_t others[128];
} vk_properties;

typedef struct {
  uint32_t type;
  void *next;
  uint8_t device_uuid[VK_UUID_BYTES], driver_uuid[VK_UUID_BYTES], device_luid[8];
  uint32_t node_mask, has_luid;
} vk_id_properties;

typedef struct {
  uint32_t type;
  void *next;
  uint32_t domain, bus, device, function;
} vk_pci_properties;

typedef struct {
  uint32_t type;
  void *next;
  uint32_t count;
  VkPhysicalDevice devices[VK_GROUP_DEVICES];
  uint32_t subset_allocation;
} vk_group;

typedef VkResult (*vk_create_instance)(const void *info, const void *allocator, VkInstance *instance);
typedef void (*vk_destroy_instance)(VkInstance instance, const void *allocator);
typedef VkResult (*vk_enumerate)(VkInstance instance, uint32_t *count, VkPhysicalDevice *devices);
typedef VkResult (*vk_enumerate_groups)(VkInstance instance, uint32_t *count, vk_group *groups);
typedef void (*vk_get_properties)(VkPhysicalDevice device, vk_properties *properties);
typedef VkResult (*vk_create_device)(VkPhysicalDevice physical, const void *info, const void *allocator, VkDevice *device);
typedef void (*vk_destroy_device)(VkDevice device, const void *allocator);

#endif

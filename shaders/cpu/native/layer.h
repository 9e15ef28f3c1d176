/*
 * A Vulkan layer that shows a process one card of several: WebGPU chooses cards by name alone, and identical ones have the same.
 * It is part of the addon, so that the process that has loaded it says which card, and asks what the layer has seen.
 */
#ifndef LAYER_H
#define LAYER_H

#include <stdint.h>
#include "vulkan.h"

#if defined(__linux__)
#define HAS_LAYER 1

enum { MOST_DEVICES = 64 };

/* A physical device. UUID and place on the PCI bus tell it from others, and where they don't, which of the same it is. */
typedef struct {
  uint8_t uuid[VK_UUID_BYTES];
  /* 1 where the driver says the place on the PCI bus. */
  uint32_t has_pci, domain, bus, device, function;
  /* As Vulkan has it: 1 integrated, 2 discrete, 3 virtual, 4 CPU, 0 other. */
  uint32_t type;
  /* From 0, among those of the same UUID and place, in the order of the drivers. */
  uint32_t which;
  uint32_t unused;
  char name[VK_NAME_BYTES];
} layer_device;

typedef struct {
  /* Instances that were made through the layer. */
  uint32_t instances;
  /* Of the last list: how many were shown to the process. */
  uint32_t shown;
  /* And how many there are: the first of them follow. */
  uint32_t count;
  uint32_t unused;
  layer_device devices[MOST_DEVICES];
} layer_state;

/* Shows that device alone from now on; NULL: all of them. */
void layer_choose(const layer_device *device);
/* Copies what it has seen into a memory of a layer_state. */
void layer_tell(void *memory);
#endif

#endif

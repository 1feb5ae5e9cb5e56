/**
 * From NVML, the PCI bus and sysfs to GPUs as devices: identity, attributes, topology, and GPUs
 * that are there and cannot be used. Reads once in a while; readings are taken in {@code sampling}.
 */
@NullMarked
package dev.acceld.probe.nvidia.discovery;

import org.jspecify.annotations.NullMarked;

/**
 * From NVML, the PCI bus and sysfs to GPUs as devices: identity, attributes, topology, and GPUs
 * that are present but cannot be used. It runs at each discovery; {@code sampling} takes the
 * readings.
 */
@NullMarked
package dev.acceld.probe.nvidia.discovery;

import org.jspecify.annotations.NullMarked;

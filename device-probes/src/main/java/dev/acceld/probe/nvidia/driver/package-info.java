/**
 * The user space of NVIDIA's driver: which files belong to it, where they are below the driver's
 * root, and how they come into a container. Knows files only, no GPU and no NVML.
 */
@NullMarked
package dev.acceld.probe.nvidia.driver;

import org.jspecify.annotations.NullMarked;

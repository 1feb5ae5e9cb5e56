/**
 * The user space of NVIDIA's driver: its files, their location below the driver root, and how they
 * are added to a container. It handles files only, without a GPU or NVML.
 */
@NullMarked
package dev.acceld.probe.nvidia.driver;

import org.jspecify.annotations.NullMarked;

/**
 * NVIDIA GPUs as devices, readings and signals. All knowledge about NVML, XIDs and NVIDIA's device
 * files is here; the health package decides what a signal means for a device.
 */
@NullMarked
package dev.acceld.probe.nvidia;

import org.jspecify.annotations.NullMarked;

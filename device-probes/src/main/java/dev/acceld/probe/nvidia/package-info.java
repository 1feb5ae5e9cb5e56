/**
 * NVIDIA's GPUs as devices, readings and signals. What is known of NVML, of XIDs and of NVIDIA's
 * device files lives here; what a signal means for a device's health is decided elsewhere.
 */
@NullMarked
package dev.acceld.probe.nvidia;

import org.jspecify.annotations.NullMarked;

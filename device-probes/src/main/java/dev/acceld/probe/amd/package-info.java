/**
 * AMD's GPUs, as the kernel's driver amdgpu shows them in sysfs: which there are, what a container
 * needs of them, how they are reset, and what the driver writes to the kernel's log. No library of
 * AMD's is used, and no device is opened. Readings are in the package {@code sampling}.
 */
@NullMarked
package dev.acceld.probe.amd;

import org.jspecify.annotations.NullMarked;

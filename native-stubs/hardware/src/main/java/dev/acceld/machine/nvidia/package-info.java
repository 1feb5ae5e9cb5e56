/**
 * The NVIDIA part of a simulated machine: the driver's files, the state of the simulated NVML,
 * partitions, XIDs.
 */
@NullMarked
package dev.acceld.machine.nvidia;

import org.jspecify.annotations.NullMarked;

/**
 * Partitions of NVIDIA's GPUs (MIG): which there are, which there can be, making and unmaking them.
 * What calls on the library it needs it gets with an opened one; whole GPUs are not its business.
 */
@NullMarked
package dev.acceld.probe.nvidia.mig;

import org.jspecify.annotations.NullMarked;

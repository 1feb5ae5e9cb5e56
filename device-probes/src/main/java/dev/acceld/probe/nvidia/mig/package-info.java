/**
 * MIG partitions of NVIDIA GPUs: existing and possible ones, their creation and deletion. It gets
 * the library's calls from an open library; whole GPUs are handled elsewhere.
 */
@NullMarked
package dev.acceld.probe.nvidia.mig;

import org.jspecify.annotations.NullMarked;

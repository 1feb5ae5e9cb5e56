/**
 * What amdgpu's files in sysfs say of a GPU at one moment, and what changes between two looks mean.
 * Reads files, opens no device; knows nothing of how GPUs are found or offered.
 */
@NullMarked
package dev.acceld.probe.amd.sampling;

import org.jspecify.annotations.NullMarked;

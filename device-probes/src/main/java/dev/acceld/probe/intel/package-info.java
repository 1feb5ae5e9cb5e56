/**
 * Intel's GPUs, by what the kernel's drivers xe and i915 show in sysfs and write to the kernel's
 * log, and by the one question that only the driver answers: how large the memory is. Nobody else
 * may depend on this package.
 */
@NullMarked
package dev.acceld.probe.intel;

import org.jspecify.annotations.NullMarked;

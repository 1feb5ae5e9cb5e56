/**
 * Calls of the kernel's graphics drivers xe and i915: what they tell nowhere in sysfs. Native code
 * of the C library, and nothing else.
 */
@NullMarked
package dev.acceld.probe.intel.drm;

import org.jspecify.annotations.NullMarked;

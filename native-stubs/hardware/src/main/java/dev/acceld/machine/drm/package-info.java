/**
 * AMD and Intel GPUs, whose drivers show themselves in sysfs alone: the files of the drivers
 * amdgpu, xe and i915, the state behind them, and the faults that they can have.
 */
@NullMarked
package dev.acceld.machine.drm;

import org.jspecify.annotations.NullMarked;

/**
 * What Intel's drivers write to the kernel's log. There is no probe yet: the lines are recognized,
 * and belong to no device.
 */
@NullMarked
package dev.acceld.probe.intel;

import org.jspecify.annotations.NullMarked;

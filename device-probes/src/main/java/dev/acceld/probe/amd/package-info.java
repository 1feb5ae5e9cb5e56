/**
 * What AMD's driver writes to the kernel's log. There is no probe yet: the lines are recognized,
 * and belong to no device.
 */
@NullMarked
package dev.acceld.probe.amd;

import org.jspecify.annotations.NullMarked;

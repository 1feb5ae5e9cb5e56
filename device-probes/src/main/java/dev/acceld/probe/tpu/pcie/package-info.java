/**
 * How the PCIe side of TPU chips is doing, by sysfs alone: readings, and signals at each change.
 * Opens no device.
 */
@NullMarked
package dev.acceld.probe.tpu.pcie;

import org.jspecify.annotations.NullMarked;

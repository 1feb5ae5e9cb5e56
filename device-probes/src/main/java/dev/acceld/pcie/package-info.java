/**
 * How the PCIe side of devices is doing, by sysfs alone: readings, and signals at each change.
 * Opens no device.
 */
@NullMarked
package dev.acceld.pcie;

import org.jspecify.annotations.NullMarked;

/**
 * What the kernel's log says of the node's devices: its lines are kept by device, and faults that
 * the vendor's library did not deliver go to the health assessment. How a log is read is in {@code
 * dev.acceld.host.kernel}, what a line means in the vendors' packages.
 */
@NullMarked
package dev.acceld.kernel;

import org.jspecify.annotations.NullMarked;

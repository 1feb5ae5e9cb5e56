/**
 * The kernel's log: records of {@code /dev/kmsg}, the time at which they were written, how far the
 * log was read, and the lines of the PCI core and of VFIO. It draws no conclusions about health.
 */
@NullMarked
package dev.acceld.host.kernel;

import org.jspecify.annotations.NullMarked;

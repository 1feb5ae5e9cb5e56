/**
 * Google TPUs as PCI and sysfs show them, and what a container needs to use them. Nothing here
 * loads libtpu: it may take the chip, or abort the process on a host without one.
 */
@NullMarked
package dev.acceld.probe.tpu;

import org.jspecify.annotations.NullMarked;

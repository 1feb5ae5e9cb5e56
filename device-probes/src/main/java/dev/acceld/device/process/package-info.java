/** What is known of the processes that use a device; of no vendor, and without their names. */
@NullMarked
package dev.acceld.device.process;

import org.jspecify.annotations.NullMarked;

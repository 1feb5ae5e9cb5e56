/** Faults as the kernel's log tells them, before it is judged what they mean for a device. */
@NullMarked
package dev.acceld.kernel.fault;

import org.jspecify.annotations.NullMarked;

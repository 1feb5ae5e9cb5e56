/** Tests of the simulated hardware, the C library through JNA included. */
@NullMarked
package dev.acceld.machine;

import org.jspecify.annotations.NullMarked;

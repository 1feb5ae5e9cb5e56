/** The files of a simulated machine: {@code /sys}, {@code /proc} and {@code /dev} below a root. */
@NullMarked
package dev.acceld.machine.tree;

import org.jspecify.annotations.NullMarked;

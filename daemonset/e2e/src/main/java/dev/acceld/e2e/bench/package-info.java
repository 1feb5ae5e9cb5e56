/** Measurements on a real cluster, printed and never asserted. */
@NullMarked
package dev.acceld.e2e.bench;

import org.jspecify.annotations.NullMarked;

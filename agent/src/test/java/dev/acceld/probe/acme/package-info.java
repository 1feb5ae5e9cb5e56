/**
 * A vendor that exists in tests only: one package, and one line in {@code src/test/vendor}, show
 * all that a new vendor takes.
 */
@NullMarked
package dev.acceld.probe.acme;

import org.jspecify.annotations.NullMarked;

/** Hands clusters to JUnit tests, skips what cannot run here, keeps the logs of what failed. */
@NullMarked
package dev.acceld.e2e.junit;

import org.jspecify.annotations.NullMarked;

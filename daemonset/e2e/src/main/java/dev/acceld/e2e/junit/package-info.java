/**
 * Provides clusters to JUnit tests, skips what cannot run on this machine, and keeps the logs of
 * failed tests.
 */
@NullMarked
package dev.acceld.e2e.junit;

import org.jspecify.annotations.NullMarked;

/**
 * The node at one moment: devices, readings, health and who holds what, joined once. Metrics,
 * commands and pages read it and join nothing themselves.
 */
@NullMarked
package dev.acceld.snapshot;

import org.jspecify.annotations.NullMarked;

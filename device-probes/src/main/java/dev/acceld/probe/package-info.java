/**
 * The interface for vendors ({@link dev.acceld.probe.Probe}), and the supervisor that isolates
 * their probes from each other, so that a hung library does not block the others. No vendor code
 * here.
 */
@NullMarked
package dev.acceld.probe;

import org.jspecify.annotations.NullMarked;

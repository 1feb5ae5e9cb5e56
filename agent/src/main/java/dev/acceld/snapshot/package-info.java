/**
 * The node at one moment: devices, readings, health and the holders of devices, joined once.
 * Metrics, commands and pages read this snapshot and join nothing themselves.
 */
@NullMarked
package dev.acceld.snapshot;

import org.jspecify.annotations.NullMarked;

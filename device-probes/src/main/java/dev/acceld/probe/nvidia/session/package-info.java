/**
 * From one {@code nvmlInit} to its {@code nvmlShutdown}: handles, calls with a deadline for each
 * device, and the thread that waits for XID events.
 */
@NullMarked
package dev.acceld.probe.nvidia.session;

import org.jspecify.annotations.NullMarked;

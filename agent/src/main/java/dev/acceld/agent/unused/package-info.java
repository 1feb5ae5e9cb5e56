/**
 * Waits until no pod of the cluster holds devices of the driver: what an uninstall must not
 * overtake.
 */
@NullMarked
package dev.acceld.agent.unused;

import org.jspecify.annotations.NullMarked;

/**
 * From signals of trouble to a verdict per device. Rules only: what is read from hardware is read
 * by the probes, and what is told to Kubernetes is told by the plugin.
 */
@NullMarked
package dev.acceld.health;

import org.jspecify.annotations.NullMarked;

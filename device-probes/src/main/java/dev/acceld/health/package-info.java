/**
 * From signals to the health of each device. Rules only: the probes read the hardware, and the
 * plugin reports to Kubernetes.
 */
@NullMarked
package dev.acceld.health;

import org.jspecify.annotations.NullMarked;

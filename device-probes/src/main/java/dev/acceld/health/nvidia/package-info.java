/**
 * NVIDIA's published knowledge about faults: XIDs and the driver's recovery actions. It does not
 * access hardware.
 */
@NullMarked
package dev.acceld.health.nvidia;

import org.jspecify.annotations.NullMarked;

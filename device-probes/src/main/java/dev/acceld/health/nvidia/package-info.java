/**
 * What NVIDIA has published of faults: XIDs and the driver's recovery actions. No hardware here.
 */
@NullMarked
package dev.acceld.health.nvidia;

import org.jspecify.annotations.NullMarked;

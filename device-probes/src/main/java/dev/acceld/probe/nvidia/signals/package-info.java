/**
 * Changes from one sample to the next, each reported once as a signal: defects, recovery actions,
 * GPUs that are lost or hang, NVLink fabric problems.
 */
@NullMarked
package dev.acceld.probe.nvidia.signals;

import org.jspecify.annotations.NullMarked;

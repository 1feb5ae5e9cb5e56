/**
 * What changes from one sample to the next are told as signals, each once: defects, recovery
 * actions, GPUs that are lost or hang, places in an NVLink fabric.
 */
@NullMarked
package dev.acceld.probe.nvidia.signals;

import org.jspecify.annotations.NullMarked;

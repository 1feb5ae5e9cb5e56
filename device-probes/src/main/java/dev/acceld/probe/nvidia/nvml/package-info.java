/**
 * The binding of {@code libnvidia-ml.so.1}: finding it, loading it, its symbols, return codes and
 * struct layouts. No decision about a GPU is taken here, and nothing outside calls the library.
 */
@NullMarked
package dev.acceld.probe.nvidia.nvml;

import org.jspecify.annotations.NullMarked;

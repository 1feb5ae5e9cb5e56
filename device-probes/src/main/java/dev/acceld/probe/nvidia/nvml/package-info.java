/**
 * The binding of {@code libnvidia-ml.so.1}: finding it, loading it, its symbols, return codes and
 * struct layouts. It takes no decision about a GPU, and no other package calls the library.
 */
@NullMarked
package dev.acceld.probe.nvidia.nvml;

import org.jspecify.annotations.NullMarked;

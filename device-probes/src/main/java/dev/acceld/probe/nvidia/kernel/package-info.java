/** What NVIDIA's drivers write to the kernel's log: text in, records out. */
@NullMarked
package dev.acceld.probe.nvidia.kernel;

import org.jspecify.annotations.NullMarked;

/**
 * Readings of GPUs and partitions: which queries and fields are read, how often, and which values
 * are valid. Independent of how a GPU is published.
 */
@NullMarked
package dev.acceld.probe.nvidia.sampling;

import org.jspecify.annotations.NullMarked;

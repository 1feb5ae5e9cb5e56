/**
 * Readings of GPUs and partitions: which queries and fields are asked, how often, and what of the
 * answers is believed. Knows nothing of how a GPU is published.
 */
@NullMarked
package dev.acceld.probe.nvidia.sampling;

import org.jspecify.annotations.NullMarked;

/**
 * What is said of a TPU host as a whole: its topology, its place in a slice, its machine type. Each
 * source is optional, and none of them is waited for.
 */
@NullMarked
package dev.acceld.probe.tpu.host;

import org.jspecify.annotations.NullMarked;

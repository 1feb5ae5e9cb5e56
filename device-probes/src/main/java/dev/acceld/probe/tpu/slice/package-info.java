/**
 * A slice of several hosts, of which a pod is one worker: what a claim says of it, and what can be
 * told from the pod. Knows no chips.
 */
@NullMarked
package dev.acceld.probe.tpu.slice;

import org.jspecify.annotations.NullMarked;

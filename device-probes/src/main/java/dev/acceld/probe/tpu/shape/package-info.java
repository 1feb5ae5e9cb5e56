/**
 * How the chips of a TPU host are arranged, and which blocks of them a container can use. Values
 * only; nothing here looks at a machine.
 */
@NullMarked
package dev.acceld.probe.tpu.shape;

import org.jspecify.annotations.NullMarked;

/**
 * The answers of libtpu's metrics service: which there are, and how they are read. Reads piece by
 * piece and keeps what is used; judges what can be no answer at all, not whether a value makes
 * sense.
 */
@NullMarked
package dev.acceld.probe.tpu.runtime.answer;

import org.jspecify.annotations.NullMarked;

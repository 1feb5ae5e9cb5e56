/** One trace for each claim: from the scheduling of its pod until a device is busy. */
@NullMarked
package dev.acceld.otlp.trace;

import org.jspecify.annotations.NullMarked;

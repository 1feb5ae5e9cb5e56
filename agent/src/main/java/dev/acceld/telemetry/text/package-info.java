/** The bytes of an exposition: labels that are encoded once, numbers, lines. */
@NullMarked
package dev.acceld.telemetry.text;

import org.jspecify.annotations.NullMarked;

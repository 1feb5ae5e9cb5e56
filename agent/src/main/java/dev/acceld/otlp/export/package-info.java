/** Exporters that count what is lost and say so in the log, once. */
@NullMarked
package dev.acceld.otlp.export;

import org.jspecify.annotations.NullMarked;

/**
 * Metrics and traces to an OpenTelemetry collector, by OTLP over HTTP. Nobody outside may load
 * {@link dev.acceld.otlp.Otlp} or a subpackage unless it is switched on: all of OpenTelemetry comes
 * with it.
 */
@NullMarked
package dev.acceld.otlp;

import org.jspecify.annotations.NullMarked;

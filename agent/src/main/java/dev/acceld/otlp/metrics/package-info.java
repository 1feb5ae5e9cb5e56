/** Devices and claims as OpenTelemetry metrics, in the names of its semantic conventions. */
@NullMarked
package dev.acceld.otlp.metrics;

import org.jspecify.annotations.NullMarked;

/**
 * Metrics and their names, in Prometheus' terms: the device series (dcgm-exporter's and acceld's
 * own) and the agent's own. A scrape renders known values and does not touch the hardware; a
 * missing value has no series and is never zero.
 */
@NullMarked
package dev.acceld.telemetry;

import org.jspecify.annotations.NullMarked;

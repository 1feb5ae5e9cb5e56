/**
 * Meters and their names, in Prometheus' terms: the device series (dcgm-exporter's and our own) and
 * the agent's own. A scrape renders what is known already and touches no hardware; missing is no
 * series, never zero.
 */
@NullMarked
package dev.acceld.telemetry;

import org.jspecify.annotations.NullMarked;

/**
 * The chart's dashboards, asked of a Prometheus that has the recorded hour, as Grafana would ask.
 * Knows what the hour's script did, and no agent.
 */
@NullMarked
package dev.acceld.e2e.dashboards;

import org.jspecify.annotations.NullMarked;

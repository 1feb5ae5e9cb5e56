/**
 * An hour of a small fleet, played by real agents on simulated hardware in a process of its own
 * whose time runs fast, and recorded as a Prometheus would scrape it. Knows no dashboard and no
 * Prometheus.
 */
@NullMarked
package dev.acceld.e2e.hour;

import org.jspecify.annotations.NullMarked;

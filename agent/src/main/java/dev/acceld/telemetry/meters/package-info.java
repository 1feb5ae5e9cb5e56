/**
 * Meters that the other parts of the agent are given: requests to the API server, claims, the
 * kubelet, slices. They count what happens; series of devices are made elsewhere, at each scrape.
 */
@NullMarked
package dev.acceld.telemetry.meters;

import org.jspecify.annotations.NullMarked;

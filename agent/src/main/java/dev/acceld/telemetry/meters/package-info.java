/**
 * Meters for the other components of the agent: requests to the API server, claims, the kubelet,
 * slices. They count events; the series of devices are created elsewhere, at each scrape.
 */
@NullMarked
package dev.acceld.telemetry.meters;

import org.jspecify.annotations.NullMarked;

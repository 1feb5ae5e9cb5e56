/**
 * The API server as the rest of the plugin sees it: {@link dev.acceld.dra.cluster.ClusterApi} and
 * the few values that cross it. Client libraries stay behind it; no rule about slices or claims
 * lives here.
 */
@NullMarked
package dev.acceld.dra.cluster;

import org.jspecify.annotations.NullMarked;

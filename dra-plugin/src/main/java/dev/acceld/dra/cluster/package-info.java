/**
 * The API server as the rest of the plugin sees it: {@link dev.acceld.dra.cluster.ClusterApi} and
 * its values. It hides the client libraries; rules about slices or claims are elsewhere.
 */
@NullMarked
package dev.acceld.dra.cluster;

import org.jspecify.annotations.NullMarked;

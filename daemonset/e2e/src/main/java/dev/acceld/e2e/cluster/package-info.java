/**
 * A real one-node Kubernetes in private namespaces of this machine: started, broken, looked into,
 * removed. Knows nothing of acceld.
 */
@NullMarked
package dev.acceld.e2e.cluster;

import org.jspecify.annotations.NullMarked;

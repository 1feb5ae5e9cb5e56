/**
 * A real Kubernetes cluster, usually of one node, in private namespaces of this machine: starting,
 * breaking, inspecting and removing it. Independent of acceld.
 */
@NullMarked
package dev.acceld.e2e.cluster;

import org.jspecify.annotations.NullMarked;

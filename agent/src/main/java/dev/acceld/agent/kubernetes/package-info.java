/**
 * The agent as a DRA driver of a Kubernetes node: the kubelet's plugin and the API server, what
 * readiness says of them, and what runs in their absence.
 */
@NullMarked
package dev.acceld.agent.kubernetes;

import org.jspecify.annotations.NullMarked;

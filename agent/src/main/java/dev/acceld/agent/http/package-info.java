/**
 * The HTTP server with the endpoints for Prometheus and for the kubelet's probes: {@code /metrics},
 * {@code /healthz}, {@code /readyz}; other packages add theirs. They render what they are given and
 * decide nothing about health or readiness.
 */
@NullMarked
package dev.acceld.agent.http;

import org.jspecify.annotations.NullMarked;

/**
 * The Unix sockets between this process and the kubelet: registration, the DRA and health services,
 * the pod-resources client. Wire only; what a claim means is decided in {@code dra.claim}.
 */
@NullMarked
package dev.acceld.dra.kubelet;

import org.jspecify.annotations.NullMarked;

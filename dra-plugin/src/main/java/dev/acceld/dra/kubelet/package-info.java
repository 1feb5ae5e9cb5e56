/**
 * The Unix sockets between this process and the kubelet: registration, the DRA and health services,
 * the pod-resources client. Wire protocol only; {@code dra.claim} decides what a claim means.
 */
@NullMarked
package dev.acceld.dra.kubelet;

import org.jspecify.annotations.NullMarked;

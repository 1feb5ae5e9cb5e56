/**
 * The agent's side of {@code acceld-relay}: what it asks the relay for, and what agents that follow
 * each other leave in the relay's directory. The protocol is on the page {@code
 * daemonset/relay/README.md}. Nothing here knows gRPC or the kubelet.
 */
@NullMarked
package dev.acceld.dra.kubelet.relay;

import org.jspecify.annotations.NullMarked;

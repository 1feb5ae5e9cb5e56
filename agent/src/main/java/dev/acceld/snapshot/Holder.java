package dev.acceld.snapshot;

import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import java.util.List;
import java.util.Optional;

/**
 * A claim that holds a device.
 *
 * @param claim which
 * @param request the request of the claim that the device fulfils
 * @param pool the pool that the device was allocated from
 * @param shareId the share, when the device is given out more than once
 * @param pods the pods known to use the claim, each once; they live in the claim's namespace
 */
public record Holder(
    ClaimRef claim, String request, String pool, Optional<String> shareId, List<PodRef> pods) {

  /** Takes a copy. */
  public Holder {
    pods = List.copyOf(pods);
  }

  /** The pod, when exactly one uses the claim: only then is a device's value that pod's. */
  public Optional<PodRef> solePod() {
    return pods.size() == 1 ? Optional.of(pods.getFirst()) : Optional.empty();
  }
}

package dev.acceld.dra.claim;

import dev.acceld.device.access.AccessOptions;
import dev.acceld.dra.cluster.PodContainers;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the environment of a claim's devices is made by, besides the devices.
 *
 * @param options what the claim says, by main request
 * @param containers which containers of its pod use which claims; empty where that does not matter,
 *     or is not known
 */
public record ClaimWishes(Map<String, AccessOptions> options, Optional<PodContainers> containers) {

  /** Takes a copy, in that order. */
  public ClaimWishes {
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
  }
}

package dev.acceld.dra.claim.record;

import dev.acceld.dra.cluster.PodRef;
import java.util.List;

/**
 * A claim as its record has it.
 *
 * @param record the record
 * @param pods all pods known to have used it; without UID where that is not known
 */
public record KnownClaim(ClaimRecord record, List<PodRef> pods) {
  /** Takes a copy. */
  public KnownClaim {
    pods = List.copyOf(pods);
  }
}

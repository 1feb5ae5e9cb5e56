package dev.acceld.dra.claim;

import dev.acceld.dra.claim.PodHolders.ClaimKey;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.ClusterException.Reason;
import dev.acceld.dra.cluster.PodRef;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Which claims are gone for certain. The proof: the API server says that there is no such claim, or
 * that another one has its name, and the kubelet says that no pod of this node uses it, both in
 * every round for a while. An error or a silence is no proof, and makes it begin anew for all
 * claims. In a steady state every claim has its pod and nothing is asked of the API server. One
 * thread.
 */
final class GoneClaims {
  private static final Duration ONE_GET = Duration.ofSeconds(5);

  private final ClusterApi api;
  private final PodHolders pods;
  private final long proofNanos;
  private final LongSupplier nanoTime;
  private final Map<String, Long> goneSince = new HashMap<>();
  private long lastRound;

  /**
   * With the sources of the proof.
   *
   * @param proof how long both must say so
   * @param nanoTime a clock that only goes forward
   */
  GoneClaims(ClusterApi api, PodHolders pods, Duration proof, LongSupplier nanoTime) {
    this.api = api;
    this.pods = pods;
    this.proofNanos = proof.toNanos();
    this.nanoTime = nanoTime;
  }

  /** One round: those of the claims that are proven gone by now. */
  List<ClaimRef> among(List<ClaimRef> claims) {
    long now = nanoTime.getAsLong();
    if (now - lastRound > proofNanos) {
      goneSince.clear(); // nobody looked for so long that nothing is known about the time between
    }
    lastRound = now;
    Set<String> uids = new HashSet<>();
    claims.forEach(claim -> uids.add(claim.uid()));
    goneSince.keySet().retainAll(uids);
    if (claims.isEmpty()) {
      return List.of();
    }
    try {
      return round(claims, now);
    } catch (IOException | ClusterException | RuntimeException e) {
      goneSince.clear();
      return List.of();
    }
  }

  private List<ClaimRef> round(List<ClaimRef> claims, long now)
      throws IOException, ClusterException {
    Map<ClaimKey, Set<PodRef>> holders = pods.byClaim();
    List<ClaimRef> proven = new ArrayList<>();
    for (ClaimRef claim : claims) {
      Set<PodRef> users =
          holders.getOrDefault(new ClaimKey(claim.namespace(), claim.name()), Set.of());
      if (!users.isEmpty() || exists(claim)) {
        goneSince.remove(claim.uid());
      } else if (now - goneSince.computeIfAbsent(claim.uid(), u -> now) >= proofNanos) {
        proven.add(claim);
      }
    }
    return proven;
  }

  private boolean exists(ClaimRef claim) throws ClusterException {
    try {
      return api.getClaim(claim.namespace(), claim.name(), ONE_GET).ref().uid().equals(claim.uid());
    } catch (ClusterException e) {
      if (e.reason() == Reason.NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }
}

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
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which claims are gone for certain. The proof: the API server says that there is no such claim, or
 * that another one has its name; the kubelet says that no pod of this node uses it; and the API
 * server says that none of the pods known to have used it is left (the kubelet tells nothing of a
 * claim that no container refers to). All of it in every round for a while. An error or a silence
 * is no proof, and makes it begin anew. In a steady state every claim has its pod and nothing is
 * asked of the API server. One thread.
 */
final class GoneClaims {
  private static final Logger LOG = LoggerFactory.getLogger(GoneClaims.class);
  private static final Duration ONE_GET = Duration.ofSeconds(5);

  private final ClusterApi api;
  private final PodHolders pods;
  private final long proofNanos;
  private final LongSupplier nanoTime;
  private final Map<String, Long> goneSince = new HashMap<>();
  private long lastRound;
  private String trouble = "";

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

  /**
   * One round: those of the claims that are proven gone by now.
   *
   * @param claims with the pods known to have used each; without UID where that is not known
   */
  List<ClaimRef> among(Map<ClaimRef, List<PodRef>> claims) {
    long now = nanoTime.getAsLong();
    if (now - lastRound > proofNanos) {
      goneSince.clear(); // nobody looked for so long that nothing is known about the time between
    }
    lastRound = now;
    Set<String> uids = new HashSet<>();
    claims.keySet().forEach(claim -> uids.add(claim.uid()));
    goneSince.keySet().retainAll(uids);
    if (claims.isEmpty()) {
      return List.of();
    }
    try {
      return round(claims, now);
    } catch (IOException | ClusterException | RuntimeException e) {
      goneSince.clear();
      tell(String.valueOf(e.getMessage()));
      return List.of();
    }
  }

  /** Once for each kind of trouble that follows another. */
  private void tell(String now) {
    if (!now.isEmpty() && !now.equals(trouble)) {
      LOG.warn("cannot tell whether claims without a pod are gone, so all are kept: {}", now);
    }
    trouble = now;
  }

  private List<ClaimRef> round(Map<ClaimRef, List<PodRef>> claims, long now)
      throws IOException, ClusterException {
    Map<ClaimKey, Set<PodRef>> holders = pods.byClaim();
    List<ClaimRef> proven = new ArrayList<>();
    String refused = "";
    for (Map.Entry<ClaimRef, List<PodRef>> entry : claims.entrySet()) {
      ClaimRef claim = entry.getKey();
      Set<PodRef> users =
          holders.getOrDefault(new ClaimKey(claim.namespace(), claim.name()), Set.of());
      try {
        if (!users.isEmpty() || exists(claim) || anyExists(entry.getValue())) {
          goneSince.remove(claim.uid());
        } else if (now - goneSince.computeIfAbsent(claim.uid(), u -> now) >= proofNanos) {
          proven.add(claim);
        }
      } catch (ClusterException e) {
        if (e.reason() == Reason.UNREACHABLE) {
          throw e; // asking for the others would only wait as long again
        }
        goneSince.remove(claim.uid());
        refused = String.valueOf(e.getMessage());
      }
    }
    tell(refused);
    return proven;
  }

  private boolean anyExists(List<PodRef> known) throws ClusterException {
    for (PodRef pod : known) {
      Optional<String> uid = api.podUid(pod.namespace(), pod.name());
      if (uid.isPresent() && (pod.uid().isEmpty() || pod.uid().equals(uid.get()))) {
        return true;
      }
    }
    return false;
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

package dev.acceld.dra.claim.prepare;

import dev.acceld.dra.claim.PodHolders;
import dev.acceld.dra.claim.PodHolders.ClaimKey;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.record.KnownClaim;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.ClusterException.Reason;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.dra.cluster.ResourceClaim;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What shows that nobody uses what a record holds: the API server says that there is no such claim,
 * that another one has its name, or that its allocation names other devices now; the kubelet says
 * that no pod of this node uses it; and the API server says that none of the pods known to have
 * used it is left (the kubelet tells nothing of a claim that no container refers to). An error is
 * thrown, and is no evidence. Thread-safe.
 */
public final class OrphanEvidence {
  private static final Duration ONE_GET = Duration.ofSeconds(5);

  private final ClusterApi api;
  private final PodHolders kubelet;
  private final String driver;

  /** Asks nothing yet. */
  public OrphanEvidence(ClusterApi api, PodHolders kubelet, String driver) {
    this.api = api;
    this.kubelet = kubelet;
    this.driver = driver;
  }

  /** The kubelet's list, for several questions. */
  public Map<ClaimKey, Set<PodRef>> listed() throws java.io.IOException {
    return kubelet.byClaim();
  }

  /**
   * Whether all of it is so now.
   *
   * @throws ClusterException when the API server does not tell
   */
  public boolean unused(KnownClaim claim, Map<ClaimKey, Set<PodRef>> listed)
      throws ClusterException {
    return users(claim.record().claim(), listed).isEmpty()
        && !holds(claim.record())
        && left(claim.pods()).isEmpty();
  }

  private static Set<PodRef> users(ClaimRef claim, Map<ClaimKey, Set<PodRef>> listed) {
    return listed.getOrDefault(new ClaimKey(claim.namespace(), claim.name()), Set.of());
  }

  /** Whether the claim exists and has what the record says. */
  private boolean holds(ClaimRecord record) throws ClusterException {
    ClaimRef ref = record.claim();
    try {
      ResourceClaim claim = api.getClaim(ref.namespace(), ref.name(), ONE_GET);
      return claim.ref().uid().equals(ref.uid())
          && claim.allocation().filter(a -> record.isOf(driver, a)).isPresent();
    } catch (ClusterException e) {
      if (e.reason() == Reason.NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  /** Those of the pods that still exist. */
  private Optional<PodRef> left(Collection<PodRef> known) throws ClusterException {
    for (PodRef pod : known) {
      Optional<String> uid = api.podUid(pod.namespace(), pod.name());
      if (uid.isPresent() && (pod.uid().isEmpty() || pod.uid().equals(uid.get()))) {
        return Optional.of(pod);
      }
    }
    return Optional.empty();
  }

  /**
   * A pod that may still use the devices of an earlier allocation of a claim.
   *
   * @param now the claim; its pods are those of the new allocation
   */
  Optional<PodRef> userOfEarlier(KnownClaim earlier, ResourceClaim now)
      throws java.io.IOException, ClusterException {
    for (PodRef pod : users(now.ref(), listed())) {
      if (now.pods().stream().noneMatch(p -> p.path().equals(pod.path()))) {
        return Optional.of(pod);
      }
    }
    List<PodRef> others =
        earlier.pods().stream()
            .filter(pod -> now.pods().stream().noneMatch(p -> same(p, pod)))
            .toList();
    return left(others);
  }

  private static boolean same(PodRef one, PodRef other) {
    return one.path().equals(other.path())
        && (one.uid().isEmpty() || other.uid().isEmpty() || one.uid().equals(other.uid()));
  }
}

package dev.acceld.dra.claim.fetch;

import dev.acceld.dra.claim.ClaimRefusedException;
import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.ClusterException.Reason;
import dev.acceld.dra.cluster.PodContainers;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.vendor.PodFacts;
import java.util.Optional;

/**
 * Reads the pod for which a claim is prepared; one request as a rule. An API server that is away
 * for a moment is waited for, as for the claim itself.
 */
public final class PodFetcher {
  private final Optional<ClusterApi> api;

  /**
   * Asks nothing yet.
   *
   * @param api empty without a cluster; then there are no claims either
   */
  public PodFetcher(Optional<ClusterApi> api) {
    this.api = api;
  }

  /**
   * The pod of that very UID.
   *
   * @param deadline in {@link System#nanoTime}
   * @throws ClaimRefusedException when there is none, or the API server does not tell
   */
  public PodFacts fetch(PodRef pod, StillWanted wanted, long deadline)
      throws ClaimRefusedException, InterruptedException {
    try {
      return checked(pod, get(pod, wanted, deadline));
    } catch (ClusterException e) {
      throw new ClaimRefusedException(why(pod, e), e);
    }
  }

  /**
   * Which containers of that very pod use which claims.
   *
   * @param deadline in {@link System#nanoTime}
   * @throws ClusterException when the API server does not tell
   * @throws ClaimRefusedException when nobody waits for the answer any more
   */
  public PodContainers containers(PodRef pod, StillWanted wanted, long deadline)
      throws ClusterException, ClaimRefusedException, InterruptedException {
    ClusterApi.Pod found = get(pod, wanted, deadline);
    if (!found.ref().uid().equals(pod.uid())) {
      throw new ClusterException(
          Reason.NOT_FOUND, "pod " + pod.path() + " has been replaced by UID " + found.ref().uid());
    }
    return found.containers();
  }

  private ClusterApi.Pod get(PodRef pod, StillWanted wanted, long deadline)
      throws ClusterException, ClaimRefusedException, InterruptedException {
    ClusterApi cluster =
        api.orElseThrow(() -> new ClaimRefusedException("the agent runs without a cluster"));
    Patience patience = new Patience(deadline);
    while (true) {
      wanted.check();
      try {
        return cluster.getPod(pod.namespace(), pod.name(), patience.attempt());
      } catch (ClusterException e) {
        if (e.reason() != Reason.UNREACHABLE || patience.spent()) {
          throw e;
        }
      }
      patience.pause();
    }
  }

  private static PodFacts checked(PodRef pod, ClusterApi.Pod found) throws ClaimRefusedException {
    if (!found.ref().uid().equals(pod.uid())) {
      throw new ClaimRefusedException(
          "pod "
              + pod.path()
              + " has been replaced: the claim is reserved for UID "
              + pod.uid()
              + ", the API server has "
              + found.ref().uid()
              + "; use a ResourceClaimTemplate, so that each pod has a claim of its own, or delete"
              + " the pod");
    }
    return found.facts();
  }

  private static String why(PodRef pod, ClusterException e) {
    return switch (e.reason()) {
      case NOT_FOUND ->
          "pod "
              + pod.path()
              + " no longer exists, though the claim is reserved for it, and the claim's"
              + " configuration depends on its labels; nothing is to be prepared for it";
      case FORBIDDEN ->
          "the agent may not read pod "
              + pod.path()
              + ", on whose labels the claim's configuration depends ("
              + e.getMessage()
              + "); grant its service account the verb get on pods";
      default ->
          "pod "
              + pod.path()
              + ", on whose labels the claim's configuration depends, could not be read: "
              + e.getMessage()
              + "; retrying";
    };
  }
}

package dev.acceld.dra.claim.fetch;

import dev.acceld.dra.claim.ClaimRefusedException;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.ResourceClaim;
import java.time.Duration;
import java.util.Optional;

/**
 * Reads one claim, with patience: the kubelet comes back only after 60 to 90 s, so an API server
 * that is away for a moment is waited for here. What repeating cannot mend is an error at once.
 */
public final class ClaimFetcher {
  private static final Duration ONE_LOOK = Duration.ofSeconds(2);
  private static final int UNALLOCATED_ATTEMPTS = 4;

  /** An API server that is just starting refuses everybody; that share of the budget is waited. */
  private static final int FORBIDDEN_SHARE = 6;

  private final Optional<ClusterApi> api;

  /**
   * Asks nothing yet.
   *
   * @param api empty without a cluster; then every claim is refused
   */
  public ClaimFetcher(Optional<ClusterApi> api) {
    this.api = api;
  }

  /** The claim as the API server has it, of that very UID; empty when it does not say at once. */
  public Optional<ResourceClaim> look(ClaimRef ref) {
    try {
      return api.isEmpty()
          ? Optional.empty()
          : Optional.of(api.get().getClaim(ref.namespace(), ref.name(), ONE_LOOK))
              .filter(claim -> claim.ref().uid().equals(ref.uid()));
    } catch (ClusterException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether a claim is allocated and has no device of a driver; false also when the API server does
   * not say at once.
   */
  public boolean isWithout(String driver, String namespace, String name) {
    try {
      return api.isPresent()
          && api.get()
              .getClaim(namespace, name, ONE_LOOK)
              .allocation()
              .filter(a -> a.results().stream().noneMatch(r -> r.driver().equals(driver)))
              .isPresent();
    } catch (ClusterException e) {
      return false;
    }
  }

  /**
   * Another claim than the one that is prepared, of that very UID; empty when there is none.
   *
   * @param deadline in {@link System#nanoTime}
   * @throws ClaimRefusedException when the API server does not tell
   */
  public Optional<ResourceClaim> other(ClaimRef ref, StillWanted wanted, long deadline)
      throws ClaimRefusedException, InterruptedException {
    if (api.isEmpty()) {
      return Optional.empty(); // nor is there the claim that is prepared
    }
    Patience patience = new Patience(deadline);
    while (true) {
      wanted.check();
      try {
        return Optional.of(api.get().getClaim(ref.namespace(), ref.name(), patience.attempt()))
            .filter(claim -> claim.ref().uid().equals(ref.uid()));
      } catch (ClusterException e) {
        if (e.reason() == ClusterException.Reason.NOT_FOUND) {
          return Optional.empty();
        }
        if (e.reason() != ClusterException.Reason.UNREACHABLE || patience.spent()) {
          throw new ClaimRefusedException(
              "it is unknown whether the pod uses claim "
                  + ref.path()
                  + " too, which determines its environment variables: "
                  + e.getMessage()
                  + "; retrying",
              e);
        }
      }
      patience.pause();
    }
  }

  /**
   * The claim as the API server has it, allocated, of that very UID.
   *
   * @param deadline in {@link System#nanoTime}
   */
  public ResourceClaim fetch(ClaimRef ref, StillWanted wanted, long deadline)
      throws ClaimRefusedException, InterruptedException {
    ClusterApi cluster =
        api.orElseThrow(() ->
            new ClaimRefusedException(
                "the agent runs without a cluster and cannot read claims; start it with"
                    + " --kubeconfig or in a pod with a service account"));
    Patience patience = new Patience(deadline);
    long begun = System.nanoTime();
    int attempts = 0;
    while (true) {
      wanted.check();
      attempts++;
      String trouble;
      try {
        ResourceClaim claim = cluster.getClaim(ref.namespace(), ref.name(), patience.attempt());
        if (!claim.ref().uid().equals(ref.uid())) {
          throw new ClaimRefusedException(
              "claim "
                  + ref.path()
                  + " has been replaced: the kubelet asks for UID "
                  + ref.uid()
                  + ", the API server has "
                  + claim.ref().uid()
                  + "; delete the pod, so that it is recreated for the new claim");
        }
        if (claim.allocation().isPresent()) {
          return claim;
        }
        if (attempts >= UNALLOCATED_ATTEMPTS || patience.spent()) {
          throw new ClaimRefusedException(
              "claim "
                  + ref.path()
                  + " is not allocated (status.allocation is empty); the scheduler must allocate"
                  + " it first");
        }
        trouble = "the claim is not allocated";
      } catch (ClusterException e) {
        trouble = e.getMessage();
        boolean justStarting =
            (e.reason() == ClusterException.Reason.FORBIDDEN
                    || e.reason() == ClusterException.Reason.UNAUTHORIZED)
                && System.nanoTime() - begun < (deadline - begun) / FORBIDDEN_SHARE;
        if (!justStarting) {
          refuseWhatStays(ref, e);
        }
      }
      if (patience.spent()) {
        throw new ClaimRefusedException(
            "claim "
                + ref.path()
                + " could not be read from the API server in "
                + attempts
                + (attempts == 1 ? " attempt" : " attempts")
                + ", last: "
                + trouble
                + "; check that this node can reach the API server");
      }
      patience.pause();
    }
  }

  private static void refuseWhatStays(ClaimRef ref, ClusterException e)
      throws ClaimRefusedException {
    switch (e.reason()) {
      case UNREACHABLE, UNSUPPORTED -> {} // a server that is starting answers 404 to everything
      case NOT_FOUND ->
          throw new ClaimRefusedException(
              "claim " + ref.path() + " no longer exists; delete the pod that still refers to it",
              e);
      case UNAUTHORIZED ->
          throw new ClaimRefusedException(
              "the API server does not accept the agent's credentials to read claim "
                  + ref.path()
                  + " ("
                  + e.getMessage()
                  + "); this is not an RBAC problem",
              e);
      case FORBIDDEN ->
          throw new ClaimRefusedException(
              "the agent may not read claim "
                  + ref.path()
                  + " ("
                  + e.getMessage()
                  + "); grant its service account the verb get on resourceclaims",
              e);
      case CONFLICT, INVALID, EXPIRED ->
          throw new ClaimRefusedException(
              "the API server refused to return claim " + ref.path() + ": " + e.getMessage(), e);
    }
  }
}

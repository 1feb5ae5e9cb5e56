package dev.acceld.dra.claim.prepare;

import dev.acceld.dra.claim.AllocatedDevice;
import dev.acceld.dra.claim.ClaimRefusedException;
import dev.acceld.dra.claim.fetch.ClaimFetcher;
import dev.acceld.dra.claim.fetch.PodFetcher;
import dev.acceld.dra.claim.record.ClaimCdi;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.PodContainers;
import dev.acceld.dra.cluster.PodContainers.Container;
import dev.acceld.dra.cluster.PodContainers.Use;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.dra.cluster.ResourceClaim;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks which containers of a pod get which claims. Only where it matters: for devices whose
 * environment depends on others, when the pod may have several requests or claims for them.
 */
public final class ContainerLookup {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerLookup.class);

  private final String driver;
  private final PodFetcher pods;
  private final ClaimFetcher claims;
  private final ClaimCdi cdi;
  private final Podmates podmates;
  private final InFlightPrepares attempts;

  /**
   * Asks nothing yet.
   *
   * @param driver whose devices count
   */
  public ContainerLookup(
      String driver,
      PodFetcher pods,
      ClaimFetcher claims,
      ClaimCdi cdi,
      Podmates podmates,
      InFlightPrepares attempts) {
    this.driver = driver;
    this.pods = pods;
    this.claims = claims;
    this.cdi = cdi;
    this.podmates = podmates;
    this.attempts = attempts;
  }

  /**
   * The containers of the claim's pod; empty where they do not matter, where several pods use the
   * claim, and where the API server does not tell, of which the log then has a warning.
   *
   * @param deadline in {@link System#nanoTime}
   * @throws ClaimRefusedException when nobody waits for the claim any more
   */
  Optional<PodContainers> of(
      ResourceClaim claim,
      List<AllocatedDevice> devices,
      InFlightPrepares.Attempt attempt,
      long deadline)
      throws ClaimRefusedException, InterruptedException {
    if (claim.pods().size() != 1 || !cdi.dependsOnOthers(devices)) {
      return Optional.empty();
    }
    PodRef pod = claim.pods().getFirst();
    List<ClaimRecord> others = podmates.of(claim.ref(), claim.pods());
    boolean several =
        devices.stream().map(d -> d.result().mainRequest()).distinct().count() > 1
            || !others.isEmpty()
            || attempts.besides(attempt)
            || !cdi.usableAlone(devices);
    if (!several) {
      return Optional.empty(); // the usual case
    }
    Optional<PodContainers> told = podmates.containers(claim.ref(), pod);
    if (told.isPresent()) {
      return told;
    }
    try {
      PodContainers all = pods.containers(pod, attempt::check, deadline);
      Set<String> foreign = foreign(claim, others, all, deadline);
      return Optional.of(
          new PodContainers(
              all.pod(), all.containers().stream().map(c -> without(foreign, c)).toList()));
    } catch (ClusterException e) {
      LOG.warn(
          "claim {} (UID {}): which containers of pod {} use it is unknown, so variables that depend"
              + " on it are left out: {}",
          claim.ref().path(),
          claim.ref().uid(),
          pod.path(),
          e.getMessage());
      return Optional.empty();
    }
  }

  /** Claims that meet this one in a container and certainly have no device of this driver. */
  private Set<String> foreign(
      ResourceClaim claim, List<ClaimRecord> others, PodContainers all, long deadline) {
    String own = claim.ref().name();
    Set<String> ours = others.stream().map(o -> o.claim().name()).collect(Collectors.toSet());
    return all.containers().stream()
        .filter(c -> c.uses().stream().anyMatch(use -> use.claim().equals(own)))
        .flatMap(c -> c.uses().stream())
        .map(Use::claim)
        .distinct()
        .filter(name -> !name.equals(own) && !ours.contains(name))
        .filter(name -> deadline - System.nanoTime() > 0)
        .filter(name -> claims.isWithout(driver, claim.ref().namespace(), name))
        .collect(Collectors.toSet());
  }

  private static Container without(Set<String> foreign, Container container) {
    return new Container(
        container.name(),
        container.uses().stream()
            .filter(use -> !foreign.contains(use.claim()))
            .collect(Collectors.toSet()));
  }
}

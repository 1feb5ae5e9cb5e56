package dev.acceld.dra.claim.prepare;

import dev.acceld.device.access.AccessOptions;
import dev.acceld.dra.claim.AllocatedDevice;
import dev.acceld.dra.claim.ClaimRefusedException;
import dev.acceld.dra.claim.ClaimSettings;
import dev.acceld.dra.claim.fetch.ClaimFetcher;
import dev.acceld.dra.claim.record.ClaimLocks;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.record.ClaimRecordStore;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.dra.cluster.ResourceClaim;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the claims of one pod in step with one another while one of them is prepared. */
public final class PodmateUpdates {
  private static final Logger LOG = LoggerFactory.getLogger(PodmateUpdates.class);

  private final ClaimSettings settings;
  private final ClaimFetcher fetcher;
  private final Podmates podmates;
  private final ClaimRenewer renewer;
  private final ClaimRecordStore store;
  private final TimedLocks locking;

  /** Changes nothing yet. */
  public PodmateUpdates(
      ClaimSettings settings,
      ClaimFetcher fetcher,
      Podmates podmates,
      ClaimRenewer renewer,
      ClaimRecordStore store,
      TimedLocks locking) {
    this.settings = settings;
    this.fetcher = fetcher;
    this.podmates = podmates;
    this.renewer = renewer;
    this.store = store;
    this.locking = locking;
  }

  /**
   * Finds out which claims that are prepared for other pods a pod of this claim shares; the kubelet
   * does not ask for them again.
   */
  void meet(
      ResourceClaim claim,
      List<AllocatedDevice> devices,
      Map<String, AccessOptions> options,
      InFlightPrepares.Attempt attempt,
      long deadline)
      throws ClaimRefusedException, IOException, InterruptedException {
    for (ClaimRecord other : podmates.mayMeet(claim, devices, options)) {
      Optional<ResourceClaim> now =
          fetcher.other(
              other.claim(), attempt::check, Math.min(deadline, after(settings.apiBudget())));
      List<PodRef> shared =
          now.map(ResourceClaim::pods).orElse(List.of()).stream()
              .filter(claim.pods()::contains)
              .toList();
      if (!shared.isEmpty()) {
        try (ClaimLocks.Held held = locking.lock(other.claim(), List.of(), deadline)) {
          LOG.debug("{}: {}", held, podmates.add(other.claim(), shared));
        }
      }
    }
  }

  /**
   * Notes that pods use a prepared claim, too, if that matters for what is written for their
   * claims; under its lock.
   *
   * @return whether that was not known
   */
  boolean join(ClaimRef claim, List<PodRef> pods) throws IOException {
    return podmates.add(claim, pods);
  }

  /**
   * Claims of one pod may be prepared side by side, and neither sees the other while it is written.
   * Whoever comes last sees all of them; no container of the pod is made before.
   */
  void bringIntoLine(ResourceClaim claim, long deadline)
      throws ClaimRefusedException, IOException, InterruptedException {
    List<ClaimRecord> others = podmates.of(claim.ref(), claim.pods());
    if (others.isEmpty()) {
      return;
    }
    for (ClaimRecord record : store.all()) {
      boolean one = others.contains(record) || record.claim().equals(claim.ref());
      if (one && renewer.outdated(record)) {
        try (ClaimLocks.Held held = locking.lock(record.claim(), List.of(), deadline)) {
          LOG.debug("{}: {}", held, renewer.keepUp(record.claim()));
        }
      }
    }
  }

  private static long after(Duration time) {
    return System.nanoTime() + time.toNanos();
  }
}

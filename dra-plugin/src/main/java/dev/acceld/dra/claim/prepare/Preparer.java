package dev.acceld.dra.claim.prepare;

import dev.acceld.device.access.AccessOptions;
import dev.acceld.dra.claim.AllocatedDevice;
import dev.acceld.dra.claim.ClaimLog;
import dev.acceld.dra.claim.ClaimObserver.Phase;
import dev.acceld.dra.claim.ClaimRefusedException;
import dev.acceld.dra.claim.ClaimService.CallScope;
import dev.acceld.dra.claim.ClaimService.PrepareOutcome;
import dev.acceld.dra.claim.ClaimSettings;
import dev.acceld.dra.claim.ClaimSteps;
import dev.acceld.dra.claim.ClaimUid;
import dev.acceld.dra.claim.ClaimWishes;
import dev.acceld.dra.claim.PreparedDevice;
import dev.acceld.dra.claim.Stopwatch;
import dev.acceld.dra.claim.fetch.ClaimFetcher;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ResourceClaim;
import dev.acceld.dra.cluster.ResourceClaim.Allocation;
import dev.acceld.dra.cluster.ResourceClaim.Result;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepares one claim. Nothing is locked while it waits, neither for the API server nor for another
 * claim to give a device back; what changes anything happens in one go under the locks of the claim
 * and of its devices ({@link LockedPrepare}).
 */
public final class Preparer {
  private static final Logger LOG = LoggerFactory.getLogger(Preparer.class);

  private final ClaimSettings settings;
  private final InFlightPrepares attempts;
  private final ClaimFetcher fetcher;
  private final AllocationReader allocations;
  private final EarlierAllocation earlier;
  private final PodmateUpdates mates;
  private final ContainerLookup containers;
  private final RepeatedPrepare repeated;
  private final LockedPrepare locked;
  private final ClaimSteps steps;

  /** Prepares nothing yet. */
  public Preparer(
      ClaimSettings settings,
      InFlightPrepares attempts,
      ClaimFetcher fetcher,
      AllocationReader allocations,
      EarlierAllocation earlier,
      PodmateUpdates mates,
      ContainerLookup containers,
      RepeatedPrepare repeated,
      LockedPrepare locked,
      ClaimSteps steps) {
    this.settings = settings;
    this.attempts = attempts;
    this.fetcher = fetcher;
    this.allocations = allocations;
    this.earlier = earlier;
    this.mates = mates;
    this.containers = containers;
    this.repeated = repeated;
    this.locked = locked;
    this.steps = steps;
  }

  /**
   * Prepares a claim, or answers again for one that is prepared. Blocks until it is done, refused,
   * cancelled, or the budget of the call is spent; never throws.
   */
  public PrepareOutcome prepare(ClaimRef ref, CallScope call) {
    try (ClaimLog about = ClaimLog.about(ref)) {
      return prepare(ref, call, about);
    }
  }

  private PrepareOutcome prepare(ClaimRef ref, CallScope call, ClaimLog about) {
    try (Stopwatch total = steps.ofPrepare(ref, Phase.TOTAL);
        InFlightPrepares.Attempt attempt = attempts.begin(ref.uid(), call)) {
      PrepareOutcome.Prepared done = prepared(ref, attempt, about, after(settings.callBudget()));
      total.ok();
      LOG.info(
          "prepared claim {} (UID {}) in {} ms: {}",
          ref.path(),
          ref.uid(),
          total.elapsedMillis(),
          done.devices().isEmpty()
              ? "no device of this driver"
              : done.devices().stream()
                  .map(PreparedDevice::device)
                  .collect(Collectors.joining(", ")));
      return done;
    } catch (ClaimRefusedException e) {
      return failed(ref, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return failed(
          ref,
          "the state directory "
              + settings.stateDir()
              + " cannot be used: "
              + ErrorText.of(e)
              + "; make it writable for the agent, or set another with --state-dir");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed(ref, "canceled: the agent is shutting down");
    } catch (RuntimeException e) {
      LOG.error("claim {} (UID {}): unexpected error", ref.path(), ref.uid(), e);
      return failed(ref, "internal error: " + ErrorText.of(e) + "; see the agent's log");
    }
  }

  private PrepareOutcome.Prepared prepared(
      ClaimRef ref, InFlightPrepares.Attempt attempt, ClaimLog about, long deadline)
      throws ClaimRefusedException, IOException, InterruptedException {
    if (!ClaimUid.safe(ref.uid())) {
      throw new ClaimRefusedException("'" + ref.uid() + "' cannot be the UID of a claim");
    }
    Optional<PrepareOutcome.Prepared> again = repeated.answer(ref, attempt, about, deadline);
    if (again.isPresent()) {
      return again.get();
    }
    ResourceClaim claim = fetch(ref, attempt, deadline);
    about.pods(claim.pods());
    Allocation allocation = claim.allocation().orElseThrow();
    List<Result> own = allocations.ownResults(allocation);
    if (own.isEmpty()) {
      return new PrepareOutcome.Prepared(List.of());
    }
    ResolvedConfig config = allocations.options().config(allocation, own);
    List<AllocatedDevice> devices = find(ref, own, attempt, deadline);
    earlier.checkUnused(claim);
    Map<String, AccessOptions> options = options(claim, config, devices, attempt, deadline);
    mates.meet(claim, devices, options, attempt, deadline);
    // Of that it can do without: there must be time left for a holder of a device.
    long patience = Math.min(deadline, after(settings.apiBudget().dividedBy(3)));
    ClaimWishes wishes = new ClaimWishes(options, containers.of(claim, devices, attempt, patience));
    PrepareOutcome.Prepared done = locked.commit(claim, devices, wishes, attempt, deadline);
    mates.bringIntoLine(claim, deadline);
    return done;
  }

  private ResourceClaim fetch(ClaimRef ref, InFlightPrepares.Attempt attempt, long deadline)
      throws ClaimRefusedException, InterruptedException {
    try (Stopwatch get = steps.ofPrepare(ref, Phase.GET)) {
      ResourceClaim claim =
          fetcher.fetch(ref, attempt::check, Math.min(deadline, after(settings.apiBudget())));
      get.ok();
      steps.observer().read(ref, claim.annotations());
      return claim;
    }
  }

  private List<AllocatedDevice> find(
      ClaimRef ref, List<Result> own, InFlightPrepares.Attempt attempt, long deadline)
      throws ClaimRefusedException, InterruptedException {
    try (Stopwatch inventory = steps.ofPrepare(ref, Phase.INVENTORY)) {
      List<AllocatedDevice> devices =
          allocations.devices(own, attempt, Math.min(deadline, after(settings.apiBudget())));
      inventory.ok();
      return devices;
    }
  }

  private Map<String, AccessOptions> options(
      ResourceClaim claim,
      ResolvedConfig config,
      List<AllocatedDevice> devices,
      InFlightPrepares.Attempt attempt,
      long deadline)
      throws ClaimRefusedException, InterruptedException {
    long patience = Math.min(deadline, after(settings.apiBudget()));
    return allocations.options().of(claim, config, devices, attempt, patience);
  }

  private static PrepareOutcome failed(ClaimRef ref, String message) {
    LOG.warn("claim {} (UID {}) was not prepared: {}", ref.path(), ref.uid(), message);
    return new PrepareOutcome.Failed(message);
  }

  private static long after(Duration time) {
    return System.nanoTime() + time.toNanos();
  }
}

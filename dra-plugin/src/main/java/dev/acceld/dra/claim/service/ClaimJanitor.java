package dev.acceld.dra.claim.service;

import dev.acceld.dra.claim.ClaimLog;
import dev.acceld.dra.claim.ClaimObserver;
import dev.acceld.dra.claim.ClaimService.UnprepareOutcome;
import dev.acceld.dra.claim.PodHolders;
import dev.acceld.dra.claim.PreparedDevice;
import dev.acceld.dra.claim.cleanup.OrphanDetector;
import dev.acceld.dra.claim.prepare.OrphanEvidence;
import dev.acceld.dra.claim.record.KnownClaim;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.steady.Steady;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cleans up behind claims: at the start and every few minutes. Leftovers of a crash go at once; a
 * prepared claim goes only when it is proven gone ({@link OrphanDetector}): the kubelet normally
 * has it unprepared itself.
 */
public final class ClaimJanitor {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimJanitor.class);

  /** How long the proof must hold. */
  public static final Duration PROOF = Duration.ofMinutes(5);

  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration EVERY = Duration.ofMinutes(2);

  private final ClaimManager manager;
  private final ClaimObserver observer;
  private final Optional<OrphanDetector> gone;

  /**
   * For the claims of a manager.
   *
   * @param api where claims are looked up; without it nothing is ever proven gone
   * @param pods the kubelet's list of pods
   * @param proof how long a claim must be seen gone, {@link #PROOF} as a rule
   */
  public ClaimJanitor(
      ClaimManager manager,
      Optional<ClusterApi> api,
      PodHolders pods,
      Duration proof,
      ClaimObserver observer) {
    this(manager, api, pods, proof, observer, System::nanoTime);
  }

  /**
   * Does nothing by itself: one round is a call.
   *
   * @param api empty without a cluster; then nothing is ever proven gone
   */
  public ClaimJanitor(
      ClaimManager manager,
      Optional<ClusterApi> api,
      PodHolders pods,
      Duration proof,
      ClaimObserver observer,
      LongSupplier nanoTime) {
    this.manager = manager;
    this.observer = observer;
    this.gone =
        api.map(a ->
            new OrphanDetector(new OrphanEvidence(a, pods, manager.driverName()), proof, nanoTime));
  }

  /** Runs a round in a second and then again and again; ends with the executor. */
  public void start(ScheduledExecutorService executor) {
    schedule(executor, FIRST.toMillis());
  }

  private void schedule(ScheduledExecutorService executor, long millis) {
    try {
      var unused =
          executor.schedule(
              () -> {
                Steady.attempt("clean-up", this::roundUnlessInterrupted);
                schedule(executor, jitter());
              },
              millis,
              TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // the agent is stopping
    }
  }

  private void roundUnlessInterrupted() {
    try {
      round();
    } catch (InterruptedException e) {
      LOG.debug("the clean-up was interrupted"); // an executor that ends takes no further round
    }
  }

  /** Nodes that were started together must not ask the API server together. */
  private static long jitter() {
    long every = EVERY.toMillis();
    return every / 2 + ThreadLocalRandom.current().nextLong(every);
  }

  /** One round, on the caller's thread; blocks while the kubelet and the API server answer. */
  public void round() throws InterruptedException {
    try {
      manager.sweep();
    } catch (IOException e) {
      LOG.warn("cannot clean up: {}", ErrorText.of(e));
    }
    if (gone.isPresent()) {
      collect(gone.get());
    }
  }

  private void collect(OrphanDetector claims) {
    for (KnownClaim proven : claims.among(manager.known())) {
      ClaimRef claim = proven.record().claim();
      if (manager.collect(proven.record(), () -> claims.stillGone(proven))
          instanceof UnprepareOutcome.Done) {
        try (ClaimLog about = ClaimLog.about(claim)) {
          about.pods(proven.pods());
          LOG.warn(
              "claim {} (UID {}) is gone or has other devices now, and no pod of this node uses {};"
                  + " its record was cleaned up",
              claim.path(),
              claim.uid(),
              proven.record().answer().stream()
                  .map(PreparedDevice::device)
                  .collect(Collectors.joining(", ")));
        }
        observer.collected(claim);
      }
    }
  }
}

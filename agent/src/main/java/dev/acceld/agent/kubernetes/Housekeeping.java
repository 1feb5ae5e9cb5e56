package dev.acceld.agent.kubernetes;

import dev.acceld.dra.claim.service.ClaimJanitor;
import dev.acceld.dra.claim.service.ClaimManager;
import dev.acceld.steady.Steady;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is looked at again and again beside the kubelet's calls: claim records, the pods that use
 * them, other drivers, credentials that were refused. What may wait for the API server or the
 * kubelet has threads of its own, so that it holds up nothing else.
 */
final class Housekeeping implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);

  private static final long RECORDS_EVERY_MILLIS = 1000;

  /** How often it is considered; the kubelet is asked far more seldom. */
  private static final long PODS_EVERY_MILLIS = 1000;

  private static final long CREDENTIALS_EVERY_MILLIS = 15_000;
  private static final long PLUGINS_FIRST_MILLIS = 5000;
  private static final long PLUGINS_EVERY_MILLIS = 180_000;
  private static final long DRIVERS_FIRST_MILLIS = 20_000;

  /** One may wait for the disk; the other goes on looking. */
  private static final int LOCAL_THREADS = 2;

  private static final int REMOTE_THREADS = 2;

  private final ScheduledExecutorService local = Steady.timer("housekeeping", LOCAL_THREADS);
  private final ScheduledExecutorService remote = Steady.timer("asking", REMOTE_THREADS);
  private volatile boolean recordsKnown = true;
  private volatile boolean podsKnown = true;

  /** For work on this node: its disk, its sockets. */
  ScheduledExecutorService local() {
    return local;
  }

  /** Begins. */
  void start(
      ClaimManager claims,
      ClaimJanitor janitor,
      ContainerLooks containers,
      DevicePluginConflicts devicePlugins,
      DriverConflicts drivers,
      CredentialCheck credentials) {
    janitor.start(remote);
    every(
        local,
        "the check of the claim records",
        () -> lookAtRecords(claims),
        RECORDS_EVERY_MILLIS,
        RECORDS_EVERY_MILLIS);
    every(
        remote,
        "the query of the kubelet's pods",
        () -> lookAtPods(claims, containers, devicePlugins.any()),
        PODS_EVERY_MILLIS,
        PODS_EVERY_MILLIS);
    every(
        remote,
        "the check for other drivers",
        devicePlugins::look,
        PLUGINS_FIRST_MILLIS,
        PLUGINS_EVERY_MILLIS);
    every(
        remote,
        "the check of the agent's credentials",
        credentials,
        CREDENTIALS_EVERY_MILLIS,
        CREDENTIALS_EVERY_MILLIS);
    every(
        remote,
        "the check for other DRA drivers",
        () -> drivers.lookIfDue(System.nanoTime()),
        ThreadLocalRandom.current().nextLong(DRIVERS_FIRST_MILLIS / 2, DRIVERS_FIRST_MILLIS),
        DriverConflicts.TICK.toMillis());
  }

  private static void every(
      ScheduledExecutorService timer, String name, Runnable work, long first, long every) {
    var unused =
        timer.scheduleWithFixedDelay(Steady.task(name, work), first, every, TimeUnit.MILLISECONDS);
  }

  private void lookAtRecords(ClaimManager claims) {
    try {
      claims.poll();
      recordsKnown = true;
    } catch (IOException | RuntimeException e) {
      if (recordsKnown) {
        log.warn("cannot read claim records, retrying: {}", ErrorText.of(e));
      }
      recordsKnown = false;
    }
  }

  private void lookAtPods(ClaimManager claims, ContainerLooks containers, boolean plugins) {
    if (!containers.isDue(plugins)) {
      return;
    }
    try {
      if (claims.prepared().isEmpty()) {
        containers.look();
      } else {
        claims.refreshPods(containers);
      }
      podsKnown = true;
    } catch (IOException | RuntimeException e) {
      if (podsKnown) {
        log.warn("cannot determine the claims of the pods, retrying: {}", ErrorText.of(e));
      }
      podsKnown = false;
    }
  }

  @Override
  public void close() {
    local.shutdownNow();
    remote.shutdownNow();
  }

  /** Another driver has other libraries, and a container that restarts needs them. */
  static void renewFiles(ClaimManager claims) {
    try {
      claims.renew();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      log.warn("cannot update CDI files, retrying: {}", ErrorText.of(e));
    }
  }
}

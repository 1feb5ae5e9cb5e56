package dev.acceld.agent.kubernetes;

import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.steady.Steady;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses of pods, for those who ask: one GET for each pod that has its address, a few more
 * for one that is just starting, and one when somebody doubts it. Answers at once with what is
 * known. Any thread.
 */
final class PodAddresses implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PodAddresses.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final ClusterApi api;
  private final Map<PodRef, Optional<String>> known = new HashMap<>(); // under its own lock
  private final ScheduledThreadPoolExecutor thread;

  PodAddresses(ClusterApi api) {
    this.api = api;
    thread =
        new ScheduledThreadPoolExecutor(
            1, work -> Thread.ofPlatform().daemon().name("pod-addresses").unstarted(work));
    thread.setKeepAliveTime(10, TimeUnit.SECONDS);
    thread.allowCoreThreadTimeOut(true);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** The address of a pod; empty while it is not known. */
  Optional<String> of(PodRef pod) {
    synchronized (known) {
      Optional<String> address = known.get(pod);
      if (address == null && !thread.isShutdown()) {
        known.put(pod, Optional.empty());
        thread.execute(() -> ask(pod, FIRST_PAUSE));
      }
      return address == null ? Optional.empty() : address;
    }
  }

  /** Reads it once more, as soon as the thread is free. What is known is answered until then. */
  void readAgain(PodRef pod) {
    synchronized (known) {
      if (known.containsKey(pod) && !thread.isShutdown()) {
        thread.execute(() -> ask(pod, FIRST_PAUSE));
      }
    }
  }

  /** Forgets all but these pods. */
  void retain(Set<PodRef> pods) {
    synchronized (known) {
      for (Iterator<PodRef> all = known.keySet().iterator(); all.hasNext(); ) {
        if (!pods.contains(all.next())) {
          all.remove();
        }
      }
    }
  }

  private void ask(PodRef pod, Duration pause) {
    synchronized (known) {
      if (!known.containsKey(pod)) {
        return; // nobody wants to know any more
      }
    }
    Steady.attempt("reading a pod's address", () -> read(pod));
    synchronized (known) {
      Optional<String> address = known.get(pod);
      if (address == null || address.isPresent()) {
        return;
      }
    }
    Duration next = pause.multipliedBy(2);
    ScheduledExecutorService again = thread;
    if (!again.isShutdown()) {
      again.schedule(
          () -> ask(pod, next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next),
          pause.toMillis(),
          TimeUnit.MILLISECONDS);
    }
  }

  private void read(PodRef pod) {
    try {
      Optional<String> address = api.podAddress(pod);
      synchronized (known) {
        known.replace(pod, address);
      }
    } catch (ClusterException e) {
      log.debug("the address of pod {} cannot be read: {}", pod.path(), e.getMessage());
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}

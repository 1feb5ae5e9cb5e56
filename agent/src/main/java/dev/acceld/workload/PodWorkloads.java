package dev.acceld.workload;

import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.steady.Steady;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workloads of the pods that have devices: one GET for each pod, when it is first seen. A read
 * that fails is repeated, ever more seldom; a pod that is not there is not asked for again. Labels
 * that change later are not noticed.
 */
public final class PodWorkloads implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PodWorkloads.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(15);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

  /** In one look, so that a node that starts with many pods does not ask for all at once. */
  static final int MOST_READS = 10;

  static final int MOST_PODS = 1000;

  private final ClusterApi api;
  private final Set<String> keys;
  private final Supplier<Set<PodRef>> wanted;
  private final LongSupplier nanos;
  private final ScheduledThreadPoolExecutor timer;
  private final Map<PodRef, Read> reads = new LinkedHashMap<>(); // the timer's thread
  private volatile List<PodWorkload> known = List.of();

  private static final class Read {
    private Optional<PodWorkload> workload = Optional.empty();
    private boolean settled;
    private Duration pause = FIRST_PAUSE;
    private long notBefore;
  }

  /**
   * Begins with {@link #start}.
   *
   * @param keys the labels that are wanted
   * @param wanted the pods that have devices now
   */
  public PodWorkloads(ClusterApi api, Set<String> keys, Supplier<Set<PodRef>> wanted) {
    this(api, keys, wanted, System::nanoTime);
  }

  PodWorkloads(ClusterApi api, Set<String> keys, Supplier<Set<PodRef>> wanted, LongSupplier nanos) {
    this.api = api;
    this.keys = Set.copyOf(keys);
    this.wanted = wanted;
    this.nanos = nanos;
    this.timer = Steady.timer("pod-workloads", 1);
  }

  /** Begins to look. Once. */
  public void start() {
    var unused =
        timer.scheduleWithFixedDelay(
            Steady.task("reading the workloads of pods", this::look),
            LOOK_EVERY.toMillis(),
            LOOK_EVERY.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /** Those that are known. Any thread. */
  public List<PodWorkload> known() {
    return known;
  }

  /** One look. */
  void look() {
    Set<PodRef> now = wanted.get();
    reads.keySet().retainAll(now);
    long at = nanos.getAsLong();
    int asked = 0;
    for (PodRef pod : now) {
      Read read = reads.get(pod);
      if (read == null) {
        if (reads.size() >= MOST_PODS) {
          continue;
        }
        read = new Read();
        read.notBefore = at;
        reads.put(pod, read);
      }
      if (!read.settled && at - read.notBefore >= 0 && asked < MOST_READS) {
        asked++;
        read(pod, read, at);
      }
    }
    List<PodWorkload> all = new ArrayList<>();
    reads.values().forEach(read -> read.workload.ifPresent(all::add));
    known = List.copyOf(all);
  }

  private void read(PodRef pod, Read read, long at) {
    try {
      ClusterApi.Pod found = api.getPod(pod.namespace(), pod.name(), TIMEOUT);
      read.settled = true;
      if (pod.uid().isEmpty() || pod.uid().equals(found.ref().uid())) {
        read.workload = Optional.of(workload(pod, found));
      }
    } catch (ClusterException e) {
      log.debug("the workload of pod {} cannot be read: {}", pod.path(), e.getMessage());
      read.settled = e.reason() == ClusterException.Reason.NOT_FOUND;
      read.notBefore = at + read.pause.toNanos();
      Duration next = read.pause.multipliedBy(2);
      read.pause = next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
    }
  }

  private PodWorkload workload(PodRef pod, ClusterApi.Pod found) {
    Map<String, String> labels = new HashMap<>();
    found
        .facts()
        .labels()
        .forEach((key, value) -> {
          if (keys.contains(key)) {
            labels.put(key, value);
          }
        });
    return new PodWorkload(
        pod,
        found.owner().map(ClusterApi.Owner::kind).orElse(""),
        found.owner().map(ClusterApi.Owner::name).orElse(""),
        labels);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}

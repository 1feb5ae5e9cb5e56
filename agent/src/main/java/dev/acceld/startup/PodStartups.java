package dev.acceld.startup;

import dev.acceld.dra.claim.ClaimObserver;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.dra.cluster.ClusterException;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.dra.cluster.PodTimes;
import dev.acceld.snapshot.Holders;
import dev.acceld.steady.Steady;
import dev.acceld.usage.ClaimUsage;
import dev.acceld.usage.UsageReport;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures the start of each pod whose claims are prepared for the first time. The pod is read a
 * few times, ever more seldom, until one of its containers has started: twice for a pod that starts
 * within ten seconds, eleven times at most. Pods that share a claim are not measured, nor is one
 * whose start an agent did not see from its beginning. Times of different clocks are compared, and
 * those of the API server are whole seconds: what would be negative is 0.
 */
public final class PodStartups implements ClaimObserver, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PodStartups.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /** When the pod is read, in seconds after its last claim was prepared. */
  private static final int[] READ_AFTER = {3, 8, 20, 45, 90, 180, 300, 600, 900, 1200, 1800};

  /** A model that loads for longer is not waited for. */
  private static final Duration LONGEST_FIRST_USE = Duration.ofHours(1);

  private static final int MOST_PODS = 1000;
  private static final int MOST_CLAIMS = 10_000;

  private final ClusterApi api;
  private final Supplier<List<PreparedClaim>> claims;
  private final Supplier<UsageReport> usage;
  private final BiConsumer<StartupPhase, Duration> measured;
  private final StartupListener listener;
  private final InstantSource clock;
  private final PendingClaims pending;
  private final ScheduledThreadPoolExecutor timer;

  private final Map<String, Call> calls = new HashMap<>(); // by claim; guarded by itself

  /** Those that were measured or will be; the oldest is forgotten. */
  private final Map<String, Boolean> seen =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > MOST_CLAIMS;
        }
      }; // guarded by calls

  private final Map<PodRef, Start> starts = new LinkedHashMap<>(); // the timer's thread

  /** From the kubelet's first call for a claim, failed or not, until the claim is prepared. */
  private record Call(Instant from, Instant to) {}

  private static final class Start {
    private final List<String> claims = new ArrayList<>();
    private Instant called;
    private Instant prepared;
    private Instant started = Instant.MIN;
    private int reads;

    private Start(Call first) {
      called = first.from;
      prepared = first.to;
    }

    private boolean running() {
      return !started.equals(Instant.MIN);
    }
  }

  /**
   * Begins with {@link #start}.
   *
   * @param claims the prepared ones
   * @param usage what they used so far
   * @param measured told each phase of each pod
   * @param listener told the times
   */
  public PodStartups(
      ClusterApi api,
      Supplier<List<PreparedClaim>> claims,
      Supplier<UsageReport> usage,
      BiConsumer<StartupPhase, Duration> measured,
      StartupListener listener) {
    this(api, claims, usage, measured, listener, InstantSource.system(), System::nanoTime);
  }

  PodStartups(
      ClusterApi api,
      Supplier<List<PreparedClaim>> claims,
      Supplier<UsageReport> usage,
      BiConsumer<StartupPhase, Duration> measured,
      StartupListener listener,
      InstantSource clock,
      LongSupplier nanos) {
    this.api = api;
    this.claims = claims;
    this.usage = usage;
    this.measured = measured;
    this.listener = listener;
    this.clock = clock;
    this.pending = new PendingClaims(nanos);
    this.timer = Steady.timer("pod-startups", 1);
  }

  /** Begins to look. Once. */
  public void start() {
    var unused =
        timer.scheduleWithFixedDelay(
            Steady.task("measuring the start of pods", this::look),
            LOOK_EVERY.toMillis(),
            LOOK_EVERY.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /**
   * For how long the claim waits that the kubelet has asked for, that is not prepared, and that has
   * waited longest; zero when there is none. A claim that the kubelet no longer asks for counts for
   * ten more minutes, unless it is unprepared. Any thread.
   */
  public Duration oldestPending() {
    return pending.oldest();
  }

  @Override
  public void began(ClaimRef claim, Operation operation, Phase phase) {
    pending.began(claim, operation, phase);
  }

  @Override
  public void ended(ClaimRef claim, Operation operation, Phase phase, long nanos, boolean ok) {
    pending.ended(claim, operation, phase, nanos, ok);
    if (operation != Operation.PREPARE || phase != Phase.TOTAL || !ok) {
      return;
    }
    Instant now = clock.instant();
    long waited = pending.prepared(claim.uid(), nanos);
    synchronized (calls) {
      if (seen.putIfAbsent(claim.uid(), true) == null && calls.size() < MOST_PODS) {
        calls.put(claim.uid(), new Call(now.minusNanos(waited), now));
      }
    }
  }

  /** One look. */
  void look() {
    Map<String, Call> fresh;
    synchronized (calls) {
      fresh = Map.copyOf(calls);
      calls.clear();
    }
    Map<String, PreparedClaim> prepared = new HashMap<>();
    if (!fresh.isEmpty() || !starts.isEmpty()) {
      claims.get().forEach(claim -> prepared.put(claim.claim().uid(), claim));
    }
    fresh.forEach((uid, call) -> begin(uid, prepared.get(uid), call));
    starts
        .entrySet()
        .removeIf(entry -> {
          boolean over = over(entry.getKey(), entry.getValue(), prepared);
          if (over) {
            entry.getValue().claims.forEach(listener::over);
          }
          return over;
        });
  }

  private void begin(String uid, @Nullable PreparedClaim claim, Call call) {
    if (claim == null || claim.preparedAt().isBefore(call.from.minusSeconds(1))) {
      listener.ignored(uid);
      return; // gone again, or prepared before: by another agent, or in an earlier boot
    }
    List<PodRef> pods = Holders.distinct(claim.pods());
    if (pods.size() != 1 || starts.size() >= MOST_PODS) {
      listener.over(uid);
      return;
    }
    Start start = starts.computeIfAbsent(pods.getFirst(), pod -> new Start(call));
    start.claims.add(claim.claim().uid());
    start.called = call.from.isBefore(start.called) ? call.from : start.called;
    start.prepared = call.to.isAfter(start.prepared) ? call.to : start.prepared;
  }

  /** Whether nothing more is to be learnt of it. */
  private boolean over(PodRef pod, Start start, Map<String, PreparedClaim> prepared) {
    if (start.claims.stream().noneMatch(prepared::containsKey)) {
      return true; // it has ended
    }
    if (!start.running()) {
      return read(pod, start);
    }
    Optional<Double> used =
        start.claims.stream()
            .flatMap(uid -> usage.get().claim(uid).stream())
            .map(ClaimUsage::firstUseSeconds)
            .filter(OptionalDouble::isPresent)
            .map(OptionalDouble::getAsDouble)
            .min(Double::compare);
    if (used.isPresent()) {
      Instant first = start.prepared.plusMillis((long) (used.get() * 1000));
      listener.used(start.claims, first);
      listener.recording(start.claims);
      tell(StartupPhase.FIRST_USE, start.started, first);
      listener.recorded();
      return true;
    }
    return Duration.between(start.started, clock.instant()).compareTo(LONGEST_FIRST_USE) > 0;
  }

  private boolean read(PodRef pod, Start start) {
    Duration age = Duration.between(start.prepared, clock.instant());
    if (age.compareTo(Duration.ofSeconds(READ_AFTER[start.reads])) < 0) {
      return false;
    }
    start.reads++;
    try {
      Optional<PodTimes> times = api.podTimes(pod);
      if (times.isEmpty()) {
        return true; // it is gone
      }
      if (times.get().startedAt().isPresent()) {
        start.started = times.get().startedAt().get();
        listener.started(pod, start.claims, times.get());
        listener.recording(start.claims);
        times.get().scheduledAt().ifPresent(at -> tell(StartupPhase.KUBELET, at, start.called));
        tell(StartupPhase.PREPARE, start.called, start.prepared);
        tell(StartupPhase.CONTAINER, start.prepared, start.started);
        listener.recorded();
        return false;
      }
    } catch (ClusterException e) {
      log.debug("the start of pod {} cannot be read: {}", pod.path(), e.getMessage());
    }
    return start.reads == READ_AFTER.length;
  }

  private void tell(StartupPhase phase, Instant from, Instant to) {
    measured.accept(phase, to.isAfter(from) ? Duration.between(from, to) : Duration.ZERO);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}

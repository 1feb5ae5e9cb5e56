package dev.acceld.otlp.trace;

import dev.acceld.dra.claim.ClaimLog;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.dra.cluster.PodTimes;
import dev.acceld.startup.StartupTracer;
import dev.acceld.steady.Steady;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.MDC;

/**
 * Traces the start of each claim's pod, one trace for each claim. It is exported when a container
 * has started, and otherwise when nothing more is to be learnt: the pod has ended, its start cannot
 * be told from others', or a prepare that failed was not repeated. The first use follows by itself,
 * up to an hour later. What is open at the end of the process is exported as far as it is known;
 * what is open at a kill is lost. Bounded in number: the oldest is exported as it is.
 */
public final class ClaimTraces implements StartupTracer, AutoCloseable {
  private static final int MOST_OPEN = 1000;
  private static final int MOST_DONE = 10_000;
  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

  /** The kubelet repeats a prepare that failed after two minutes at the latest. */
  private static final Duration FAILED_FOR = Duration.ofMinutes(3);

  /** Longer than a pod's start is followed. */
  private static final Duration LONGEST = Duration.ofHours(2);

  private final ClaimSpans spans;
  private final Sampler sampler;
  private final TraceIds ids;
  private final List<String> annotations;
  private final boolean contextAsParent;
  private final Supplier<Instant> clock;
  private final LongSupplier nanos;
  private final ScheduledThreadPoolExecutor timer = Steady.timer("claim-traces", 1);

  // All by the claim's UID, and guarded by the lock of this.
  private final Map<String, ClaimTrace> open = new LinkedHashMap<>();
  private final Map<String, Boolean> done = bounded(MOST_DONE);
  private final Map<String, SpanContext> callers = bounded(MOST_OPEN);

  /**
   * Until it is closed.
   *
   * @param ids those that the provider uses
   * @param annotations where a context may be, in order
   * @param contextAsParent whether such a context is the trace's parent; else it is linked
   */
  public ClaimTraces(
      SdkTracerProvider provider,
      String version,
      TraceIds ids,
      List<String> annotations,
      boolean contextAsParent) {
    this(provider, version, ids, annotations, contextAsParent, Instant::now, System::nanoTime);
    var unused =
        timer.scheduleWithFixedDelay(
            Steady.task("closing traces of claims", this::look),
            LOOK_EVERY.toMillis(),
            LOOK_EVERY.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  ClaimTraces(
      SdkTracerProvider provider,
      String version,
      TraceIds ids,
      List<String> annotations,
      boolean contextAsParent,
      Supplier<Instant> clock,
      LongSupplier nanos) {
    this.spans =
        new ClaimSpans(
            provider.tracerBuilder("dev.acceld").setInstrumentationVersion(version).build(),
            ids,
            contextAsParent);
    this.sampler = provider.getSampler();
    this.ids = ids;
    this.annotations = List.copyOf(annotations);
    this.contextAsParent = contextAsParent;
    this.clock = clock;
    this.nanos = nanos;
  }

  @Override
  public synchronized void traced(List<String> claims, String traceparent) {
    RemoteContext.parse(traceparent)
        .ifPresent(caller -> claims.forEach(claim -> callers.put(claim, caller)));
  }

  @Override
  public synchronized void began(ClaimRef claim, Operation operation, Phase phase) {
    if (operation != Operation.PREPARE) {
      return;
    }
    if (phase != Phase.TOTAL) {
      current(claim).ifPresent(steps -> steps.began(phase, nanos.getAsLong()));
      return;
    }
    Optional<SpanContext> caller = Optional.ofNullable(callers.remove(claim.uid()));
    if (done.containsKey(claim.uid())) {
      return; // it is prepared again, for a start that was traced
    }
    ClaimTrace trace = open.computeIfAbsent(claim.uid(), uid -> new ClaimTrace(claim));
    trace.prepare(new PrepareSteps(clock.get(), nanos.getAsLong(), caller, ids.generateSpanId()));
    mark(trace);
    if (open.size() > MOST_OPEN) {
      finish(open.keySet().iterator().next());
    }
  }

  /** Tells log lines and exemplars of this thread what they belong to, as far as it is known. */
  private void mark(ClaimTrace trace) {
    Optional<SpanContext> parent = contextAsParent ? trace.context() : Optional.empty();
    if (contextAsParent && parent.isEmpty()) {
      return; // the pod may have it
    }
    String id =
        parent.map(SpanContext::getTraceId).orElseGet(() -> TraceIds.ofClaim(trace.claim().uid()));
    MDC.put(ClaimLog.TRACE_ID, id);
    if (sampled(parent, id)) {
      trace.current().ifPresent(steps -> MDC.put(ClaimLog.SPAN_ID, steps.spanId()));
    }
  }

  private boolean sampled(Optional<SpanContext> parent, String traceId) {
    return sampler
        .shouldSample(
            parent.map(ClaimSpans::within).orElse(Context.root()),
            traceId,
            ClaimSpans.ROOT,
            SpanKind.INTERNAL,
            Attributes.empty(),
            List.of())
        .getDecision()
        .equals(SamplingDecision.RECORD_AND_SAMPLE);
  }

  @Override
  public synchronized void recording(List<String> claims) {
    claims.stream()
        .flatMap(uid -> Optional.ofNullable(open.get(uid)).flatMap(ClaimTrace::root).stream())
        .filter(SpanContext::isSampled)
        .findFirst()
        .ifPresent(root -> {
          MDC.put(ClaimLog.TRACE_ID, root.getTraceId());
          MDC.put(ClaimLog.SPAN_ID, root.getSpanId());
        });
  }

  @Override
  public void recorded() {
    MDC.remove(ClaimLog.TRACE_ID);
    MDC.remove(ClaimLog.SPAN_ID);
  }

  @Override
  public synchronized void read(ClaimRef claim, Map<String, String> found) {
    Optional.ofNullable(open.get(claim.uid()))
        .ifPresent(trace -> {
          trace.context(RemoteContext.of(found, annotations));
          mark(trace);
        });
  }

  @Override
  public synchronized void ended(
      ClaimRef claim, Operation operation, Phase phase, long took, boolean ok) {
    if (operation != Operation.PREPARE) {
      return;
    }
    if (phase == Phase.TOTAL) {
      current(claim).ifPresent(steps -> steps.over(nanos.getAsLong(), ok));
    } else {
      current(claim).ifPresent(steps -> steps.ended(phase, nanos.getAsLong(), ok));
    }
  }

  /** The prepare that is under way; files of a claim are renewed outside any. */
  private Optional<PrepareSteps> current(ClaimRef claim) {
    return Optional.ofNullable(open.get(claim.uid()))
        .flatMap(ClaimTrace::current)
        .filter(steps -> !steps.isOver());
  }

  @Override
  public synchronized void started(PodRef pod, List<String> claims, PodTimes times) {
    for (String uid : claims) {
      ClaimTrace trace = open.get(uid);
      if (trace != null && trace.root().isEmpty()) {
        trace.context(RemoteContext.of(times.annotations(), annotations));
        trace.started(pod, times);
        trace.exported(spans.export(trace));
        done.put(uid, true);
      }
    }
  }

  @Override
  public synchronized void used(List<String> claims, Instant at) {
    for (String uid : claims) {
      ClaimTrace trace = open.get(uid);
      if (trace != null) {
        trace.root().ifPresent(root -> spans.firstUse(root, trace, at));
      }
    }
  }

  @Override
  public synchronized void over(String claim) {
    finish(claim);
  }

  @Override
  public synchronized void ignored(String claim) {
    open.remove(claim);
  }

  /** One look at those whose end nobody tells. */
  synchronized void look() {
    Instant now = clock.get();
    List<String> late =
        open.values().stream()
            .filter(trace -> {
              Duration age = Duration.between(trace.lastEnd(), now).abs(); // clocks are set
              boolean failed = trace.current().filter(p -> p.isOver() && !p.ok()).isPresent();
              return age.compareTo(failed ? FAILED_FOR : LONGEST) > 0;
            })
            .map(trace -> trace.claim().uid())
            .toList();
    late.forEach(this::finish);
  }

  private void finish(String uid) {
    ClaimTrace trace = open.remove(uid);
    if (trace != null && trace.root().isEmpty()) {
      spans.export(trace);
      done.put(uid, true);
    }
  }

  /** Exports what is open. */
  @Override
  public synchronized void close() {
    timer.shutdownNow();
    List.copyOf(open.keySet()).forEach(this::finish);
  }

  private static <V> Map<String, V> bounded(int most) {
    return new LinkedHashMap<>() {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
        return size() > most;
      }
    };
  }
}

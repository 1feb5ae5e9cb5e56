package dev.acceld.otlp.trace;

import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.dra.cluster.PodTimes;
import io.opentelemetry.api.trace.SpanContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known of the start of one claim's pod. Guarded by its own lock. */
final class ClaimTrace {
  /** The kubelet repeats what fails; the first few and the last tell enough. */
  private static final int MOST_PREPARES = 8;

  private final ClaimRef claim;
  private final List<PrepareSteps> prepares = new ArrayList<>();
  private Optional<SpanContext> context = Optional.empty();
  private @Nullable PodRef pod;
  private Optional<Instant> scheduledAt = Optional.empty();
  private Optional<Instant> startedAt = Optional.empty();
  private @Nullable SpanContext root;

  ClaimTrace(ClaimRef claim) {
    this.claim = claim;
  }

  ClaimRef claim() {
    return claim;
  }

  void prepare(PrepareSteps steps) {
    if (prepares.size() == MOST_PREPARES) {
      prepares.removeLast();
    }
    prepares.add(steps);
  }

  /** Empty before the first. */
  Optional<PrepareSteps> current() {
    return prepares.isEmpty() ? Optional.empty() : Optional.of(prepares.getLast());
  }

  List<PrepareSteps> prepares() {
    return prepares;
  }

  /** The context of whoever made claim or pod. The first that is told counts. */
  void context(Optional<SpanContext> found) {
    if (context.isEmpty()) {
      context = found;
    }
  }

  Optional<SpanContext> context() {
    return context;
  }

  void started(PodRef of, PodTimes times) {
    pod = of;
    scheduledAt = times.scheduledAt();
    startedAt = times.startedAt();
  }

  Optional<PodRef> pod() {
    return Optional.ofNullable(pod);
  }

  /** When the pod was bound to its node; never after the first prepare, whoever's clock said so. */
  Optional<Instant> scheduledAt() {
    return scheduledAt.map(at -> at.isAfter(firstCall()) ? firstCall() : at);
  }

  /** When a container started; never before the last prepare ended. */
  Optional<Instant> startedAt() {
    return startedAt.map(at -> at.isBefore(lastEnd()) ? lastEnd() : at);
  }

  Instant firstCall() {
    return prepares.getFirst().from();
  }

  Instant lastEnd() {
    return prepares.getLast().to();
  }

  /** The root span, once it has been exported. */
  Optional<SpanContext> root() {
    return Optional.ofNullable(root);
  }

  void exported(SpanContext as) {
    root = as;
  }
}

package dev.acceld.otlp.trace;

import dev.acceld.dra.claim.ClaimObserver.Phase;
import io.opentelemetry.api.trace.SpanContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One prepare of a claim, step by step. Times are those of one clock that only goes forward, fixed
 * to the time of day when the prepare began: a clock that is set meanwhile changes no step.
 */
final class PrepareSteps {
  /** A claim takes about ten. */
  private static final int MOST = 64;

  private final Instant begun;
  private final long beginNanos;
  private final Optional<SpanContext> kubelet;
  private final String spanId;
  private final List<Step> steps = new ArrayList<>(); // by their beginnings
  private final List<Step> open = new ArrayList<>(); // the innermost last
  private Instant end;
  private boolean over;
  private boolean ok;

  /** A step and those inside it. Ends with its prepare when its end was not told. */
  static final class Step {
    final Phase phase;
    final int parent; // its place in the list; -1 for none
    final Instant from;
    Instant to;
    boolean ok;

    Step(Phase phase, int parent, Instant from) {
      this.phase = phase;
      this.parent = parent;
      this.from = from;
      this.to = from;
    }
  }

  /**
   * Begins.
   *
   * @param kubelet the span of the kubelet that it is for
   * @param spanId that of the span that it will be
   */
  PrepareSteps(Instant now, long nanos, Optional<SpanContext> kubelet, String spanId) {
    this.begun = now;
    this.beginNanos = nanos;
    this.kubelet = kubelet;
    this.spanId = spanId;
    this.end = now;
  }

  void began(Phase phase, long nanos) {
    if (steps.size() < MOST) {
      int parent = open.isEmpty() ? -1 : steps.indexOf(open.getLast());
      Step step = new Step(phase, parent, at(nanos));
      steps.add(step);
      open.add(step);
    }
  }

  void ended(Phase phase, long nanos, boolean well) {
    end = at(nanos);
    for (int i = open.size() - 1; i >= 0; i--) {
      Step step = open.get(i);
      if (step.phase == phase) {
        step.to = end;
        step.ok = well;
        open.remove(i);
        return;
      }
    }
  }

  void over(long nanos, boolean well) {
    end = at(nanos);
    over = true;
    ok = well;
  }

  private Instant at(long nanos) {
    return begun.plusNanos(Math.max(0, nanos - beginNanos));
  }

  Instant from() {
    return begun;
  }

  Instant to() {
    return end;
  }

  boolean isOver() {
    return over;
  }

  boolean ok() {
    return ok;
  }

  Optional<SpanContext> kubelet() {
    return kubelet;
  }

  String spanId() {
    return spanId;
  }

  List<Step> steps() {
    return steps;
  }
}

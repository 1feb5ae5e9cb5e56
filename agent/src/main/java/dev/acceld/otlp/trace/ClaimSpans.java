package dev.acceld.otlp.trace;

import dev.acceld.otlp.metrics.HwAttributes;
import dev.acceld.otlp.trace.PrepareSteps.Step;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Makes spans of what is known of a start. */
final class ClaimSpans {
  /** The name of the span that has all others. */
  static final String ROOT = "claim start";

  private final Tracer tracer;
  private final TraceIds ids;
  private final boolean contextAsParent;

  ClaimSpans(Tracer tracer, TraceIds ids, boolean contextAsParent) {
    this.tracer = tracer;
    this.ids = ids;
    this.contextAsParent = contextAsParent;
  }

  /** All but the first use. */
  SpanContext export(ClaimTrace of) {
    Attributes attributes = attributes(of);
    Instant end = of.startedAt().orElse(of.lastEnd());
    SpanBuilder builder =
        tracer
            .spanBuilder(ROOT)
            .setAllAttributes(attributes)
            .setStartTimestamp(of.scheduledAt().orElse(of.firstCall()))
            .setNoParent();
    of.context()
        .ifPresent(remote -> {
          if (contextAsParent) {
            builder.setParent(within(remote));
          } else {
            builder.addLink(remote);
          }
        });
    Span root = ids.inTrace(TraceIds.ofClaim(of.claim().uid()), builder::startSpan);
    of.scheduledAt().ifPresent(at -> child(root, "kubelet", at, of.firstCall()));
    for (PrepareSteps prepare : of.prepares()) {
      prepare(root, prepare, attributes);
    }
    of.startedAt().ifPresent(at -> child(root, "container start", of.lastEnd(), at));
    if (!of.prepares().getLast().ok()) {
      root.setStatus(StatusCode.ERROR, "the claim was not prepared");
    }
    root.end(end);
    return root.getSpanContext();
  }

  /** The span that ends the trace. */
  void firstUse(SpanContext root, ClaimTrace of, Instant at) {
    Instant from = of.startedAt().orElse(of.lastEnd());
    child(Span.wrap(root), "first use", from, at.isBefore(from) ? from : at);
  }

  private void prepare(Span root, PrepareSteps of, Attributes attributes) {
    SpanBuilder builder = builder(root, "prepare", of.from());
    of.kubelet().ifPresent(builder::addLink);
    Span span = ids.as(of.spanId(), builder::startSpan);
    List<Span> spans = new ArrayList<>();
    for (Step step : of.steps()) {
      Span parent = step.parent < 0 ? span : spans.get(step.parent);
      String name = step.phase.name().toLowerCase(Locale.ROOT);
      spans.add(builder(parent, "prepare: " + name, step.from).startSpan());
    }
    for (int i = 0; i < spans.size(); i++) {
      end(spans.get(i), of.steps().get(i).to, of.steps().get(i).ok);
    }
    end(span, of.to(), of.ok());
    // The kubelet's own trace gets a span of ours, so that one finds this trace from there.
    of.kubelet()
        .ifPresent(kubelet ->
            tracer
                .spanBuilder("NodePrepareResources")
                .setParent(within(kubelet))
                .setSpanKind(SpanKind.SERVER)
                .setAllAttributes(attributes)
                .setAttribute("rpc.system.name", "grpc")
                .addLink(span.getSpanContext())
                .setStartTimestamp(of.from())
                .startSpan()
                .end(of.to()));
  }

  private void child(Span parent, String name, Instant from, Instant to) {
    builder(parent, name, from).startSpan().end(to);
  }

  private SpanBuilder builder(Span parent, String name, Instant from) {
    return tracer.spanBuilder(name).setParent(Context.root().with(parent)).setStartTimestamp(from);
  }

  private static void end(Span span, Instant at, boolean ok) {
    if (!ok) {
      span.setStatus(StatusCode.ERROR);
    }
    span.end(at);
  }

  static Context within(SpanContext remote) {
    return Context.root().with(Span.wrap(remote));
  }

  private static Attributes attributes(ClaimTrace of) {
    AttributesBuilder all = HwAttributes.of(of.claim()).toBuilder();
    of.pod()
        .ifPresent(pod -> {
          all.put(HwAttributes.POD, pod.name());
          all.put(HwAttributes.POD_UID, pod.uid());
        });
    return all.build();
  }
}
